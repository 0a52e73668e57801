//! What answers of the service hold.

/// The members of a session in the order of the documentation.
pub const SESSION_MEMBERS: [&str; 24] = [
    "id",
    "session_kind",
    "flow_id",
    "flow_proposal_id",
    "current_node_id",
    "walked_path",
    "walk_notes",
    "status",
    "started_at",
    "last_step_at",
    "resolved_at",
    "ticket_id",
    "ticket_kind",
    "acting_as",
    "created_by_user_id",
    "helpful",
    "resolution_notes",
    "escalation_reason",
    "escalation_reason_category",
    "escalated_at",
    "version",
    "flow_version",
    "next_node",
    "progress",
];
