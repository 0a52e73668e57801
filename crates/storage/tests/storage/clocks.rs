//! Whose clock is the store's.

use firstline_domain::clock::check_skew;

use crate::support::Base;

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the machine's clock is what is compared")]
async fn postgres_has_a_clock_of_its_own_and_a_file_has_that_of_its_process() {
    let [postgres, sqlite] = Base::both().await;
    let before = chrono::Utc::now();
    let store = postgres.database.shared().now().await.unwrap().unwrap();
    check_skew(before, store, chrono::Utc::now()).unwrap();
    let wrong = before + chrono::TimeDelta::days(2);
    assert!(check_skew(wrong, store, wrong).is_err());
    assert_eq!(sqlite.database.shared().now().await.unwrap(), None);
}
