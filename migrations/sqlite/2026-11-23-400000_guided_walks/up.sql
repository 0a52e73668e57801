-- Guided walks: a session keeps the version that it walks and the node that it stands at; steps can be undone. As the CHECKs of
-- both tables change, each is made anew.
CREATE TABLE new_walk_sessions (
    account_id BLOB NOT NULL REFERENCES accounts (id),
    id BLOB NOT NULL CHECK (length(id) = 16),
    created_by_user_id BLOB NOT NULL,
    acting_as TEXT CHECK (acting_as IN ('l1_coverage')),
    ticket_id BLOB NOT NULL,
    ticket_kind TEXT NOT NULL CHECK (ticket_kind IN ('internal')),
    session_kind TEXT NOT NULL,
    flow_id BLOB,
    flow_proposal_id BLOB,
    -- The version that is walked and the node that the walk stands at, where the flow's tree is known.
    flow_version INTEGER,
    current_node_id TEXT,
    next_node_id TEXT,
    status TEXT NOT NULL,
    helpful INTEGER CHECK (helpful IN (0, 1)),
    resolution_notes TEXT,
    escalation_reason TEXT,
    escalation_reason_category TEXT,
    started_at INTEGER NOT NULL,
    last_step_at INTEGER NOT NULL CHECK (last_step_at >= started_at),
    resolved_at INTEGER CHECK (resolved_at >= last_step_at),
    escalated_at INTEGER CHECK (escalated_at >= last_step_at),
    abandoned_at INTEGER CHECK (abandoned_at >= last_step_at),
    version INTEGER NOT NULL CHECK (version >= 1),
    step_count INTEGER NOT NULL CHECK (step_count >= 0),
    -- Of these, those that were undone.
    undone_count INTEGER NOT NULL DEFAULT 0 CHECK (undone_count BETWEEN 0 AND step_count),
    step_bytes INTEGER NOT NULL CHECK (step_bytes >= 0),
    -- The fingerprint of the notes; their text is in session_notes.
    notes_count INTEGER NOT NULL CHECK (notes_count >= 0),
    notes_bytes INTEGER NOT NULL CHECK (notes_bytes >= 2),
    notes_sha256 TEXT NOT NULL CHECK (length(notes_sha256) = 64),
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, created_by_user_id) REFERENCES users (account_id, id),
    FOREIGN KEY (account_id, ticket_id) REFERENCES tickets (account_id, id),
    FOREIGN KEY (account_id, flow_id) REFERENCES flows (account_id, id),
    FOREIGN KEY (account_id, flow_id, flow_version) REFERENCES flow_versions (account_id, flow_id, number),
    FOREIGN KEY (account_id, flow_proposal_id) REFERENCES flow_proposals (account_id, id),
    CONSTRAINT walk_sessions_kind_fixes_target CHECK (
        CASE session_kind
            WHEN 'flow' THEN flow_id IS NOT NULL AND flow_proposal_id IS NULL
            WHEN 'proposal' THEN flow_id IS NULL AND flow_proposal_id IS NOT NULL
            WHEN 'adhoc' THEN flow_id IS NULL AND flow_proposal_id IS NULL AND step_count = 0
            ELSE 0
        END
    ),
    CONSTRAINT walk_sessions_status_fixes_end CHECK (
        (status IN ('active', 'resolved', 'escalated', 'abandoned'))
        AND (status = 'resolved') = (resolved_at IS NOT NULL)
        AND (status = 'resolved') = (helpful IS NOT NULL)
        AND (status = 'resolved') = (resolution_notes IS NOT NULL)
        AND (status = 'escalated') = (escalated_at IS NOT NULL)
        AND (status = 'escalated') = (escalation_reason IS NOT NULL)
        AND (status = 'escalated') = (escalation_reason_category IS NOT NULL)
        AND (status = 'abandoned') = (abandoned_at IS NOT NULL)
    ),
    CONSTRAINT walk_sessions_guided CHECK (
        (flow_version IS NULL OR session_kind = 'flow' AND flow_version >= 1)
        AND (flow_version IS NULL) = (next_node_id IS NULL)
    ),
    CONSTRAINT walk_sessions_steps_fix_node CHECK ((step_count = undone_count) = (current_node_id IS NULL)),
    CONSTRAINT walk_sessions_steps_are_events CHECK (step_count + undone_count < version)
) STRICT;

INSERT INTO new_walk_sessions (
    account_id, id, created_by_user_id, acting_as, ticket_id, ticket_kind, session_kind, flow_id, flow_proposal_id,
    current_node_id, status, helpful, resolution_notes, escalation_reason, escalation_reason_category, started_at,
    last_step_at, resolved_at, escalated_at, abandoned_at, version, step_count, step_bytes, notes_count, notes_bytes,
    notes_sha256
) SELECT
    account_id, id, created_by_user_id, acting_as, ticket_id, ticket_kind, session_kind, flow_id, flow_proposal_id,
    current_node_id, status, helpful, resolution_notes, escalation_reason, escalation_reason_category, started_at,
    last_step_at, resolved_at, escalated_at, abandoned_at, version, step_count, step_bytes, notes_count, notes_bytes,
    notes_sha256
FROM walk_sessions;
DROP TABLE walk_sessions;
ALTER TABLE new_walk_sessions RENAME TO walk_sessions;

-- A ticket has at most one active session.
CREATE UNIQUE INDEX walk_sessions_one_active_per_ticket ON walk_sessions (account_id, ticket_id) WHERE status = 'active';
-- No index has a column that a step changes (last_step_at), so that a step writes no index of this table: what is found
-- is a handful, and is sorted then.
-- A ticket's sessions.
CREATE INDEX walk_sessions_of_ticket ON walk_sessions (account_id, ticket_id);
-- A technician's active sessions.
CREATE INDEX walk_sessions_active ON walk_sessions (account_id, created_by_user_id) WHERE status = 'active';
-- What the sweeper looks for, across accounts: nothing was touched before it started.
CREATE INDEX walk_sessions_idle ON walk_sessions (started_at) WHERE status = 'active';

CREATE TABLE new_session_events (
    account_id BLOB NOT NULL,
    session_id BLOB NOT NULL,
    seq INTEGER NOT NULL CHECK (seq >= 1),
    kind TEXT NOT NULL,
    -- JSON kept as text: it is only ever read back whole, and keeps its spelling.
    data TEXT NOT NULL,
    -- Null for the system. No foreign key: an event outlives whatever becomes of its actor.
    actor_user_id BLOB,
    acting_as TEXT CHECK (acting_as IN ('l1_coverage')),
    at INTEGER NOT NULL,
    PRIMARY KEY (account_id, session_id, seq),
    FOREIGN KEY (account_id, session_id) REFERENCES walk_sessions (account_id, id),
    CONSTRAINT session_events_kind CHECK (
        kind IN (
            'started', 'step_recorded', 'step_undone', 'notes_replaced', 'resolved', 'escalated',
            'escalated_without_walk', 'abandoned'
        )
    ),
    CONSTRAINT session_events_first_starts CHECK ((seq = 1) = (kind = 'started'))
) STRICT, WITHOUT ROWID;

INSERT INTO new_session_events (
    account_id, session_id, seq, kind, data, actor_user_id, acting_as, at
) SELECT
    account_id, session_id, seq, kind, data, actor_user_id, acting_as, at
FROM session_events;
DROP TABLE session_events;
ALTER TABLE new_session_events RENAME TO session_events;
