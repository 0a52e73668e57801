DROP POLICY sign_in ON users;
DROP POLICY sweeper ON walk_sessions;

DO $$
DECLARE
    walled text;
BEGIN
    FOR walled IN
        SELECT tablename FROM pg_policies WHERE schemaname = current_schema() AND policyname = 'account_wall'
    LOOP
        EXECUTE format('DROP POLICY account_wall ON %I', walled);
        EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', walled);
    END LOOP;
    -- The roles stay: they belong to the whole cluster, where other databases may lean on them.
    EXECUTE format(
        'REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM firstline_service, firstline_lookup', current_schema()
    );
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM firstline_service, firstline_lookup', current_schema());
END
$$;

ALTER TABLE flow_proposals ADD CONSTRAINT flow_proposals_id_key UNIQUE (id);
ALTER TABLE flows ADD CONSTRAINT flows_id_key UNIQUE (id);
