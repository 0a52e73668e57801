//! Flows and flow proposals.

use super::Text;

pub(crate) const FLOW: Text = walled!(
    "SELECT account_id, id, name, status, tree FROM flows WHERE account_id = $1 AND id = $2 AND ", gate "$1"
);

pub(crate) const PUT_FLOW: Text = walled!(
    "INSERT INTO flows (account_id, id, name, status, tree) SELECT $1, $2, $3, $4, $5 WHERE ", gate "$1",
    " ON CONFLICT (account_id, id) DO UPDATE SET name = excluded.name, status = excluded.status, tree = excluded.tree \
      RETURNING id"
);

pub(crate) const PROPOSAL: Text = walled!(
    "SELECT account_id, id, name, validated_by_outcome FROM flow_proposals WHERE account_id = $1 AND id = $2 AND ",
    gate "$1"
);

/// What was validated once stays so.
pub(crate) const PUT_PROPOSAL: Text = walled!(
    "INSERT INTO flow_proposals (account_id, id, name, validated_by_outcome) SELECT $1, $2, $3, $4 WHERE ", gate "$1",
    " ON CONFLICT (account_id, id) DO UPDATE SET name = excluded.name, \
       validated_by_outcome = (flow_proposals.validated_by_outcome OR excluded.validated_by_outcome) RETURNING id"
);

#[cfg(test)]
pub(crate) const ALL: &[Text] = &[FLOW, PUT_FLOW, PROPOSAL, PUT_PROPOSAL];
