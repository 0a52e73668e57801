DROP TABLE flow_stats;
DROP INDEX walk_sessions_unfolded;
ALTER TABLE walk_sessions DROP COLUMN folded;
