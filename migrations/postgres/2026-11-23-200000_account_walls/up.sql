-- The second wall between accounts: whoever forgets the account in a query reads and writes nothing.
--
-- The group roles firstline_service and firstline_lookup are there before this runs: whoever migrates makes them first,
-- since roles belong to the whole cluster and not to this database.

-- Keys lead with the account, so that a key that is taken tells nothing of another account. Only users keep a key on the
-- id alone: who signs in is looked up by it. Their ids are random and made by the server, so nobody can ask for one.
ALTER TABLE flows DROP CONSTRAINT flows_id_key;
ALTER TABLE flow_proposals DROP CONSTRAINT flow_proposals_id_key;

-- Every table with an account, whoever reads it: FORCE binds the owner too. After a transaction that had set the account
-- the setting is '' and not NULL, hence the NULLIF.
DO $$
DECLARE
    walled text;
    account text;
BEGIN
    FOR walled, account IN
        SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = to_regnamespace(quote_ident(current_schema()))
            AND a.attname = CASE c.relname WHEN 'accounts' THEN 'id' ELSE 'account_id' END
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY account_wall ON %1$I
                USING (%2$I = NULLIF(current_setting(''app.current_account_id'', true), '''')::uuid)
                WITH CHECK (%2$I = NULLIF(current_setting(''app.current_account_id'', true), '''')::uuid)',
            walled, account
        );
    END LOOP;
END
$$;

-- Nobody has anything but what is given here.
DO $$
BEGIN
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', current_schema());
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM PUBLIC', current_schema());
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO firstline_service, firstline_lookup', current_schema());
END
$$;

-- What serving needs. An event is never changed, and nothing is ever deleted.
GRANT SELECT, INSERT, UPDATE (name) ON accounts TO firstline_service;
GRANT SELECT, INSERT, UPDATE (email, account_role, can_cover_l1, active, issuer, subject) ON users TO firstline_service;
GRANT SELECT, INSERT ON user_events TO firstline_service;
GRANT SELECT, INSERT, UPDATE (name, status, tree) ON flows TO firstline_service;
GRANT SELECT, INSERT, UPDATE (name, validated_by_outcome) ON flow_proposals TO firstline_service;
GRANT SELECT, INSERT, UPDATE (status, updated_at) ON tickets TO firstline_service;
GRANT SELECT, INSERT, UPDATE (
    current_node_id, status, helpful, resolution_notes, escalation_reason, escalation_reason_category, last_step_at,
    resolved_at, escalated_at, abandoned_at, version, step_count, step_bytes, notes_count, notes_bytes, notes_sha256
) ON walk_sessions TO firstline_service;
GRANT SELECT, INSERT ON session_events TO firstline_service;
GRANT SELECT, INSERT, UPDATE (notes) ON session_notes TO firstline_service;
-- To see that no migration is pending.
GRANT SELECT ON __diesel_schema_migrations TO firstline_service;

-- What crosses accounts, and nothing else: who signs in, and which sessions are idle.
CREATE POLICY sign_in ON users FOR SELECT TO firstline_lookup USING (true);
GRANT SELECT (account_id, id, email, account_role, can_cover_l1, active, issuer, subject) ON users TO firstline_lookup;
CREATE POLICY sweeper ON walk_sessions FOR SELECT TO firstline_lookup USING (true);
GRANT SELECT (account_id, id, status, started_at, last_step_at) ON walk_sessions TO firstline_lookup;
