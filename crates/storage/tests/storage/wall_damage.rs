//! What somebody does to the wall, and what leads around it, is found at the start; the remedy that is named mends it.

use firstline_storage::Finding;

use crate::support::{Base, name_of, pg, settings};
use crate::wall_startup::{findings_of, found};

/// Runs a remedy whole, as a person who pastes it.
pub async fn mend(base: &Base, finding: &Finding) {
    let statements = finding.remedy.split(" -- ").next().unwrap();
    assert!(statements.ends_with(';') && finding.is_mended_by_sql(), "{}", finding.remedy);
    base.sql(&finding.remedy).await.unwrap_or_else(|error| panic!("{}: {error}", finding.remedy));
}

#[tokio::test]
async fn a_damaged_wall_is_found_and_the_remedies_mend_it() {
    for (damage, what) in [
        ("ALTER TABLE tickets DISABLE ROW LEVEL SECURITY", "\"tickets\" has no row security"),
        ("ALTER TABLE tickets NO FORCE ROW LEVEL SECURITY", "\"tickets\" has no row security"),
        ("DROP POLICY account_wall ON session_notes", "\"session_notes\" has not the policy"),
        ("DROP POLICY account_wall ON accounts", "\"accounts\" has not the policy"),
        ("ALTER POLICY account_wall ON flows USING (true)", "\"flows\" has not the policy"),
        ("ALTER POLICY account_wall ON flows WITH CHECK (true)", "\"flows\" has not the policy"),
        ("ALTER POLICY account_wall ON flows TO firstline_service", "\"flows\" has not the policy"),
        ("CREATE POLICY door ON users USING (true)", "the policy door (ALL) opens the table \"users\""),
        ("CREATE POLICY door ON users FOR SELECT TO firstline_service USING (true)", "the policy door (SELECT) opens"),
        ("CREATE POLICY door ON tickets FOR SELECT TO firstline_lookup USING (true)", "the policy door (SELECT) opens"),
        ("CREATE TABLE stray (account_id uuid)", "\"stray\" has no row security"),
        ("GRANT DELETE, TRUNCATE ON tickets TO firstline_service", "has DELETE, TRUNCATE on the table \"tickets\""),
        ("GRANT TRIGGER ON users TO PUBLIC", "has TRIGGER on the table \"users\""),
        ("GRANT UPDATE (data) ON session_events TO firstline_service", "has UPDATE on the table \"session_events\""),
        ("GRANT UPDATE ON user_events TO firstline_lookup", "has UPDATE on the table \"user_events\""),
        ("GRANT DELETE ON user_events TO PUBLIC", "has DELETE on the table \"user_events\""),
        ("GRANT UPDATE (tree) ON flow_versions TO firstline_service", "has UPDATE on the table \"flow_versions\""),
        ("GRANT CREATE ON SCHEMA public TO PUBLIC", "may make tables and functions in the schema \"public\""),
        (
            "CREATE RULE copied AS ON INSERT TO tickets DO ALSO NOTIFY tickets",
            "the rule \"copied\" rewrites statements on the table \"tickets\"",
        ),
    ] {
        let base = Base::postgres().await;
        base.sql(damage).await.unwrap();
        let findings = findings_of(&base.url, &settings()).await;
        assert!(findings.iter().any(|finding| finding.what.contains(what)), "{damage}: {findings:?}");
        for finding in findings {
            mend(&base, &finding).await;
        }
        assert_eq!(found(&base.url).await, "", "{damage}");
    }
    let base = Base::postgres().await;
    base.sql("ALTER TABLE users OWNER TO firstline_service").await.unwrap();
    let found = found(&base.url).await;
    assert!(found.contains("owns, or may become who owns, table users"), "{found}");
}

#[tokio::test]
async fn a_view_or_function_around_the_wall_is_found_and_the_remedy_closes_it() {
    const DEFINER: &str = "LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM users'";
    for (made, what) in [
        ("CREATE VIEW v AS SELECT * FROM users; GRANT SELECT ON v TO firstline_service", "the view public.v reads"),
        (
            "CREATE VIEW v AS SELECT * FROM users; GRANT SELECT (email) ON v TO firstline_lookup",
            "the view public.v reads",
        ),
        (
            "CREATE SCHEMA beside; GRANT USAGE ON SCHEMA beside TO PUBLIC; \
             CREATE VIEW inner_one AS SELECT * FROM users; \
             CREATE VIEW beside.\"Outer\" AS SELECT email FROM inner_one; GRANT SELECT ON beside.\"Outer\" TO PUBLIC",
            "the view beside.\"Outer\" reads",
        ),
        (
            "CREATE MATERIALIZED VIEW kept AS SELECT * FROM users; GRANT SELECT ON kept TO firstline_service",
            "the materialized view public.kept shows",
        ),
        (
            &format!("CREATE FUNCTION f() RETURNS bigint {DEFINER}"),
            "the function f() runs with the rights of \"firstline\"",
        ),
        (
            &format!(
                "CREATE FUNCTION f(a text, b int) RETURNS bigint {DEFINER}; ALTER FUNCTION f OWNER TO firstline_owner"
            ),
            "the function f(text,integer) runs with the rights of \"firstline_owner\"",
        ),
        (
            &format!(
                "CREATE FUNCTION f() RETURNS bigint {DEFINER}; GRANT CREATE ON SCHEMA public TO firstline_lookup; \
                 ALTER FUNCTION f OWNER TO firstline_lookup; REVOKE CREATE ON SCHEMA public FROM firstline_lookup"
            ),
            "the function f() runs with the rights of \"firstline_lookup\"",
        ),
        (
            "CREATE PROCEDURE p() LANGUAGE sql SECURITY DEFINER AS 'UPDATE users SET active = true'",
            "the function p() runs with the rights of \"firstline\"",
        ),
    ] {
        let base = Base::postgres().await;
        base.desk().await;
        base.sql(made).await.unwrap();
        let findings = findings_of(&base.url, &settings()).await;
        assert!(findings.iter().any(|finding| finding.what.contains(what)), "{made}: {findings:?}");
        for finding in findings {
            mend(&base, &finding).await;
        }
        assert_eq!(found(&base.url).await, "", "{made}");
    }
}

#[tokio::test]
async fn a_search_path_that_leads_past_the_tables_is_named_with_the_sql_that_mends_it() {
    let base = Base::postgres().await;
    base.sql("CREATE SCHEMA beside; GRANT USAGE ON SCHEMA beside TO PUBLIC").await.unwrap();
    let login = pg(&base.url, "SELECT current_user").await.unwrap();
    let set = format!("ALTER ROLE {login} IN DATABASE {} SET search_path = beside", name_of(&base.url));
    base.sql(&set).await.unwrap();
    let findings = findings_of(&base.url, &settings()).await;
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert!(finding.what.contains("leads to another schema"), "{finding:?}");
    mend(&base, finding).await;
    assert_eq!(found(&base.url).await, "");
}

/// Postgres prints a function by its name alone where the search path finds it first, whichever it is.
#[tokio::test]
async fn a_policy_with_a_function_that_only_looks_like_the_walls_is_found() {
    let base = Base::postgres().await;
    let login = pg(&base.url, "SELECT current_user").await.unwrap();
    let path = "search_path = public, pg_catalog";
    base.sql(&format!(
        "CREATE FUNCTION public.current_setting(text, boolean) RETURNS text LANGUAGE sql STABLE \
          AS 'SELECT account_id::text FROM public.users LIMIT 1'; \
         ALTER ROLE {login} IN DATABASE {} SET {path}; SET {path}; DROP POLICY account_wall ON flows; \
         CREATE POLICY account_wall ON flows \
          USING (account_id = NULLIF(current_setting('app.current_account_id', true), '')::uuid) \
          WITH CHECK (account_id = NULLIF(current_setting('app.current_account_id', true), '')::uuid)",
        name_of(&base.url)
    ))
    .await
    .unwrap();
    let findings = findings_of(&base.url, &settings()).await;
    assert!(findings.iter().any(|finding| finding.what.contains("\"flows\" has not the policy")), "{findings:?}");
    for finding in findings {
        mend(&base, &finding).await;
    }
    assert_eq!(found(&base.url).await, "");
}

#[tokio::test]
async fn what_leads_nowhere_is_left_alone() {
    let base = Base::postgres().await;
    base.desk().await;
    base.sql(
        "CREATE VIEW v WITH (security_invoker = on) AS SELECT * FROM users; GRANT SELECT ON v TO firstline_service; \
         CREATE VIEW of_others AS SELECT * FROM users; \
         CREATE VIEW about_none AS SELECT 1 AS one; GRANT SELECT ON about_none TO PUBLIC; \
         CREATE FUNCTION watched() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN NEW; END'; \
         CREATE FUNCTION plain() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM users'; \
         CREATE FUNCTION shut() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM users'; \
         REVOKE EXECUTE ON FUNCTION shut FROM PUBLIC",
    )
    .await
    .unwrap();
    assert_eq!(found(&base.url).await, "");
}
