//! Managing the flows of an account: who may is said by [`account`](crate::account), the rules are those of
//! [`authored`](crate::flow::authored), and here are the use cases over [`FlowStore`](crate::ports::FlowStore).
//!
//! Every change is decided on what was read and saved only if the flow has not changed meanwhile; else it is decided
//! again, until a deadline. A caller who says which revision they read is refused instead, as what they saw is no more.
//!
//! A version pins its sub-flows as they were published when it was decided on. Two authors who publish at once may so
//! each pin the other's older version; walks of both end all the same, because a version only ever pins older ones.
//! Publishing either again is then refused as a ring, until one of them leaves the other out.

mod error;
mod known;
mod management;
mod page;
mod read;
mod revision;
mod write;

pub use error::FlowManagementError;
pub use management::FlowManagement;
pub use page::{FlowQuery, VersionQuery};
pub use read::{FlowSide, FlowView};
pub use revision::ExpectedRevision;
