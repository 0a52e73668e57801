//! What several calls say when a record is not there.

use firstline_domain::ids::{AccountId, UserId};
use firstline_domain::ports::PutOutcome;

use crate::failure::Failure;

pub(super) fn no_such_user(id: UserId) -> Failure {
    Failure::new(format!("there is no user {id}"))
        .remedy("`firstline user list --account ACCOUNT` shows the ids, `firstline user create` makes a user")
}

pub(super) fn no_such_account(account: AccountId) -> Failure {
    Failure::new(format!("there is no account {account}"))
        .remedy("`firstline account list` shows the ids, `firstline account create --name NAME` makes an account")
}

/// Whether a record was written; if not, why.
pub(super) fn stored(outcome: PutOutcome, account: AccountId) -> Result<(), Failure> {
    match outcome {
        PutOutcome::Stored => Ok(()),
        PutOutcome::AccountNotFound => Err(no_such_account(account)),
        PutOutcome::Authored => Err(Failure::new("the flow of that id is authored in this service").remedy(
            "change it under /api/v1/flows or with `firstline flow import`; or register another flow under another id",
        )),
    }
}
