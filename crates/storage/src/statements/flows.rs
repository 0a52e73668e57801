//! Flows and flow proposals.

pub(crate) const FLOW: &str = "SELECT account_id, id, name, status, tree FROM flows WHERE account_id = $1 AND id = $2";

/// No row comes back when the id is another account's.
pub(crate) const PUT_FLOW: &str = "INSERT INTO flows (account_id, id, name, status, tree) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, status = excluded.status, tree = excluded.tree \
     WHERE flows.account_id = excluded.account_id RETURNING id";

pub(crate) const PROPOSAL: &str =
    "SELECT account_id, id, name, validated_by_outcome FROM flow_proposals WHERE account_id = $1 AND id = $2";

/// No row comes back when the id is another account's. What was validated once stays so.
pub(crate) const PUT_PROPOSAL: &str = "INSERT INTO flow_proposals (account_id, id, name, validated_by_outcome) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, \
      validated_by_outcome = (flow_proposals.validated_by_outcome OR excluded.validated_by_outcome) \
     WHERE flow_proposals.account_id = excluded.account_id RETURNING id";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[FLOW, PUT_FLOW, PROPOSAL, PUT_PROPOSAL];
