-- What walks tell of flows: numbers for each version, added up from ended walks by a job, and which walks are in them.

-- The mark stands in the walk's own row, because what is not counted yet must be found without looking at what is.
ALTER TABLE walk_sessions ADD COLUMN folded boolean NOT NULL DEFAULT false;

-- Rows that are there already are not looked at anew: none of them is counted.
CREATE OR REPLACE FUNCTION walk_session_is_whole(s walk_sessions) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN
        -- The kind fixes the target.
        CASE s.session_kind
            WHEN 'flow' THEN s.flow_id IS NOT NULL AND s.flow_proposal_id IS NULL
            WHEN 'proposal' THEN s.flow_id IS NULL AND s.flow_proposal_id IS NOT NULL
            WHEN 'adhoc' THEN s.flow_id IS NULL AND s.flow_proposal_id IS NULL AND s.step_count = 0
            ELSE false
        END
        -- A guided walk is one of a flow's version, and stands somewhere.
        AND (s.flow_version IS NULL OR s.session_kind = 'flow' AND s.flow_version >= 1)
        AND (s.flow_version IS NULL) = (s.next_node_id IS NULL)
        -- Only an ended one is counted.
        AND (NOT s.folded OR s.flow_version IS NOT NULL AND s.status <> 'active')
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
        -- Steps are events, and so is undoing one; the newest that is not undone is the current node.
        AND s.step_bytes >= 0 AND s.step_count + s.undone_count < s.version
        AND s.undone_count BETWEEN 0 AND s.step_count
        AND (s.step_count = s.undone_count) = (s.current_node_id IS NULL)
        AND s.notes_count >= 0 AND s.notes_bytes >= 2 AND length(s.notes_sha256) = 64
        AND s.ticket_kind IN ('internal')
        AND coalesce(s.acting_as, 'l1_coverage') IN ('l1_coverage');
END
$$;

-- Ended walks that are not counted yet, in the order in which the job takes them; of one flow, the first to end in front. A walk
-- comes in when it ends and goes out when it is counted: a step does not touch it, and it stays small.
CREATE INDEX walk_sessions_unfolded
    ON walk_sessions (account_id, flow_id, coalesce(resolved_at, escalated_at, abandoned_at), id)
    WHERE status <> 'active' AND flow_version IS NOT NULL AND NOT folded;

CREATE TABLE flow_stats (
    account_id uuid NOT NULL,
    flow_id uuid NOT NULL,
    version bigint NOT NULL CHECK (version >= 1),
    -- Counts every change: what is added to is compared before it is replaced.
    revision bigint NOT NULL CHECK (revision >= 1),
    -- JSON kept as text: it is only ever read back whole. Bounded by the version's nodes, whatever was walked.
    stats text NOT NULL,
    PRIMARY KEY (account_id, flow_id, version),
    FOREIGN KEY (account_id, flow_id) REFERENCES flows (account_id, id)
);

ALTER TABLE flow_stats ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY account_wall ON flow_stats
    USING (account_id = NULLIF(current_setting('app.current_account_id', true), '')::uuid)
    WITH CHECK (account_id = NULLIF(current_setting('app.current_account_id', true), '')::uuid);

REVOKE ALL ON flow_stats FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE (revision, stats) ON flow_stats TO firstline_service;
GRANT UPDATE (folded) ON walk_sessions TO firstline_service;

-- Across accounts the job sees which walks are not counted, of which flow, and since when.
GRANT SELECT (flow_id, flow_version, folded, resolved_at, escalated_at, abandoned_at) ON walk_sessions TO firstline_lookup;
