//! Puts checked entries into a store.

use std::collections::HashSet;

use firstline_domain::account::User;
use firstline_domain::error::StoreError;
use firstline_domain::flow::TreeLocation;
use firstline_domain::ids::AccountId;
use firstline_domain::ports::{PutOutcome, Store};
use firstline_domain::service::{UserManagement, UserManagementError};
use firstline_domain::text::Email;

use super::entries::{Entries, refused};
use crate::database::store_failure;
use crate::failure::Failure;

/// Puts `entries` in place. What can be seen to clash with what is there is found before anything is written.
///
/// # Errors
/// What clashes, or the store's failure. After a failure of the store some entries may be in place; the file can be
/// given again.
pub(crate) async fn apply(entries: &Entries, store: &dyn Store, users: &UserManagement) -> Result<(), Failure> {
    let clashes = clashes(entries, store).await.map_err(store_failure)?;
    if !clashes.is_empty() {
        return Err(refused("the entries", &clashes));
    }
    for account in &entries.accounts {
        stored("account", account.id, store.put_account(account).await)?;
    }
    // Owners first: an owner who hands an account over is demoted when the next owner is there.
    let (owners, others): (Vec<&User>, Vec<&User>) = entries.users.iter().partition(|user| user.is_active_owner());
    for user in owners.into_iter().chain(others) {
        users.provision(user.clone()).await.map_err(|error| refused_user(user, error))?;
    }
    for flow in &entries.flows {
        stored("flow", flow.id, store.put_flow(flow).await)?;
    }
    for proposal in &entries.proposals {
        stored("proposal", proposal.id, store.put_proposal(proposal).await)?;
    }
    tracing::info!(
        accounts = entries.accounts.len(),
        users = entries.users.len(),
        flows = entries.flows.len(),
        proposals = entries.proposals.len(),
        "provisioned"
    );
    Ok(())
}

async fn clashes(entries: &Entries, store: &dyn Store) -> Result<Vec<String>, StoreError> {
    let mut clashes = Vec::new();
    let ours: HashSet<AccountId> = entries.accounts.iter().map(|account| account.id).collect();
    let named = entries.users.iter().map(|user| user.account_id);
    let named = named.chain(entries.flows.iter().map(|flow| flow.account_id));
    let named: HashSet<AccountId> = named.chain(entries.proposals.iter().map(|proposal| proposal.account_id)).collect();
    for &id in named.difference(&ours) {
        if store.account(id).await?.is_none() {
            clashes.push(format!("account {id}: is neither in the file nor in the database"));
        }
    }
    for flow in &entries.flows {
        let there = store.flow(flow.account_id, flow.id).await?;
        if there.is_some_and(|there| there.tree == TreeLocation::Authored) {
            clashes.push(format!("flow {}: is authored in this service, so it cannot be registered", flow.id));
        }
    }
    let mut new_emails = HashSet::new();
    for (index, user) in entries.users.iter().enumerate() {
        let there = store.user(user.id).await?;
        if there.as_ref().is_some_and(|there| there.account_id != user.account_id) {
            clashes.push(format!("user {}: is in another account", user.id));
        }
        // A user who has the address keeps it, whatever the rules of today say of it.
        if there.is_none_or(|there| there.account_id != user.account_id || there.email != user.email) {
            if let Err(defect) = Email::new(user.email.as_str()) {
                clashes.push(format!("$.users[{index}].email: {defect}"));
            }
            let namesake = store.user_by_email(user.account_id, &user.email).await?;
            if namesake.is_some_and(|there| there.id != user.id) {
                clashes.push(format!("user {}: another user of the account has that e-mail address", user.id));
            }
            if !new_emails.insert((user.account_id, user.email.folded())) {
                clashes.push(format!("$.users: the e-mail address of user {} stands twice in its account", user.id));
            }
        }
        let Some(identity) = &user.identity else { continue };
        let namesake = store.user_by_identity(user.account_id, identity).await?;
        if namesake.is_some_and(|there| there.id != user.id) {
            clashes.push(format!("user {}: another user of the account has that identity", user.id));
        }
    }
    Ok(clashes)
}

fn stored(kind: &str, id: impl std::fmt::Display, put: Result<PutOutcome, StoreError>) -> Result<(), Failure> {
    match put.map_err(store_failure)? {
        PutOutcome::Stored => Ok(()),
        PutOutcome::AccountNotFound => Err(not_provisioned(kind, id, "its account is not there")),
        PutOutcome::Authored => Err(not_provisioned(kind, id, "it is authored in this service")),
    }
}

fn refused_user(user: &User, error: UserManagementError) -> Failure {
    match error {
        UserManagementError::Store(error) => store_failure(error),
        refusal => not_provisioned("user", user.id, &refusal.to_string()),
    }
}

fn not_provisioned(kind: &str, id: impl std::fmt::Display, why: &str) -> Failure {
    Failure::new(format!("{kind} {id} cannot be provisioned: {why}"))
        .remedy("what stands before it in the file is in place; mend the entry and give the file again")
}
