//! Managing the flows of an account: who may is said by [`account`](crate::account), the rules are those of
//! [`authored`](crate::flow::authored), and here are the use cases over [`FlowStore`].
//!
//! Every change is decided on what was read and saved only if nobody has changed the flow meanwhile; else it is decided
//! again, until a deadline. Whoever says which revision they read is refused instead, as what they saw is no more.
//!
//! A version pins its sub-flows as they were published when it was decided on. Two authors who publish at once may so each
//! pin the other's older version; walks of both end all the same, because a version only ever pins older ones. Publishing
//! either again is then refused as a ring, until one of them leaves the other out.

mod cache;
mod compiled;
mod error;
mod page;
mod read;
mod revision;
mod suggest;
mod write;

use std::sync::Arc;

use chrono::TimeDelta;

use crate::clock::Clock;
use crate::ids::IdSource;
use crate::ports::FlowStore;

pub use compiled::{CompiledCache, CompiledFlows};
pub use error::FlowManagementError;
pub use page::{FlowQuery, VersionQuery};
pub use read::{FlowSide, FlowView};
pub use revision::ExpectedRevision;
pub use suggest::{SuggestCache, Suggestions};

pub use crate::ports::{FlowHead, VersionHead};

/// The use cases of flow management, over the store, clock and ids that they are given.
#[derive(Clone)]
pub struct FlowManagement {
    flows: Arc<dyn FlowStore>,
    compiled: CompiledFlows,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    contention_deadline: TimeDelta,
}

impl FlowManagement {
    /// Puts the use cases together. A change is decided again for `contention_deadline` when others keep coming first.
    #[must_use]
    pub fn new(
        flows: Arc<dyn FlowStore>,
        cache: CompiledCache,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        contention_deadline: TimeDelta,
    ) -> Self {
        let compiled = CompiledFlows::new(flows.clone(), cache);
        Self { flows, compiled, clock, ids, contention_deadline }
    }
}
