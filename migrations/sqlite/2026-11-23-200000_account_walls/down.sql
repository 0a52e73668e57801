CREATE TABLE new_flows (
    account_id BLOB NOT NULL REFERENCES accounts (id),
    id BLOB NOT NULL CHECK (length(id) = 16),
    name TEXT NOT NULL CHECK (name <> ''),
    status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'archived')),
    tree TEXT NOT NULL CHECK (tree IN ('external')),
    PRIMARY KEY (account_id, id),
    CONSTRAINT flows_id_key UNIQUE (id)
) STRICT;
INSERT INTO new_flows SELECT account_id, id, name, status, tree FROM flows;
DROP TABLE flows;
ALTER TABLE new_flows RENAME TO flows;

CREATE TABLE new_flow_proposals (
    account_id BLOB NOT NULL REFERENCES accounts (id),
    id BLOB NOT NULL CHECK (length(id) = 16),
    name TEXT NOT NULL CHECK (name <> ''),
    validated_by_outcome INTEGER NOT NULL CHECK (validated_by_outcome IN (0, 1)),
    PRIMARY KEY (account_id, id),
    CONSTRAINT flow_proposals_id_key UNIQUE (id)
) STRICT;
INSERT INTO new_flow_proposals SELECT account_id, id, name, validated_by_outcome FROM flow_proposals;
DROP TABLE flow_proposals;
ALTER TABLE new_flow_proposals RENAME TO flow_proposals;
