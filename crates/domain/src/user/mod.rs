//! The rules of managing an account's users: pure, on what was read of the account's directory.

mod change;
mod decide;
mod event;
mod roster;
mod same_email;

pub use change::{IdentityChange, UserChange, UserDetails};
pub use decide::{ChangedBy, UserRefusal, change, create};
pub use event::{Changed, FieldChange, UserEvent, UserEventData};
pub use roster::{Roster, UserSave};
pub use same_email::{ComparedEmails, KeptEmail, SameEmail, compare_emails};
