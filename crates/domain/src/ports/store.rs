//! A store of everything.

use super::directory::Directory;
use super::flows::FlowStore;
use super::sessions::SessionStore;
use super::stats::FlowStatsStore;
use super::users::UserStore;

/// All that the service needs of one database.
pub trait Store: SessionStore + Directory + UserStore + FlowStore + FlowStatsStore {}

impl<T: SessionStore + Directory + UserStore + FlowStore + FlowStatsStore> Store for T {}
