//! Lists of users and of their events, page by page.

use crate::ids::UserId;
use crate::paging::PageLimit;
use crate::ports::UserFilter;

/// Which page of the users is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UserQuery {
    /// Which users.
    pub filter: UserFilter,
    /// The most rows.
    pub limit: PageLimit,
    /// Only users after this one.
    pub after: Option<UserId>,
}

/// Which page of a user's events is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UserEventQuery {
    /// The most rows.
    pub limit: PageLimit,
    /// Only events after this seq.
    pub after: i64,
}
