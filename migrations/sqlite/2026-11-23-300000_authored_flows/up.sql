-- Flows whose trees are written here: a draft that is worked on, and published versions that never change. As the CHECK of flows
-- changes, the table is made anew.
CREATE TABLE new_flows (
    account_id BLOB NOT NULL REFERENCES accounts (id),
    id BLOB NOT NULL CHECK (length(id) = 16),
    name TEXT NOT NULL CHECK (name <> ''),
    status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'archived')),
    tree TEXT NOT NULL CHECK (tree IN ('external', 'authored')),
    PRIMARY KEY (account_id, id)
) STRICT;
INSERT INTO new_flows (account_id, id, name, status, tree) SELECT account_id, id, name, status, tree FROM flows;
DROP TABLE flows;
ALTER TABLE new_flows RENAME TO flows;

-- What may be suggested: what is published, and its tree known.
CREATE INDEX flows_published ON flows (account_id, id) WHERE status = 'published' AND tree = 'authored';

-- What an authored flow is beside its row in flows, which keeps its name and status like any other's.
CREATE TABLE authored_flows (
    account_id BLOB NOT NULL,
    flow_id BLOB NOT NULL,
    -- The tree that is worked on, in the canonical form of the format.
    draft TEXT NOT NULL CHECK (draft <> ''),
    draft_restored_from INTEGER CHECK (draft_restored_from >= 1),
    -- No foreign key: what was written outlives whatever becomes of its author.
    draft_edited_by_user_id BLOB NOT NULL,
    draft_edited_at INTEGER NOT NULL,
    -- The newest version, as far as the flow needs to know it.
    latest_version INTEGER CHECK (latest_version >= 1),
    latest_name TEXT CHECK (latest_name <> ''),
    latest_fingerprint TEXT CHECK (length(latest_fingerprint) = 64),
    -- Counts every change.
    revision INTEGER NOT NULL CHECK (revision >= 1),
    created_by_user_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL CHECK (updated_at >= created_at),
    PRIMARY KEY (account_id, flow_id),
    FOREIGN KEY (account_id, flow_id) REFERENCES flows (account_id, id),
    CONSTRAINT authored_flows_latest_whole CHECK (
        (latest_version IS NULL) = (latest_name IS NULL) AND (latest_version IS NULL) = (latest_fingerprint IS NULL)
    )
) STRICT;

CREATE TABLE flow_versions (
    account_id BLOB NOT NULL,
    flow_id BLOB NOT NULL,
    number INTEGER NOT NULL CHECK (number >= 1),
    tree TEXT NOT NULL CHECK (tree <> ''),
    -- A JSON object: the version of each sub-flow by its id.
    pins TEXT NOT NULL,
    published_by_user_id BLOB NOT NULL,
    published_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, flow_id, number),
    FOREIGN KEY (account_id, flow_id) REFERENCES authored_flows (account_id, flow_id)
) STRICT;

-- Whether any flow has changed is asked with each suggestion; in the row itself the revision stands behind the whole draft.
CREATE INDEX authored_flows_revisions ON authored_flows (account_id, revision);
