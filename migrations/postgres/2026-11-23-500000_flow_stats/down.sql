REVOKE SELECT (flow_id, flow_version, resolved_at, escalated_at, abandoned_at) ON walk_sessions FROM firstline_lookup;
DROP TABLE flow_stats;
DROP INDEX walk_sessions_unfolded;
ALTER TABLE walk_sessions DROP CONSTRAINT walk_sessions_whole;

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

ALTER TABLE walk_sessions DROP COLUMN folded;
ALTER TABLE walk_sessions ADD CONSTRAINT walk_sessions_whole CHECK (walk_session_is_whole(walk_sessions));
