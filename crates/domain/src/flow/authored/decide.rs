//! What may be done with an authored flow, and what it leads to: pure decisions.
//!
//! | in status | edit | publish | archive | restore |
//! |---|---|---|---|---|
//! | draft | draft | published | archived | draft |
//! | published | published: the draft waits beside it | published, next version | archived | published: the version becomes the draft |
//! | archived | refused | refused | unchanged | draft |

use std::sync::Arc;

use super::refusal::FlowRefusal;
use super::state::{AuthoredFlow, Draft, LatestVersion, fingerprint};
use crate::account::FlowAuthor;
use crate::clock::{Instant, to_micros};
use crate::error::StoreError;
use crate::flow::check::{KnownFlow, KnownFlows, check};
use crate::flow::defect::Report;
use crate::flow::registered::FlowStatus;
use crate::flow::tree::Tree;
use crate::flow::version::{FlowVersion, Pins, VersionNumber};
use crate::flow::walk::CompiledFlow;
use crate::ids::FlowId;

/// An accepted change, ready to be written together or not at all, if the flow still has `expected_revision`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowChange {
    /// The flow as it is to be.
    pub flow: AuthoredFlow,
    /// The revision that the decision was made on; 0 for a flow that is not there yet.
    pub expected_revision: i64,
    /// The version that is published with it. A flow is made as a draft, so a new one has none.
    pub version: Option<FlowVersion>,
}

impl FlowChange {
    /// What a store asks before it writes anything: a new flow comes without a version.
    ///
    /// # Errors
    /// [`StoreError::Failed`] for a change that no decision leads to.
    pub fn check(&self) -> Result<(), StoreError> {
        if self.expected_revision == 0 && self.version.is_some() {
            return Err(StoreError::Failed("a new flow comes without a version".into()));
        }
        Ok(())
    }
}

/// What a request to change a flow leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlowPlan {
    /// It is so already: nothing is written.
    Unchanged,
    /// Write this.
    Change(Box<FlowChange>),
}

/// A new flow with its first draft.
#[must_use]
pub fn create(id: FlowId, author: FlowAuthor, tree: Tree, now: Instant) -> AuthoredFlow {
    let now = to_micros(now);
    AuthoredFlow {
        id,
        account_id: author.account_id(),
        status: FlowStatus::Draft,
        draft: Draft { tree, restored_from: None, edited_by: author.user_id(), edited_at: now },
        latest: None,
        revision: 1,
        created_by: author.user_id(),
        created_at: now,
        updated_at: now,
    }
}

/// Replaces the draft whole. `expected` is the revision that the author read, if they say so. An archived flow that was never
/// published has no version to restore: this is what makes it a draft again.
///
/// # Errors
/// [`FlowRefusal::Stale`], [`FlowRefusal::Archived`].
pub fn edit(
    flow: &AuthoredFlow,
    tree: Tree,
    expected: Option<i64>,
    author: FlowAuthor,
    now: Instant,
) -> Result<FlowPlan, FlowRefusal> {
    current(flow, expected)?;
    let status = if flow.latest.is_none() {
        FlowStatus::Draft
    } else {
        not_archived(flow)?;
        flow.status
    };
    if status == flow.status && flow.draft.tree == tree {
        return Ok(FlowPlan::Unchanged);
    }
    let at = next_instant(flow, now);
    let draft = Draft { tree, restored_from: None, edited_by: author.user_id(), edited_at: at };
    Ok(changed(flow, AuthoredFlow { status, draft, ..flow.clone() }, None, at))
}

/// What publishing the draft would find wrong with it.
#[must_use]
pub fn check_draft(flow: &AuthoredFlow, flows: &dyn KnownFlows) -> Report {
    check(&flow.draft.tree, &Within { this: flow.id, flows })
}

/// Publishes the draft as the next version, with the sub-flows' versions of now. Where neither the tree nor a sub-flow
/// has changed since the newest version, there is nothing to publish.
///
/// # Errors
/// [`FlowRefusal::Defective`] with every error; [`FlowRefusal::Stale`], [`FlowRefusal::Archived`].
pub fn publish(
    flow: &AuthoredFlow,
    flows: &dyn KnownFlows,
    expected: Option<i64>,
    author: FlowAuthor,
    now: Instant,
) -> Result<FlowPlan, FlowRefusal> {
    current(flow, expected)?;
    not_archived(flow)?;
    let tree = &flow.draft.tree;
    let report = check_draft(flow, flows);
    if !report.is_publishable() {
        return Err(FlowRefusal::Defective(report));
    }
    let called = tree.calls().into_iter().filter_map(|id| match flows.find(id) {
        KnownFlow::Published(compiled) => Some(compiled),
        KnownFlow::NotPublished | KnownFlow::Unknown | KnownFlow::NotLookedUp => None,
    });
    let called: Vec<Arc<CompiledFlow>> = called.collect();
    let pins: Pins = called.iter().map(|compiled| (compiled.flow_id(), compiled.version())).collect();
    let fingerprint = fingerprint(tree, &pins);
    let latest = flow.latest.as_ref();
    if flow.status == FlowStatus::Published && latest.is_some_and(|latest| latest.fingerprint == fingerprint) {
        return Ok(FlowPlan::Unchanged);
    }
    let at = next_instant(flow, now);
    let version = FlowVersion {
        flow_id: flow.id,
        account_id: flow.account_id,
        number: latest.map_or(VersionNumber::FIRST, |latest| latest.number.next()),
        tree: tree.clone(),
        pins,
        published_by: author.user_id(),
        published_at: at,
    };
    // What cannot be walked is not published, whatever the check says of it: a sub-flow that could not be looked up.
    CompiledFlow::compile(&version, &called)?;
    let latest = Some(LatestVersion { number: version.number, name: tree.name.clone(), fingerprint });
    let published = AuthoredFlow { status: FlowStatus::Published, latest, ..flow.clone() };
    Ok(changed(flow, published, Some(version), at))
}

/// Takes the flow out of use: no new walk begins on it, running ones go on.
///
/// # Errors
/// [`FlowRefusal::Stale`].
pub fn archive(flow: &AuthoredFlow, expected: Option<i64>, now: Instant) -> Result<FlowPlan, FlowRefusal> {
    current(flow, expected)?;
    if flow.status == FlowStatus::Archived {
        return Ok(FlowPlan::Unchanged);
    }
    let archived = AuthoredFlow { status: FlowStatus::Archived, ..flow.clone() };
    Ok(changed(flow, archived, None, next_instant(flow, now)))
}

/// Makes an old version the draft again. What is published stays so; an archived flow becomes a draft.
///
/// # Errors
/// [`FlowRefusal::ForeignVersion`], [`FlowRefusal::Stale`].
pub fn restore(
    flow: &AuthoredFlow,
    version: &FlowVersion,
    expected: Option<i64>,
    author: FlowAuthor,
    now: Instant,
) -> Result<FlowPlan, FlowRefusal> {
    current(flow, expected)?;
    if (version.flow_id, version.account_id) != (flow.id, flow.account_id) {
        return Err(FlowRefusal::ForeignVersion);
    }
    let status = match flow.status {
        FlowStatus::Draft | FlowStatus::Archived => FlowStatus::Draft,
        FlowStatus::Published => FlowStatus::Published,
    };
    if status == flow.status && flow.draft.tree == version.tree {
        return Ok(FlowPlan::Unchanged);
    }
    let at = next_instant(flow, now);
    let draft = Draft {
        tree: version.tree.clone(),
        restored_from: Some(version.number),
        edited_by: author.user_id(),
        edited_at: at,
    };
    Ok(changed(flow, AuthoredFlow { status, draft, ..flow.clone() }, None, at))
}

/// The account's flows, with the one that is being published left out of what it may run.
struct Within<'a> {
    this: FlowId,
    flows: &'a dyn KnownFlows,
}

impl KnownFlows for Within<'_> {
    fn find(&self, id: FlowId) -> KnownFlow {
        self.flows.find(id)
    }

    fn this(&self) -> Option<FlowId> {
        Some(self.this)
    }
}

fn current(flow: &AuthoredFlow, expected: Option<i64>) -> Result<(), FlowRefusal> {
    match expected {
        Some(expected) if expected != flow.revision => Err(FlowRefusal::Stale { expected, actual: flow.revision }),
        _ => Ok(()),
    }
}

fn not_archived(flow: &AuthoredFlow) -> Result<(), FlowRefusal> {
    if flow.status == FlowStatus::Archived { Err(FlowRefusal::Archived) } else { Ok(()) }
}

/// Now, or the time of the last change if a clock went backwards.
fn next_instant(flow: &AuthoredFlow, now: Instant) -> Instant {
    to_micros(now).max(flow.updated_at)
}

fn changed(before: &AuthoredFlow, after: AuthoredFlow, version: Option<FlowVersion>, at: Instant) -> FlowPlan {
    let flow = AuthoredFlow { revision: before.revision + 1, updated_at: at, ..after };
    FlowPlan::Change(Box::new(FlowChange { flow, expected_revision: before.revision, version }))
}
