//! What a file asks to have put in place.

use firstline_domain::account::{Account, User};
use firstline_domain::flow::{Flow, FlowProposal};

use crate::failure::Failure;

/// What is to be put in place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Entries {
    pub(crate) accounts: Vec<Account>,
    pub(crate) users: Vec<User>,
    pub(crate) flows: Vec<Flow>,
    pub(crate) proposals: Vec<FlowProposal>,
}

/// That `what` is not put in place.
pub(super) fn refused(what: &str, defects: &[String]) -> Failure {
    Failure::new(format!("{what} cannot be provisioned, and nothing of it was:\n     {}", defects.join("\n     ")))
        .remedy("mend these places; docs/OPERATIONS.md has an example")
}
