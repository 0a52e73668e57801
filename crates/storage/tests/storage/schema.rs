//! The schema's own rules: accounts walled off by keys, and no row that contradicts itself.

use firstline_domain::session::Target;
use uuid::Uuid;

use crate::support::{Base, intake};

#[tokio::test]
async fn every_tenant_table_has_account_id_first_in_its_keys_on_postgres() {
    let base = Base::postgres().await;
    // Primary keys and foreign keys of every table but the accounts' own, with their first column.
    let keys = base
        .sql(
            "SELECT c.conrelid::regclass || ' ' || c.contype::text || ' ' || a.attname FROM pg_constraint c \
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] \
             WHERE c.contype IN ('p', 'f') AND c.connamespace = 'public'::regnamespace \
              AND c.conrelid::regclass::text NOT IN ('accounts', 'health_probe', '__diesel_schema_migrations')",
        )
        .await
        .unwrap();
    assert!(keys.lines().count() >= 17, "{keys}");
    for key in keys.lines() {
        assert!(key.ends_with(" account_id"), "{key}");
    }
    let tables = base
        .sql("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        .await
        .unwrap();
    let with_key = keys.lines().filter(|key| key.contains(" p ")).count();
    assert_eq!(tables.parse::<usize>().unwrap(), with_key + 3, "a table without a primary key");
}

#[tokio::test]
async fn every_table_with_an_account_is_walled_off_whoever_reads_it() {
    let base = Base::postgres().await;
    let walls = base
        .sql(
            "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, p.permissive, p.cmd, p.roles, p.qual, p.with_check \
             FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
             LEFT JOIN pg_policies p ON p.tablename = c.relname AND p.policyname = 'account_wall' \
             WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped \
              AND (a.attname = 'account_id' OR c.relname = 'accounts' AND a.attname = 'id')",
        )
        .await
        .unwrap();
    assert!(walls.lines().count() >= 8, "{walls}");
    for wall in walls.lines() {
        let column = if wall.starts_with("accounts|") { "id" } else { "account_id" };
        let rule =
            format!("({column} = (NULLIF(current_setting('app.current_account_id'::text, true), ''::text))::uuid)");
        assert!(wall.ends_with(&format!("|t|t|PERMISSIVE|ALL|{{public}}|{rule}|{rule}")), "{wall}");
    }
    let others = base
        .sql("SELECT tablename || ' ' || policyname || ' ' || cmd || ' ' || roles::text FROM pg_policies WHERE policyname <> 'account_wall' ORDER BY 1")
        .await
        .unwrap();
    assert_eq!(
        others,
        "accounts owner_lists SELECT {firstline_owner}\nusers sign_in SELECT {firstline_lookup}\nwalk_sessions sweeper SELECT {firstline_lookup}"
    );
}

#[tokio::test]
async fn no_key_tells_of_another_account_but_the_one_that_sign_in_needs() {
    let base = Base::postgres().await;
    let unique = "SELECT i.indexrelid::regclass FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid \
         WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace \
          AND c.relname NOT IN ('accounts', 'health_probe', '__diesel_schema_migrations') \
          AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'account_id' AND a.attnum = i.indkey[0])";
    assert_eq!(base.sql(unique).await.unwrap(), "users_id_key");
    let references = "SELECT k.conname FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace \
         AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attname = 'account_id' AND a.attnum = k.conkey[1])";
    assert_eq!(base.sql(references).await.unwrap(), "");
}

/// What the groups may do is what the code does, and no more.
#[tokio::test]
async fn the_groups_have_only_the_rights_that_serving_needs() {
    let base = Base::postgres().await;
    let tables = "SELECT grantee || ' ' || string_agg(DISTINCT privilege_type, ',' ORDER BY privilege_type) \
         FROM information_schema.role_table_grants WHERE table_schema = 'public' \
          AND grantee IN ('firstline_service', 'firstline_lookup', 'PUBLIC') GROUP BY grantee ORDER BY 1";
    assert_eq!(base.sql(tables).await.unwrap(), "firstline_service INSERT,SELECT");
    let changed = base
        .sql(
            "SELECT string_agg(DISTINCT table_name, ' ' ORDER BY table_name) FROM information_schema.column_privileges \
             WHERE grantee = 'firstline_service' AND privilege_type = 'UPDATE'",
        )
        .await
        .unwrap();
    assert_eq!(
        changed,
        "accounts authored_flows flow_proposals flow_stats flows health_probe session_notes tickets users \
         walk_sessions",
        "no event or version changes"
    );
    let keys = base
        .sql(
            "SELECT count(*) FROM information_schema.column_privileges WHERE grantee = 'firstline_service' \
             AND privilege_type = 'UPDATE' AND column_name IN ('id', 'account_id', 'session_id', 'flow_id', 'number', 'created_at', 'started_at')",
        )
        .await
        .unwrap();
    assert_eq!(keys, "0", "nothing changes its place");
    let seen = base
        .sql(
            "SELECT table_name || ': ' || string_agg(column_name, ' ' ORDER BY column_name) || ' ' || string_agg(DISTINCT privilege_type, ' ') \
             FROM information_schema.column_privileges WHERE grantee = 'firstline_lookup' GROUP BY table_name ORDER BY 1",
        )
        .await
        .unwrap();
    assert_eq!(
        seen,
        "users: account_id account_role active can_cover_l1 email id issuer subject SELECT\n\
         walk_sessions: abandoned_at account_id escalated_at flow_id flow_version folded id last_step_at resolved_at started_at \
         status SELECT"
    );
    let functions = base
        .sql("SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef")
        .await
        .unwrap();
    assert_eq!(functions, "0", "no function lends out its owner's rights");
}

#[tokio::test]
async fn every_tenant_table_has_account_id_first_in_its_keys_on_sqlite() {
    let base = Base::sqlite().await;
    let tables = "m.type = 'table' AND m.name NOT IN ('accounts', 'health_probe', '__diesel_schema_migrations')";
    let primary = base
        .sql(&format!(
            "SELECT m.name || ' ' || p.name AS shown FROM sqlite_master m, pragma_table_info(m.name) p \
             WHERE {tables} AND p.pk = 1"
        ))
        .await
        .unwrap();
    let foreign = base
        .sql(&format!(
            "SELECT m.name || ' ' || f.\"from\" AS shown FROM sqlite_master m, pragma_foreign_key_list(m.name) f \
             WHERE {tables} AND f.seq = 0"
        ))
        .await
        .unwrap();
    assert_eq!((primary.lines().count(), foreign.lines().count() >= 12), (11, true), "{primary}\n{foreign}");
    for key in primary.lines().chain(foreign.lines()) {
        assert!(key.ends_with(" account_id"), "{key}");
    }
}

#[tokio::test]
async fn rows_that_contradict_themselves_are_refused() {
    for base in Base::both().await {
        let desk = base.desk().await;
        let session = desk.workspace.intake(desk.technician, intake(Target::Flow(desk.flow.id))).await.unwrap().session;
        let id = base.id(session.header.id.as_uuid());
        let contradictions = [
            "session_kind = 'adhoc'",
            "session_kind = 'proposal'",
            "session_kind = 'other'",
            "flow_id = NULL",
            "status = 'resolved'",
            "status = 'gone'",
            "status = 'abandoned'",
            "escalation_reason = ''",
            "resolved_at = last_step_at",
            "helpful = NULL, resolution_notes = ''",
            "version = 0",
            "step_count = 1",
            "current_node_id = 'a'",
            "undone_count = 1",
            "undone_count = -1",
            "step_count = 1, version = 2",
            "step_count = 1, undone_count = 1, version = 2",
            "step_count = 1, undone_count = 1, version = 3, current_node_id = 'a'",
            "flow_version = 1",
            "next_node_id = 'a'",
            "flow_version = 0, next_node_id = 'a'",
            "flow_version = 1, next_node_id = 'a', session_kind = 'adhoc', flow_id = NULL",
            "folded = true",
            "flow_version = 1, next_node_id = 'a', folded = true",
            "ticket_kind = 'psa'",
            "acting_as = 'owner'",
        ];
        for contradiction in contradictions {
            let update = format!("UPDATE walk_sessions SET {contradiction} WHERE id = {id}");
            assert!(base.sql(&update).await.is_err(), "{:?}: {contradiction}", base.database);
        }
        let events = ["seq = 0", "kind = 'other'", "kind = 'abandoned'", "acting_as = 'x'"];
        for contradiction in events {
            let update = format!("UPDATE session_events SET {contradiction} WHERE session_id = {id}");
            assert!(base.sql(&update).await.is_err(), "{:?}: {contradiction}", base.database);
        }
        assert!(base.sql("UPDATE users SET account_role = 'root'").await.is_err());
        for half in ["issuer = 'i'", "subject = 's'", "issuer = '', subject = ''"] {
            assert!(base.sql(&format!("UPDATE users SET {half}")).await.is_err(), "{:?}: {half}", base.database);
        }
        assert!(base.sql("UPDATE tickets SET status = 'done'").await.is_err());
        assert!(base.sql("UPDATE flows SET status = 'new'").await.is_err());
    }
}

#[tokio::test]
async fn a_ticket_has_at_most_one_active_session() {
    for base in Base::both().await {
        let desk = base.desk().await;
        let first = desk.workspace.intake(desk.technician, intake(Target::Adhoc)).await.unwrap().session.header;
        let second = desk.workspace.intake(desk.technician, intake(Target::Adhoc)).await.unwrap().session.header;
        let (ticket, session) = (base.id(first.ticket_id.as_uuid()), base.id(second.id.as_uuid()));
        let update = format!("UPDATE walk_sessions SET ticket_id = {ticket} WHERE id = {session}");
        let error = base.sql(&update).await.unwrap_err();
        assert!(error.to_lowercase().contains("unique"), "{error}");
    }
}

#[tokio::test]
async fn a_row_cannot_refer_to_another_accounts() {
    for base in Base::both().await {
        let (desk, other) = (base.desk().await, base.desk().await);
        let session = desk.workspace.intake(desk.technician, intake(Target::Flow(desk.flow.id))).await.unwrap().session;
        let id = base.id(session.header.id.as_uuid());
        let theirs: [(&str, Uuid); 2] =
            [("flow_id", other.flow.id.as_uuid()), ("created_by_user_id", other.technician.user_id().as_uuid())];
        for (column, value) in theirs {
            let update = format!("UPDATE walk_sessions SET {column} = {} WHERE id = {id}", base.id(value));
            let error = base.sql(&update).await.unwrap_err();
            assert!(error.to_lowercase().contains("foreign key"), "{error}");
        }
        let unknown = format!("UPDATE walk_sessions SET flow_version = 1, next_node_id = 'a' WHERE id = {id}");
        let error = base.sql(&unknown).await.unwrap_err();
        assert!(error.to_lowercase().contains("foreign key"), "a version that there is not: {error}");
    }
}
