DROP TABLE flow_versions;
DROP TABLE authored_flows;
DROP INDEX flows_published;
-- Fails while there are authored flows: their trees would be lost.
ALTER TABLE flows
    DROP CONSTRAINT flows_tree_check,
    ADD CONSTRAINT flows_tree_check CHECK (tree IN ('external'));
