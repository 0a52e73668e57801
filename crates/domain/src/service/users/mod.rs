//! Managing the users of an account: who may, the rules, and the use cases over [`UserStore`](crate::ports::UserStore).
//!
//! Every change is decided on what was read of the account's directory and saved, with its event, only if the
//! directory has not changed meanwhile; else it is decided again, until a deadline. So two owners who demote each other
//! at once leave one: the second to be saved is refused as the last.

mod error;
mod management;
mod page;
mod read;
mod write;

pub use error::UserManagementError;
pub use management::UserManagement;
pub use page::{UserEventQuery, UserQuery};
