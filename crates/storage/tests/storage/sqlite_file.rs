//! The SQLite file: one server at a time, commands beside it, nothing lost, nothing readable by others.

use std::path::Path;

use firstline_domain::error::StoreError;
use firstline_domain::session::Target;
use firstline_storage::{Database, OpenError, Purpose};

use crate::support::{Base, intake, lite, settings, sqlite_url};

async fn open(url: &str, purpose: Purpose) -> Result<Database, OpenError> {
    Database::open(url, purpose, &settings()).await
}

#[tokio::test]
async fn a_second_server_on_one_file_is_refused_until_the_first_closes() {
    let (_folder, url) = sqlite_url();
    let first = open(&url, Purpose::Serve).await.unwrap();
    let refused = open(&url, Purpose::Serve).await.unwrap_err();
    assert!(matches!(refused, OpenError::InUse { .. }), "{refused:?}");
    assert!(refused.to_string().contains("Postgres"), "says what to do: {refused}");
    first.close().await;
    open(&url, Purpose::Serve).await.unwrap();
}

#[tokio::test]
async fn a_server_of_the_version_before_and_one_of_this_do_not_serve_one_file_at_once() {
    let (folder, url) = sqlite_url();
    let path = folder.path().join("firstline.db.lock");
    let old = std::fs::File::create(&path).unwrap();
    old.try_lock().unwrap();
    let refused = open(&url, Purpose::Serve).await.unwrap_err();
    assert!(matches!(refused, OpenError::InUse { .. }), "{refused:?}");
    old.unlock().unwrap();
    let new = open(&url, Purpose::Serve).await.unwrap();
    assert!(matches!(old.try_lock(), Err(std::fs::TryLockError::WouldBlock)), "the old one would serve as well");
    new.close().await;
    old.try_lock().unwrap();
    std::fs::remove_file(&path).unwrap();
    open(&url, Purpose::Serve).await.unwrap().close().await;
    assert!(!path.exists(), "none is made");
}

#[tokio::test]
async fn a_second_server_is_refused_by_whatever_name_it_opens_the_file() {
    let (folder, url) = sqlite_url();
    let path = |name: &str| folder.path().join(name);
    let by = |name: &str| format!("sqlite://{}", path(name).display());
    let first = open(&url, Purpose::Serve).await.unwrap();
    std::os::unix::fs::symlink(path("firstline.db"), path("symlink.db")).unwrap();
    std::fs::hard_link(path("firstline.db"), path("hard.db")).unwrap();
    for name in ["symlink.db", "hard.db", "firstline.db"] {
        let refused = open(&by(name), Purpose::Serve).await.unwrap_err();
        assert!(matches!(refused, OpenError::InUse { .. }), "{name}: {refused:?}");
    }
    // A command takes no lock. By a hard link it would keep its changes beside another name.
    let refused = open(&by("hard.db"), Purpose::Administer).await.unwrap_err();
    assert!(matches!(refused, OpenError::Linked { links: 2, .. }), "{refused:?}");
    assert!(refused.to_string().contains("remove the other names"), "{refused}");
    std::fs::remove_file(path("hard.db")).unwrap();
    open(&by("symlink.db"), Purpose::Administer).await.unwrap().close().await;
    first.close().await;
    open(&by("symlink.db"), Purpose::Serve).await.unwrap();
}

#[tokio::test]
async fn what_is_acknowledged_is_in_the_file_that_the_name_means() {
    let base = Base::sqlite().await;
    let desk = base.desk().await;
    let (store, file) = (base.database.shared(), base.url.strip_prefix("sqlite://").unwrap());
    let away = format!("{file}.away");
    base.database.probe().await.unwrap();
    std::fs::rename(file, &away).unwrap();
    assert!(matches!(store.put_account(&desk.account).await, Err(StoreError::Unavailable(_))));
    assert!(matches!(store.account(desk.account.id).await, Err(StoreError::Unavailable(_))));
    assert!(matches!(base.database.probe().await, Err(StoreError::Unavailable(_))));
    std::fs::copy(&away, file).unwrap();
    assert!(matches!(base.database.probe().await, Err(StoreError::Unavailable(_))), "a copy is another file");
    std::fs::rename(&away, file).unwrap();
    base.database.probe().await.unwrap();
    store.put_account(&desk.account).await.unwrap();
}

#[tokio::test]
async fn commands_write_beside_a_server_and_it_sees_what_they_wrote() {
    let base = Base::sqlite().await;
    let beside = open(&base.url, Purpose::Administer).await.unwrap();
    let desk = base.desk().await;
    let header = desk.workspace.intake(desk.technician, intake(Target::Adhoc)).await.unwrap().session.header;
    let mut renamed = beside.shared().account(desk.account.id).await.unwrap().unwrap();
    renamed.name = firstline_domain::text::Name::new("Fabrikam").unwrap();
    beside.shared().put_account(&renamed).await.unwrap();
    assert_eq!(base.database.shared().account(renamed.id).await.unwrap(), Some(renamed));
    assert!(beside.shared().session(header.account_id, header.id).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_of_two_processes_wait_for_each_other() {
    let base = Base::sqlite().await;
    let desk = base.desk().await;
    let beside = open(&base.url, Purpose::Administer).await.unwrap();
    let write = |store: std::sync::Arc<dyn firstline_domain::ports::Store>| {
        let account = desk.account.clone();
        tokio::spawn(async move {
            for _ in 0..100 {
                store.put_account(&account).await.unwrap();
            }
        })
    };
    let (one, two) = (write(base.database.shared()), write(beside.shared()));
    one.await.unwrap();
    two.await.unwrap();
}

#[tokio::test]
async fn the_file_is_in_wal_mode_and_its_owners_alone() {
    let base = Base::sqlite().await;
    base.desk().await;
    assert_eq!(lite(&base.url, "SELECT journal_mode AS shown FROM pragma_journal_mode").unwrap(), "wal");
    let file = base.url.strip_prefix("sqlite://").unwrap();
    #[cfg(unix)]
    for name in [file.to_owned(), format!("{file}-wal")] {
        use std::os::unix::fs::PermissionsExt;
        let mode = Path::new(&name).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_missing_folder_is_named() {
    let error = open("sqlite:///no/such/folder/firstline.db", Purpose::Serve).await.unwrap_err();
    assert!(matches!(error, OpenError::NoFolder(_)), "{error:?}");
    assert!(error.to_string().contains("/no/such/folder"), "{error}");
}

#[tokio::test]
async fn what_is_no_database_is_refused() {
    let (folder, url) = sqlite_url();
    std::fs::write(folder.path().join("firstline.db"), "this is a letter and no database at all, really".repeat(40))
        .unwrap();
    assert!(matches!(open(&url, Purpose::Serve).await.unwrap_err(), OpenError::Database(_)));
}

#[tokio::test]
async fn a_closed_database_is_unavailable_and_has_kept_everything() {
    let base = Base::sqlite().await;
    let desk = base.desk().await;
    let store = base.database.shared();
    base.database.close().await;
    base.database.close().await;
    assert!(matches!(store.put_account(&desk.account).await, Err(StoreError::Unavailable(_))));
    assert!(matches!(store.account(desk.account.id).await, Err(StoreError::Unavailable(_))));
    assert!(matches!(base.database.probe().await, Err(StoreError::Unavailable(_))));
    let again = open(&base.url, Purpose::Serve).await.unwrap();
    assert_eq!(again.shared().account(desk.account.id).await.unwrap(), Some(desk.account.clone()));
}

#[tokio::test]
async fn a_write_that_another_process_keeps_out_is_unavailable() {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;

    let base = Base::sqlite().await;
    let desk = base.desk().await;
    let patience =
        firstline_storage::StorageSettings { statement_timeout: std::time::Duration::from_millis(50), ..settings() };
    let beside = Database::open(&base.url, Purpose::Administer, &patience).await.unwrap();
    let file = base.url.strip_prefix("sqlite://").unwrap();
    let mut other = diesel::SqliteConnection::establish(file).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let kept_out = beside.shared().put_account(&desk.account).await;
    assert!(matches!(kept_out, Err(StoreError::Unavailable(_))), "{kept_out:?}");
    other.batch_execute("COMMIT").unwrap();
    beside.shared().put_account(&desk.account).await.unwrap();
}
