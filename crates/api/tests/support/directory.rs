//! A directory that can fail in every way.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use firstline_domain::account::{Account, Identity, User};
use firstline_domain::error::StoreError;
use firstline_domain::ids::{AccountId, UserId};
use firstline_domain::memory::MemoryStore;
use firstline_domain::ports::{Directory, PutOutcome};
use firstline_domain::text::Email;

const LATE: Duration = Duration::from_millis(500);

/// How looking up a user goes.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    None,
    Unavailable,
    Failed,
    Corrupt,
    Slow,
    /// Half a second late, also for an account.
    Late,
    Panic,
}

pub struct FaultyDirectory {
    inner: MemoryStore,
    fault: Mutex<Fault>,
}

impl FaultyDirectory {
    pub fn new(inner: MemoryStore) -> Self {
        Self { inner, fault: Mutex::new(Fault::None) }
    }

    pub fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
    }
}

#[async_trait]
impl Directory for FaultyDirectory {
    async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let fault = *self.fault.lock().unwrap();
        match fault {
            Fault::None => {}
            Fault::Unavailable => return Err(StoreError::Unavailable("secret-cause".into())),
            Fault::Failed => return Err(StoreError::Failed("secret-cause".into())),
            Fault::Corrupt => return Err(StoreError::corrupt("users", id, "secret-cause")),
            Fault::Slow => actix_web::rt::time::sleep(Duration::from_mins(1)).await,
            Fault::Late => actix_web::rt::time::sleep(LATE).await,
            Fault::Panic => panic!("secret-cause"),
        }
        self.inner.user(id).await
    }

    async fn user_by_email(&self, account: AccountId, email: &Email) -> Result<Option<User>, StoreError> {
        self.inner.user_by_email(account, email).await
    }

    async fn user_by_identity(&self, account: AccountId, identity: &Identity) -> Result<Option<User>, StoreError> {
        self.inner.user_by_identity(account, identity).await
    }

    async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        let is_late = matches!(*self.fault.lock().unwrap(), Fault::Late);
        if is_late {
            actix_web::rt::time::sleep(LATE).await;
        }
        self.inner.account(id).await
    }

    async fn put_account(&self, account: &Account) -> Result<PutOutcome, StoreError> {
        self.inner.put_account(account).await
    }
}
