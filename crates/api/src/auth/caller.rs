//! What a user must be to make a call.

use firstline_domain::account::{AccessDenied, AccountManager, FlowAuthor, FlowReader, L1Actor, SignedIn, User};

use crate::route::Access;

/// A user who may make a kind of call: found by an access rule of the domain from the user as the directory has them
/// now.
pub(crate) trait Caller: Sized + 'static {
    /// What the route table names it.
    const ACCESS: Access;

    /// The access rule.
    fn admit(user: User) -> Result<Self, AccessDenied>;
}

impl Caller for L1Actor {
    const ACCESS: Access = Access::L1;

    fn admit(user: User) -> Result<Self, AccessDenied> {
        user.l1_access()
    }
}

impl Caller for AccountManager {
    const ACCESS: Access = Access::UserManagement;

    fn admit(user: User) -> Result<Self, AccessDenied> {
        user.manages_users()
    }
}

impl Caller for SignedIn {
    const ACCESS: Access = Access::SignedIn;

    fn admit(user: User) -> Result<Self, AccessDenied> {
        user.signed_in()
    }
}

impl Caller for FlowReader {
    const ACCESS: Access = Access::FlowReading;

    fn admit(user: User) -> Result<Self, AccessDenied> {
        user.may_read_flows()
    }
}

impl Caller for FlowAuthor {
    const ACCESS: Access = Access::FlowAuthoring;

    fn admit(user: User) -> Result<Self, AccessDenied> {
        user.may_author_flows()
    }
}
