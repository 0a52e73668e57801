-- A session with an undone step is none that the older schema knows: this fails while there is one.
ALTER TABLE walk_sessions DROP CONSTRAINT walk_sessions_whole;
ALTER TABLE session_events DROP CONSTRAINT session_events_whole;

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

CREATE OR REPLACE FUNCTION session_event_is_whole(e session_events) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN e.seq >= 1
        AND (e.seq = 1) = (e.kind = 'started')
        AND e.kind IN (
            'started', 'step_recorded', 'notes_replaced', 'resolved', 'escalated', 'escalated_without_walk', 'abandoned'
        )
        AND coalesce(e.acting_as, 'l1_coverage') IN ('l1_coverage');
END
$$;

ALTER TABLE walk_sessions
    DROP COLUMN undone_count,
    DROP COLUMN next_node_id,
    DROP COLUMN flow_version;

ALTER TABLE walk_sessions ADD CONSTRAINT walk_sessions_whole CHECK (walk_session_is_whole(walk_sessions));
ALTER TABLE session_events ADD CONSTRAINT session_events_whole CHECK (session_event_is_whole(session_events));
