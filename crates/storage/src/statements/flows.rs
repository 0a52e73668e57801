//! Flows and flow proposals.

use super::text::Text;

/// The newest version of the flow `f`, if it is authored and has one. A sub-select and no join, which for a page of flows could
/// go through all of the account's.
macro_rules! latest_version {
    () => {
        "(SELECT a.latest_version FROM authored_flows a WHERE a.account_id = f.account_id AND a.flow_id = f.id) \
          AS latest_version"
    };
}

pub const FLOW: Text = walled!(
    "SELECT account_id, id, name, status, tree FROM flows WHERE account_id = $1 AND id = $2 AND ", gate "$1"
);

/// A registered flow. No row comes back for one that is authored, which it leaves as it is.
pub const PUT_FLOW: Text = walled!(
    "INSERT INTO flows (account_id, id, name, status, tree) SELECT $1, $2, $3, $4, 'external' WHERE ", gate "$1",
    " ON CONFLICT (account_id, id) DO UPDATE SET name = excluded.name, status = excluded.status \
      WHERE flows.tree = 'external' RETURNING id"
);

/// The account's flows after the id `$2`, those in the status `$3` where it is given.
pub const FLOWS: Text = walled!(
    "SELECT f.id, f.name, f.status, f.tree, ", latest_version!(), " FROM flows f \
     WHERE f.account_id = $1 AND f.id > $2 AND ($3 IS NULL OR f.status = $3) AND ", gate "$1", " ORDER BY f.id LIMIT $4"
);

/// How a flow that is published is walked.
pub const WALKABLE: Text = walled!(
    "SELECT f.id, f.tree, ", latest_version!(), " FROM flows f WHERE f.account_id = $1 AND f.id = $2 AND f.status = 'published' AND ", gate "$1"
);

pub const AUTHORED: Text = walled!(
    "SELECT a.account_id, a.flow_id, f.status, a.draft, a.draft_restored_from, a.draft_edited_by_user_id, \
      a.draft_edited_at, a.latest_version, a.latest_name, a.latest_fingerprint, a.revision, a.created_by_user_id, \
      a.created_at, a.updated_at \
     FROM flows f JOIN authored_flows a ON a.account_id = f.account_id AND a.flow_id = f.id \
     WHERE f.account_id = $1 AND f.id = $2 AND ", gate "$1"
);

/// What any change of an authored flow makes another.
pub const MARK: Text = walled!("SELECT flows_mark AS mark FROM accounts WHERE id = $1 AND ", gate "$1");

/// What may be suggested, in the versions that new walks take.
pub const PUBLISHED: Text = walled!(
    "SELECT f.id, f.tree, ", latest_version!(), " FROM flows f \
     WHERE f.account_id = $1 AND f.status = 'published' AND f.tree = 'authored' AND ", gate "$1", " ORDER BY f.id"
);

pub const VERSION: Text = walled!(
    "SELECT account_id, flow_id, number, tree, pins, published_by_user_id, published_at FROM flow_versions \
     WHERE account_id = $1 AND flow_id = $2 AND number = $3 AND ", gate "$1"
);

/// A flow's versions, the newest first, those before the number `$3`.
pub const VERSIONS: Text = walled!(
    "SELECT flow_id, number, published_by_user_id, published_at FROM flow_versions \
     WHERE account_id = $1 AND flow_id = $2 AND number < $3 AND ", gate "$1", " ORDER BY number DESC LIMIT $4"
);

pub const PROPOSAL: Text = walled!(
    "SELECT account_id, id, name, validated_by_outcome FROM flow_proposals WHERE account_id = $1 AND id = $2 AND ",
    gate "$1"
);

/// What was validated once stays so.
pub const PUT_PROPOSAL: Text = walled!(
    "INSERT INTO flow_proposals (account_id, id, name, validated_by_outcome) SELECT $1, $2, $3, $4 WHERE ", gate "$1",
    " ON CONFLICT (account_id, id) DO UPDATE SET name = excluded.name, \
       validated_by_outcome = (flow_proposals.validated_by_outcome OR excluded.validated_by_outcome) RETURNING id"
);

/// All of these.
pub const ALL: &[Text] =
    &[FLOW, PUT_FLOW, FLOWS, WALKABLE, AUTHORED, MARK, PUBLISHED, VERSION, VERSIONS, PROPOSAL, PUT_PROPOSAL];
