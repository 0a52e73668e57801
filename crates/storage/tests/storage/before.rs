//! A database of the version before: what it accepted stays readable and is kept, whatever is refused today.

use firstline_domain::account::{Role, User};
use firstline_domain::conformance::{World, user};
use firstline_domain::flow::check::{NotLookedUp, check};
use firstline_domain::ids::{AccountId, UserId};
use firstline_domain::service::UserManagementError;
use firstline_domain::session::Target;
use firstline_domain::text::Email;
use firstline_domain::user::SameEmail;
use firstline_storage::{Database, Purpose};
use firstline_testkit::postgres::as_owner;
use uuid::Uuid;

use crate::support::{Base, intake, logins, pg, settings, step};

const MIGRATION: &str = "2026-11-25-100000_folded_email";

/// Takes the migration back, so that the database is one of the version before.
async fn taken_back(base: &Base) {
    let postgres = base.url.starts_with("postgres");
    // The same on both.
    let down = include_str!("../../../../migrations/postgres/2026-11-25-100000_folded_email/down.sql");
    if postgres {
        pg(&as_owner(&base.url), down).await.unwrap();
    } else {
        base.sql(down).await.unwrap();
    }
    base.sql("DELETE FROM __diesel_schema_migrations WHERE version = '20261125100000'").await.unwrap();
}

/// Puts users in as the version before did, in the order of their ids.
async fn users(base: &Base, account: AccountId, emails: &[&str]) -> Vec<UserId> {
    let mut ids = Vec::new();
    for email in emails {
        let id = Uuid::now_v7();
        let sql = format!(
            "INSERT INTO users (account_id, id, email, account_role, can_cover_l1, active) \
             VALUES ({}, {}, '{email}', 'l1_tech', {yes}, {yes})",
            base.id(account.as_uuid()),
            base.id(id),
            yes = if base.url.starts_with("postgres") { "true" } else { "1" },
        );
        base.sql(&sql).await.unwrap();
        ids.push(id.into());
    }
    ids
}

async fn migrator(base: &Base) -> Database {
    Database::open(logins(&base.url), Purpose::Administer, &settings()).await.unwrap()
}

fn made(account_id: AccountId, email: &str) -> User {
    User { id: Uuid::now_v7().into(), ..user(account_id, email, Role::Viewer) }
}

#[tokio::test]
async fn addresses_that_two_users_have_are_kept_and_told() {
    for base in Base::both().await {
        let desk = base.desk().await;
        let account = desk.account.id;
        taken_back(&base).await;
        let odd =
            ["mia@x.example", "@", "Mia@X.example", " mia@x.example", "zo\u{eb}@x.example", "u7", "\u{200b}", "\u{ad}"];
        let ids = users(&base, account, &odd).await;
        let migrator = migrator(&base).await;
        let migrated = migrator.migrate().await.unwrap();
        assert_eq!(migrated.applied, [MIGRATION]);
        let same = SameEmail { account_id: account, user_ids: vec![ids[0], ids[2], ids[3]] };
        assert_eq!(migrated.same_emails, std::slice::from_ref(&same));

        let store = base.database.shared();
        let management = World::of(store.clone()).user_management();
        for (id, email) in ids.iter().zip(odd) {
            let mut user = store.user(*id).await.unwrap().unwrap();
            assert_eq!(user.email.as_str(), email);
            assert_eq!(store.user_by_email(account, &user.email).await.unwrap(), Some(user.clone()), "{email}");
            user.can_cover_l1 = false;
            user.role = Role::Engineer;
            assert_eq!(management.provision(user.clone()).await.unwrap(), user, "whoever is there can be changed");
        }
        for email in ["MIA@x.example", "Zoe\u{308}@x.example"] {
            let refused = management.provision(made(account, email)).await;
            assert!(matches!(refused, Err(UserManagementError::EmailTaken)), "{email}");
        }
        assert_eq!(migrator.migrate().await.unwrap().same_emails, [same], "they are told each time");

        let mut first = store.user(ids[0]).await.unwrap().unwrap();
        first.email = Email::new("other@x.example").unwrap();
        management.provision(first).await.unwrap();
        let left = SameEmail { account_id: account, user_ids: vec![ids[2], ids[3]] };
        assert_eq!(migrator.migrate().await.unwrap().same_emails, [left]);
        let refused = management.provision(made(account, "mia@x.example")).await;
        assert!(matches!(refused, Err(UserManagementError::EmailTaken)), "the next one stands for it");
    }
}

#[tokio::test]
async fn a_shared_address_that_its_first_user_gives_up_is_guarded_from_the_next_run_on() {
    for base in Base::both().await {
        let desk = base.desk().await;
        let account = desk.account.id;
        let ids = users(&base, account, &["mia@x.example", " mia@x.example"]).await;
        let migrator = migrator(&base).await;
        migrator.migrate().await.unwrap();
        let store = base.database.shared();
        let management = World::of(store.clone()).user_management();
        let mut first = store.user(ids[0]).await.unwrap().unwrap();
        first.email = Email::new("other@x.example").unwrap();
        management.provision(first).await.unwrap();
        let third = management.provision(made(account, "MIA@x.example")).await.unwrap();
        let same = SameEmail { account_id: account, user_ids: vec![third.id, ids[1]] };
        assert_eq!(migrator.migrate().await.unwrap().same_emails, [same], "whoever came between is told");
    }
}

#[tokio::test]
async fn what_the_version_before_writes_beside_this_one_is_compared_at_the_next_run() {
    for base in Base::both().await {
        let desk = base.desk().await;
        let account = desk.account.id;
        let store = base.database.shared();
        let management = World::of(store.clone()).user_management();
        let mia = management.provision(made(account, "mia@x.example")).await.unwrap();
        // It knows nothing of the other column.
        let old = users(&base, account, &["Ada@x.example"]).await;
        let renamed = format!("UPDATE users SET email = 'max@x.example' WHERE id = {}", base.id(mia.id.as_uuid()));
        base.sql(&renamed).await.unwrap();
        let refused = management.provision(made(account, "mia@x.example")).await;
        assert!(matches!(refused, Err(UserManagementError::EmailTaken)), "until then the old address counts as theirs");
        let migrator = migrator(&base).await;
        assert_eq!(migrator.migrate().await.unwrap().same_emails, []);
        for email in ["ada@x.example", "MAX@x.example"] {
            let refused = management.provision(made(account, email)).await;
            assert!(matches!(refused, Err(UserManagementError::EmailTaken)), "{email}");
        }
        management.provision(made(account, "mia@x.example")).await.unwrap();
        assert!(store.user(old[0]).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn texts_that_show_nothing_stay_readable() {
    for base in Base::both().await {
        let desk = base.desk().await;
        let session = desk.workspace.intake(desk.technician, intake(Target::Flow(desk.flow.id))).await.unwrap().session;
        desk.workspace.change(desk.technician, session.header.id, step("a")).await.unwrap();
        let store = base.database.shared();
        let account = desk.account.id;
        for sql in [
            "UPDATE tickets SET problem_statement = '\u{200b}'",
            "UPDATE flows SET name = '\u{ad}'",
            "UPDATE accounts SET name = '\u{2800}'",
            "UPDATE walk_sessions SET current_node_id = '\u{feff}'",
        ] {
            base.sql(sql).await.unwrap();
        }
        let ticket = store.ticket(account, session.header.ticket_id).await.unwrap().unwrap().ticket;
        assert_eq!(ticket.call.problem_statement.as_str(), "\u{200b}");
        assert_eq!(store.queue(account, None, None, 9).await.unwrap().len(), 1);
        assert_eq!(store.flow(account, desk.flow.id).await.unwrap().unwrap().name.as_str(), "\u{ad}");
        assert_eq!(store.account(account).await.unwrap().unwrap().name.as_str(), "\u{2800}");
        assert!(store.session(account, session.header.id).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_flow_whose_labels_look_the_same_stays_walkable_and_is_not_published_again() {
    for base in Base::both().await {
        let desk = base.desk().await;
        let flow = firstline_domain::conformance::walked::printer_offline(&desk, 1).await.remove(0).flow_id();
        let store = base.database.shared();
        let account = desk.account.id;
        let draft = store.authored(account, flow).await.unwrap().unwrap().draft.tree;
        let text = firstline_domain::flow::format::canonical(&draft);
        let labels: Vec<&str> = text.lines().filter(|line| line.contains("\"label\"")).take(2).collect();
        let spelled = text
            .replacen(labels[0], "\"label\": \"f\u{fc}r\",", 1)
            .replacen(labels[1], "\"label\": \"fu\u{308}r\",", 1)
            .replace('\'', "''");
        for (table, column) in [("authored_flows", "draft"), ("flow_versions", "tree")] {
            base.sql(&format!("UPDATE {table} SET {column} = '{spelled}'")).await.unwrap();
        }
        let kept = store.authored(account, flow).await.unwrap().unwrap();
        let report = check(&kept.draft.tree, &NotLookedUp);
        assert_eq!(report.errors[0].code.as_str(), "answer_label_repeated");
        desk.workspace.intake(desk.technician, intake(Target::Flow(flow))).await.unwrap();
    }
}
