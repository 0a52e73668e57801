//! Accounts and users.

use std::sync::Arc;

use firstline_domain::account::{Account, Identity, User};
use firstline_domain::ids::{AccountId, UserId};
use firstline_domain::repository::{PutOutcome, Store, UserChange};
use serde_json::json;

use super::access::{administer, store_failure};
use super::args::{NewUser, UserUpdate};
use super::checked;
use crate::failure::Failure;
use crate::output;
use crate::settings::Settings;
use crate::system::UuidV7;

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
    let put = async |store: Arc<dyn Store>| store.put_user(&user).await.map_err(store_failure);
    stored(administer(&settings.database, put).await?, user.account_id)?;
    output::object(&json!({ "user_id": user.id }))
}

pub(super) async fn update_user(settings: &Settings, update: UserUpdate) -> Result<(), Failure> {
    let UserUpdate { user: id, change } = update;
    let change = UserChange::from(change);
    let put = async |store: Arc<dyn Store>| store.update_user(id, change).await.map_err(store_failure);
    let user = administer(&settings.database, put).await?;
    let user = user.ok_or_else(|| no_such_user(id))?;
    output::object(&json!({
        "user_id": user.id,
        "account_id": user.account_id,
        "email": user.email,
        "role": user.role,
        "can_cover_l1": user.can_cover_l1,
        "active": user.active,
    }))
}

/// The identity that both flags make; clap has seen to it that neither is given alone.
fn identity(issuer: Option<String>, subject: Option<String>) -> Result<Option<Identity>, Failure> {
    let Some((issuer, subject)) = issuer.zip(subject) else { return Ok(None) };
    Ok(Some(Identity { issuer: checked("--issuer", issuer)?, subject: checked("--subject", subject)? }))
}

pub(super) fn no_such_user(id: UserId) -> Failure {
    Failure::new(format!("there is no user {id}")).remedy("`firstline user create` makes one and prints the id")
}

/// Whether a record was written; if not, why.
pub(super) fn stored(outcome: PutOutcome, account: AccountId) -> Result<(), Failure> {
    match outcome {
        PutOutcome::Stored => Ok(()),
        PutOutcome::AccountNotFound => Err(Failure::new(format!("there is no account {account}"))
            .remedy("`firstline account create --name NAME` makes one and prints the id")),
        PutOutcome::EmailTaken => Err(Failure::new("another user of the account has that e-mail address")
            .remedy("give another address, or change that user with `firstline user update`")),
        PutOutcome::IdentityTaken => Err(Failure::new("another user of the account has that identity")
            .remedy("give the issuer and subject of this user alone")),
        PutOutcome::IdTaken => Err(Failure::new("the new id is taken by another account's record").remedy("try again")),
    }
}
