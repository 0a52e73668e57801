//! Lists of users and of their events, page by page.

use super::event::UserEvent;
use crate::account::User;
use crate::ids::{AccountId, UserId};
use crate::paging::PageLimit;
use crate::repository::UserFilter;

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

/// Where the next page of users begins, and for whom: a cursor of another account or filter is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserCursor {
    /// The account whose users they are.
    pub account_id: AccountId,
    /// The filter of the list.
    pub filter: UserFilter,
    /// The last user of the page before.
    pub after: UserId,
}

impl UserCursor {
    /// The place to go on from in the list of `account_id` filtered by `filter`; `None` when the cursor is not from it.
    #[must_use]
    pub fn place_in(&self, account_id: AccountId, filter: UserFilter) -> Option<UserId> {
        (self.account_id == account_id && self.filter == filter).then_some(self.after)
    }
}

/// One page of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserPage {
    /// The users by id, ascending: ids of version 7 grow with time, so the first made comes first.
    pub users: Vec<User>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<UserCursor>,
}

/// Which page of a user's events is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UserEventQuery {
    /// The most rows.
    pub limit: PageLimit,
    /// Only events after this seq.
    pub after: i64,
}

/// One page of a user's events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserEventPage {
    /// The events, oldest first.
    pub events: Vec<UserEvent>,
    /// The seq after which the next page begins; `None` on the last.
    pub next: Option<i64>,
}
