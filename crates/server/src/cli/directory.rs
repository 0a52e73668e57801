//! Accounts and users.

use std::sync::Arc;

use firstline_domain::account::{Account, Identity, User};
use firstline_domain::ids::{AccountId, UserId};
use firstline_domain::paging::MAX_PAGE_LIMIT;
use firstline_domain::ports::{Store, UserFilter};
use firstline_domain::service::UserManagementError;
use firstline_domain::user::{IdentityChange, UserChange, UserRefusal};
use firstline_storage::{Database, ListError};
use serde_json::{Value, json};

use super::args::{NewUser, UserUpdate};
use super::failures::{no_such_account, no_such_user, stored};
use crate::database::{administer, on_database, store_failure};
use crate::failure::Failure;
use crate::output;
use crate::settings::Settings;
use crate::system::UuidV7;
use crate::values::checked;
use crate::wiring::user_management;

pub(super) async fn create_account(settings: &Settings, name: String) -> Result<(), Failure> {
    let account = Account { id: AccountId::generate(&UuidV7), name: checked("--name", name)? };
    let put = async |store: Arc<dyn Store>| store.put_account(&account).await.map_err(store_failure);
    stored(administer(&settings.database, put).await?, account.id)?;
    output::object(&json!({ "account_id": account.id }))
}

pub(super) async fn create_user(settings: &Settings, new: NewUser) -> Result<(), Failure> {
    let user = User {
        id: UserId::generate(&UuidV7),
        account_id: new.account,
        email: checked("--email", new.email)?,
        role: new.role,
        can_cover_l1: new.can_cover_l1,
        active: !new.inactive,
        identity: identity(new.issuer, new.subject)?,
    };
    let create = async |store: Arc<dyn Store>| user_management(&store, settings).provision(user).await.map_err(refused);
    let user = administer(&settings.database, create).await?;
    output::object(&json!({ "user_id": user.id }))
}

pub(super) async fn update_user(settings: &Settings, update: UserUpdate) -> Result<(), Failure> {
    let UserUpdate { user: id, change } = update;
    let change = UserChange {
        email: change.email.map(|email| checked("--email", email)).transpose()?,
        role: change.role,
        can_cover_l1: change.can_cover_l1,
        active: change.active,
        identity: match identity(change.issuer, change.subject)? {
            Some(identity) => IdentityChange::Set(identity),
            None if change.no_identity => IdentityChange::Remove,
            None => IdentityChange::Keep,
        },
    };
    let update = async |store: Arc<dyn Store>| {
        // Whose user it is, is looked up across accounts; the change is made inside that one.
        let there = store.user(id).await.map_err(store_failure)?.ok_or_else(|| no_such_user(id))?;
        user_management(&store, settings).change_as_system(there.account_id, id, change).await.map_err(refused)
    };
    output::object(&shown(&administer(&settings.database, update).await?))
}

pub(super) async fn list_accounts(settings: &Settings) -> Result<(), Failure> {
    let list = async |database: &Database| database.accounts().await.map_err(|error| list_failure(&error));
    let accounts = on_database(&settings.database, list).await?;
    let accounts: Vec<Value> =
        accounts.iter().map(|account| json!({ "account_id": account.id, "name": account.name })).collect();
    output::object(&json!({ "accounts": accounts }))
}

pub(super) async fn list_users(settings: &Settings, account: AccountId) -> Result<(), Failure> {
    let list = async |store: Arc<dyn Store>| {
        if store.account(account).await.map_err(store_failure)?.is_none() {
            return Err(no_such_account(account));
        }
        let (mut users, mut last) = (Vec::new(), None);
        loop {
            let page =
                store.users(account, UserFilter::default(), last, MAX_PAGE_LIMIT).await.map_err(store_failure)?;
            last = page.last().map(|user| user.id);
            let more = page.len() == usize::from(MAX_PAGE_LIMIT);
            users.extend(page.iter().map(shown));
            if !more {
                return Ok(users);
            }
        }
    };
    let users = administer(&settings.database, list).await?;
    output::object(&json!({ "users": users }))
}

fn shown(user: &User) -> Value {
    json!({
        "user_id": user.id,
        "account_id": user.account_id,
        "email": user.email,
        "role": user.role,
        "can_cover_l1": user.can_cover_l1,
        "active": user.active,
        "identity": user.identity,
    })
}

fn list_failure(error: &ListError) -> Failure {
    let failure = Failure::new(error.to_string());
    match error {
        ListError::NoOwner | ListError::NotOwner(_) => {
            failure.remedy("set FIRSTLINE__DATABASE__MIGRATE_URL for this call to the login that migrated")
        }
        ListError::Unavailable(unreachable) => failure.remedy(unreachable.remedy()),
        ListError::Store(_) => failure,
    }
}

/// The identity that both flags make; clap has seen to it that neither is given alone.
fn identity(issuer: Option<String>, subject: Option<String>) -> Result<Option<Identity>, Failure> {
    let Some((issuer, subject)) = issuer.zip(subject) else { return Ok(None) };
    Ok(Some(Identity { issuer: checked("--issuer", issuer)?, subject: checked("--subject", subject)? }))
}

/// Why a change of a user was not made.
fn refused(error: UserManagementError) -> Failure {
    match error {
        UserManagementError::UserNotFound(id) => no_such_user(id),
        UserManagementError::AccountNotFound(account) => no_such_account(account),
        UserManagementError::EmailTaken => Failure::new("another user of the account has that e-mail address")
            .remedy("give another address, or change that user with `firstline user update`"),
        UserManagementError::IdentityTaken => Failure::new("another user of the account has that identity")
            .remedy("give the issuer and subject of this user alone"),
        UserManagementError::IdTaken(_) => Failure::new("the new id is taken by another user").remedy("try again"),
        UserManagementError::Refused(UserRefusal::LastOwner) => {
            Failure::new("the account's last active owner can neither be deactivated nor demoted")
                .remedy("make another owner first: `firstline user update USER --role owner`")
        }
        UserManagementError::Contended(_) => {
            Failure::new("others keep changing the account's users").remedy("try again")
        }
        UserManagementError::Store(error) => store_failure(error),
        // The system is refused neither of these.
        UserManagementError::Refused(UserRefusal::OwnerRequired) | UserManagementError::AccessDenied(_) => {
            Failure::new(error.to_string())
        }
    }
}
