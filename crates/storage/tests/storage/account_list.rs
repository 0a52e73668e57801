//! Which accounts there are is told to whoever owns the tables, and to nobody who serves.

use firstline_domain::account::Account;
use firstline_domain::text::Name;
use firstline_storage::{Database, ListError, Logins, Purpose, StorageSettings, WallMode};
use firstline_testkit::postgres::{as_owner, as_role, as_superuser};

use crate::support::{Base, logins, name_of, pg, settings};

async fn open(logins: impl Into<Logins>, settings: &StorageSettings) -> Database {
    Database::open(logins, Purpose::Administer, settings).await.unwrap()
}

#[tokio::test]
async fn every_account_is_listed_the_first_made_first() {
    for base in Base::both().await {
        let mut made = Vec::new();
        for name in ["Northwind IT", "Fabrikam", "Contoso 漢"] {
            let account = Account { id: uuid::Uuid::now_v7().into(), name: Name::new(name).unwrap() };
            base.database.shared().put_account(&account).await.unwrap();
            made.push(account);
        }
        let database = open(logins(&base.url), &settings()).await;
        assert_eq!(database.accounts().await.unwrap(), made);
    }
    assert_eq!(open("memory:", &settings()).await.accounts().await.unwrap(), []);
}

#[tokio::test]
async fn on_postgres_only_the_owner_lists_and_nobody_is_told_that_there_are_none_who_may_not_look() {
    let base = Base::postgres().await;
    let desk = base.desk().await;
    assert!(matches!(open(&base.url, &settings()).await.accounts().await, Err(ListError::NoOwner)));
    // The groups see what they saw: nothing, without an account.
    for group in ["firstline_service", "firstline_lookup"] {
        let seen = format!("SET ROLE {group}; SELECT count(*) FROM accounts");
        let seen = pg(&as_superuser(&base.url), &seen).await;
        assert!(matches!(seen.as_deref(), Ok("0")) || seen.is_err_and(|error| error.contains("permission denied")));
    }
    let other = format!(
        "CREATE ROLE list_other LOGIN; GRANT CONNECT ON DATABASE {} TO list_other; GRANT SELECT ON accounts TO list_other",
        name_of(&base.url)
    );
    base.sql(&other).await.unwrap();
    let stranger = Logins { migrate_url: Some(as_role("list_other", &base.url)), ..Logins::from(&base.url) };
    let refused = open(stranger, &settings()).await.accounts().await.unwrap_err().to_string();
    assert!(refused.contains("database.migrate_url did not make the tables"), "{refused}");
    // One login that does everything, and a superuser, both may.
    let small = StorageSettings { wall: WallMode::SetRole, ..settings() };
    for url in [as_owner(&base.url), as_superuser(&base.url)] {
        assert_eq!(open(&url, &small).await.accounts().await.unwrap().len(), 1, "{:?}", desk.account);
    }
}
