-- Guided walks: a session keeps the version that it walks and the node that it stands at; steps can be undone.

ALTER TABLE walk_sessions
    ADD COLUMN flow_version bigint,
    ADD COLUMN next_node_id text,
    -- Of the steps that step_count counts, those that were undone.
    ADD COLUMN undone_count bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT walk_sessions_flow_version_fkey
        FOREIGN KEY (account_id, flow_id, flow_version) REFERENCES flow_versions (account_id, flow_id, number);

-- Rows that are there already are not looked at anew: what was whole before is whole now.
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

CREATE OR REPLACE FUNCTION session_event_is_whole(e session_events) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN e.seq >= 1
        AND (e.seq = 1) = (e.kind = 'started')
        AND e.kind IN (
            'started', 'step_recorded', 'step_undone', 'notes_replaced', 'resolved', 'escalated',
            'escalated_without_walk', 'abandoned'
        )
        AND coalesce(e.acting_as, 'l1_coverage') IN ('l1_coverage');
END
$$;

GRANT UPDATE (next_node_id, undone_count) ON walk_sessions TO firstline_service;
