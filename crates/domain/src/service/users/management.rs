//! What the use cases of user management are made of.

use std::sync::Arc;

use chrono::TimeDelta;

use crate::clock::Clock;
use crate::ids::IdSource;
use crate::ports::UserStore;

/// The use cases of user management, over the store, clock and ids that they are given.
#[derive(Clone)]
pub struct UserManagement {
    pub(super) users: Arc<dyn UserStore>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn IdSource>,
    pub(super) contention_deadline: TimeDelta,
}

impl UserManagement {
    /// Puts the use cases together. A change is decided again for `contention_deadline` when others keep coming first.
    #[must_use]
    pub fn new(
        users: Arc<dyn UserStore>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        contention_deadline: TimeDelta,
    ) -> Self {
        Self { users, clock, ids, contention_deadline }
    }
}
