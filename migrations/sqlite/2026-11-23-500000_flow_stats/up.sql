-- What walks tell of flows: numbers for each version, added up from ended walks by a job, and which walks are in them.

-- The mark stands in the walk's own row, because what is not counted yet must be found without looking at what is.
ALTER TABLE walk_sessions ADD COLUMN folded INTEGER NOT NULL DEFAULT 0
    CHECK (folded = 0 OR folded = 1 AND status <> 'active' AND flow_version IS NOT NULL);

-- Ended walks that are not counted yet, in the order in which the job takes them; of one flow, the first to end in front. A walk
-- comes in when it ends and goes out when it is counted: a step does not touch it, and it stays small.
CREATE INDEX walk_sessions_unfolded
    ON walk_sessions (account_id, flow_id, coalesce(resolved_at, escalated_at, abandoned_at), id)
    WHERE status <> 'active' AND flow_version IS NOT NULL AND NOT folded;

CREATE TABLE flow_stats (
    account_id BLOB NOT NULL,
    flow_id BLOB NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    -- Counts every change: what is added to is compared before it is replaced.
    revision INTEGER NOT NULL CHECK (revision >= 1),
    -- JSON kept as text: it is only ever read back whole. Bounded by the version's nodes, whatever was walked.
    stats TEXT NOT NULL,
    PRIMARY KEY (account_id, flow_id, version),
    FOREIGN KEY (account_id, flow_id) REFERENCES flows (account_id, id)
) STRICT;
