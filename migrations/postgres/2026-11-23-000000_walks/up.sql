-- The L1 workspace: accounts, users, flows, tickets, walk sessions and their events.
--
-- Every table that belongs to an account has account_id first in its primary key and in every foreign key, so that no
-- row can refer to another account's. Constraints that the code tells apart by name are named here.

CREATE TABLE accounts (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (name <> '')
);

CREATE TABLE users (
    account_id uuid NOT NULL REFERENCES accounts (id),
    id uuid NOT NULL,
    email text NOT NULL CHECK (email <> ''),
    account_role text NOT NULL CHECK (account_role IN ('l1_tech', 'engineer', 'admin', 'owner', 'viewer')),
    can_cover_l1 boolean NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (account_id, id),
    -- Who signs in is looked up by the id alone: their account is not known yet.
    CONSTRAINT users_id_key UNIQUE (id),
    CONSTRAINT users_account_id_email_key UNIQUE (account_id, email)
);

CREATE TABLE flows (
    account_id uuid NOT NULL REFERENCES accounts (id),
    id uuid NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    status text NOT NULL CHECK (status IN ('draft', 'published', 'archived')),
    tree text NOT NULL CHECK (tree IN ('external')),
    PRIMARY KEY (account_id, id),
    CONSTRAINT flows_id_key UNIQUE (id)
);

CREATE TABLE flow_proposals (
    account_id uuid NOT NULL REFERENCES accounts (id),
    id uuid NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    validated_by_outcome boolean NOT NULL,
    PRIMARY KEY (account_id, id),
    CONSTRAINT flow_proposals_id_key UNIQUE (id)
);

CREATE TABLE tickets (
    account_id uuid NOT NULL REFERENCES accounts (id),
    id uuid NOT NULL,
    created_by_user_id uuid NOT NULL,
    problem_statement text NOT NULL CHECK (problem_statement <> ''),
    customer_name text CHECK (customer_name <> ''),
    customer_contact text CHECK (customer_contact <> ''),
    status text NOT NULL CHECK (status IN ('open', 'walking', 'resolved', 'escalated')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL CHECK (updated_at >= created_at),
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, created_by_user_id) REFERENCES users (account_id, id)
);

-- The queue, whole and by status; read backwards, as the newest come first. Ties are sorted by id as they are read.
CREATE INDEX tickets_queue ON tickets (account_id, created_at);
CREATE INDEX tickets_queue_by_status ON tickets (account_id, status, created_at);

CREATE TABLE walk_sessions (
    account_id uuid NOT NULL REFERENCES accounts (id),
    id uuid NOT NULL,
    created_by_user_id uuid NOT NULL,
    acting_as text,
    ticket_id uuid NOT NULL,
    ticket_kind text NOT NULL,
    session_kind text NOT NULL,
    flow_id uuid,
    flow_proposal_id uuid,
    current_node_id text,
    status text NOT NULL,
    helpful boolean,
    resolution_notes text,
    escalation_reason text,
    escalation_reason_category text,
    started_at timestamptz NOT NULL,
    last_step_at timestamptz NOT NULL,
    resolved_at timestamptz,
    escalated_at timestamptz,
    abandoned_at timestamptz,
    version bigint NOT NULL,
    step_count bigint NOT NULL,
    step_bytes bigint NOT NULL,
    -- The fingerprint of the notes; their text is in session_notes.
    notes_count bigint NOT NULL,
    notes_bytes bigint NOT NULL,
    notes_sha256 text NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, created_by_user_id) REFERENCES users (account_id, id),
    FOREIGN KEY (account_id, ticket_id) REFERENCES tickets (account_id, id),
    FOREIGN KEY (account_id, flow_id) REFERENCES flows (account_id, id),
    FOREIGN KEY (account_id, flow_proposal_id) REFERENCES flow_proposals (account_id, id)
) WITH (fillfactor = 70);

-- What a row of walk_sessions must be in itself. A function over the row, because Postgres reads the text of a written-out
-- CHECK anew for each statement: written out, these took a quarter of a step's time; so they take a twentieth.
CREATE FUNCTION walk_session_is_whole(s walk_sessions) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN
        -- The kind fixes the target.
        CASE s.session_kind
            WHEN 'flow' THEN s.flow_id IS NOT NULL AND s.flow_proposal_id IS NULL
            WHEN 'proposal' THEN s.flow_id IS NULL AND s.flow_proposal_id IS NOT NULL
            WHEN 'adhoc' THEN s.flow_id IS NULL AND s.flow_proposal_id IS NULL AND s.step_count = 0
            ELSE false
        END
        -- The status fixes how it ended.
        AND s.status IN ('active', 'resolved', 'escalated', 'abandoned')
        AND num_nonnulls(s.helpful, s.resolution_notes, s.resolved_at)
            = CASE s.status WHEN 'resolved' THEN 3 ELSE 0 END
        AND num_nonnulls(s.escalation_reason, s.escalation_reason_category, s.escalated_at)
            = CASE s.status WHEN 'escalated' THEN 3 ELSE 0 END
        AND (s.abandoned_at IS NOT NULL) = (s.status = 'abandoned')
        -- Time does not run backwards.
        AND s.last_step_at >= s.started_at
        AND coalesce(s.resolved_at, s.escalated_at, s.abandoned_at, s.last_step_at) >= s.last_step_at
        -- Steps are events, and the newest of them is the current node.
        AND s.step_count >= 0 AND s.step_bytes >= 0 AND s.step_count < s.version
        AND (s.step_count = 0) = (s.current_node_id IS NULL)
        AND s.notes_count >= 0 AND s.notes_bytes >= 2 AND length(s.notes_sha256) = 64
        AND s.ticket_kind IN ('internal')
        AND coalesce(s.acting_as, 'l1_coverage') IN ('l1_coverage');
END
$$;

ALTER TABLE walk_sessions ADD CONSTRAINT walk_sessions_whole CHECK (walk_session_is_whole(walk_sessions));

-- A ticket has at most one active session.
CREATE UNIQUE INDEX walk_sessions_one_active_per_ticket ON walk_sessions (account_id, ticket_id) WHERE status = 'active';
-- No index has a column that a step changes (last_step_at), so that a step writes no index of this table: what is found
-- is a handful, and is sorted then. On Postgres such an update is HOT, for which the pages
-- keep room.
-- A ticket's sessions. Without the account in front: on a table without statistics, as a new one is for its first minutes,
-- the planner takes any index that begins with it for as good as the primary key, and goes through the whole account.
CREATE INDEX walk_sessions_of_ticket ON walk_sessions (ticket_id);
-- A technician's active sessions.
CREATE INDEX walk_sessions_active ON walk_sessions (account_id, created_by_user_id) WHERE status = 'active';
-- What the sweeper looks for, across accounts: nothing was touched before it started.
CREATE INDEX walk_sessions_idle ON walk_sessions (started_at) WHERE status = 'active';

CREATE TABLE session_events (
    account_id uuid NOT NULL,
    session_id uuid NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    -- JSON kept as text: it is only ever read back whole, and keeps its spelling.
    data text NOT NULL,
    -- Null for the system. No foreign key: an event outlives whatever becomes of its actor.
    actor_user_id uuid,
    acting_as text,
    at timestamptz NOT NULL,
    PRIMARY KEY (account_id, session_id, seq),
    FOREIGN KEY (account_id, session_id) REFERENCES walk_sessions (account_id, id)
);

-- What a row of session_events must be in itself; a function for the reason given above.
CREATE FUNCTION session_event_is_whole(e session_events) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN e.seq >= 1
        AND (e.seq = 1) = (e.kind = 'started')
        AND e.kind IN (
            'started', 'step_recorded', 'notes_replaced', 'resolved', 'escalated', 'escalated_without_walk', 'abandoned'
        )
        AND coalesce(e.acting_as, 'l1_coverage') IN ('l1_coverage');
END
$$;

ALTER TABLE session_events ADD CONSTRAINT session_events_whole CHECK (session_event_is_whole(session_events));

-- Beside the session and not in it: a step must not rewrite the notes, and autosaved notes not the session's texts.
CREATE TABLE session_notes (
    account_id uuid NOT NULL,
    session_id uuid NOT NULL,
    notes text NOT NULL,
    PRIMARY KEY (account_id, session_id),
    FOREIGN KEY (account_id, session_id) REFERENCES walk_sessions (account_id, id)
);
