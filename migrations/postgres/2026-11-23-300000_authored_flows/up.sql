-- Flows whose trees are written here: a draft that is worked on, and published versions that never change.

ALTER TABLE flows
    DROP CONSTRAINT flows_tree_check,
    ADD CONSTRAINT flows_tree_check CHECK (tree IN ('external', 'authored'));

-- What may be suggested: what is published, and its tree known.
CREATE INDEX flows_published ON flows (account_id, id) WHERE status = 'published' AND tree = 'authored';

-- What an authored flow is beside its row in flows, which keeps its name and status like any other's.
CREATE TABLE authored_flows (
    account_id uuid NOT NULL,
    flow_id uuid NOT NULL,
    -- The tree that is worked on, in the canonical form of the format.
    draft text NOT NULL CHECK (draft <> ''),
    draft_restored_from bigint CHECK (draft_restored_from >= 1),
    -- No foreign key: what was written outlives whatever becomes of its author.
    draft_edited_by_user_id uuid NOT NULL,
    draft_edited_at timestamptz NOT NULL,
    -- The newest version, as far as the flow needs to know it.
    latest_version bigint CHECK (latest_version >= 1),
    latest_name text CHECK (latest_name <> ''),
    latest_fingerprint text CHECK (length(latest_fingerprint) = 64),
    -- Counts every change.
    revision bigint NOT NULL CHECK (revision >= 1),
    created_by_user_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL CHECK (updated_at >= created_at),
    PRIMARY KEY (account_id, flow_id),
    FOREIGN KEY (account_id, flow_id) REFERENCES flows (account_id, id),
    CONSTRAINT authored_flows_latest_whole CHECK (num_nulls(latest_version, latest_name, latest_fingerprint) IN (0, 3))
);

CREATE TABLE flow_versions (
    account_id uuid NOT NULL,
    flow_id uuid NOT NULL,
    number bigint NOT NULL CHECK (number >= 1),
    tree text NOT NULL CHECK (tree <> ''),
    -- A JSON object: the version of each sub-flow by its id.
    pins text NOT NULL,
    published_by_user_id uuid NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, flow_id, number),
    FOREIGN KEY (account_id, flow_id) REFERENCES authored_flows (account_id, flow_id)
);

-- The wall between accounts, as every table with an account has it.
DO $$
DECLARE
    walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY['authored_flows', 'flow_versions'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY account_wall ON %I
                USING (account_id = NULLIF(current_setting(''app.current_account_id'', true), '''')::uuid)
                WITH CHECK (account_id = NULLIF(current_setting(''app.current_account_id'', true), '''')::uuid)',
            walled
        );
    END LOOP;
END
$$;

-- A version is never changed, and nothing is ever deleted.
GRANT SELECT, INSERT, UPDATE (
    draft, draft_restored_from, draft_edited_by_user_id, draft_edited_at, latest_version, latest_name,
    latest_fingerprint, revision, updated_at
) ON authored_flows TO firstline_service;
GRANT SELECT, INSERT ON flow_versions TO firstline_service;
