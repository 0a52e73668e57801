//! A published version ready to be walked: sub-flows written out, every way a number, every distance known.

use std::collections::{BTreeSet, HashMap};

use super::node::WalkNode;
use crate::flow::version::VersionNumber;
use crate::ids::FlowId;
use crate::text::{Answer, HelpText, Name, NodeId, ReasonCategory};

/// A published version with its sub-flows written out. It never changes: keep it behind an `Arc` by flow and version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompiledFlow {
    pub(super) flow_id: FlowId,
    pub(super) version: VersionNumber,
    pub(super) name: Name,
    pub(super) nodes: Vec<Compiled>,
    pub(super) index: HashMap<String, usize>,
    pub(super) root: usize,
    pub(super) runs: BTreeSet<FlowId>,
    pub(super) node_count: usize,
    pub(super) bytes: usize,
    pub(super) depth: u32,
}

/// A node, written out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Compiled {
    pub(super) node: WalkNode,
    /// Where each answer leads, in the order of the answers.
    pub(super) next: Vec<usize>,
    /// How many steps the shortest way to an end takes.
    pub(super) remaining: u32,
    /// Its number among the nodes that are no ends: its place where another flow runs this one. `None` for an end.
    pub(super) inner: Option<usize>,
}

impl Compiled {
    /// How much memory it takes, about: what its texts take, its name twice, and some for what holds them.
    pub(super) fn bytes(&self) -> usize {
        let node = &self.node;
        let answers = node.answers().iter().map(|choice| choice.id.as_str().len() + choice.label.as_str().len() + 64);
        let texts =
            [node.text(), node.help().map(HelpText::as_str), node.reason_category().map(ReasonCategory::as_str)]
                .into_iter()
                .flatten()
                .map(str::len);
        2 * node.id.as_str().len() + texts.sum::<usize>() + answers.sum::<usize>() + 256
    }
}

impl CompiledFlow {
    /// The flow.
    #[must_use]
    pub const fn flow_id(&self) -> FlowId {
        self.flow_id
    }

    /// The version.
    #[must_use]
    pub const fn version(&self) -> VersionNumber {
        self.version
    }

    /// What people called the flow in this version.
    #[must_use]
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// How many nodes it counts: its own, and for each sub-flow node those of the flow that it runs.
    #[must_use]
    pub const fn node_count(&self) -> usize {
        self.node_count
    }

    /// How much memory it takes, in bytes, about.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// The most steps that any question or instruction is away from the root by the shortest way.
    #[must_use]
    pub const fn depth(&self) -> u32 {
        self.depth
    }

    /// How many steps the shortest way from the root to an end takes.
    #[must_use]
    pub fn steps_through(&self) -> u32 {
        self.nodes.get(self.root).map_or(0, |root| root.remaining)
    }

    /// The most characters of a node's name.
    #[must_use]
    pub fn longest_id(&self) -> usize {
        self.nodes.iter().map(|compiled| compiled.node.id.as_str().chars().count()).max().unwrap_or(0)
    }

    /// Whether the flow runs that one, itself or through another.
    #[must_use]
    pub fn runs(&self, flow: FlowId) -> bool {
        self.runs.contains(&flow)
    }

    /// Whether an end of it suggests to escalate.
    #[must_use]
    pub fn may_escalate(&self) -> bool {
        self.nodes.iter().any(|compiled| compiled.node.reason_category().is_some())
    }

    /// The node that a walk begins with.
    #[must_use]
    pub fn root(&self) -> Option<&WalkNode> {
        self.nodes.get(self.root).map(|compiled| &compiled.node)
    }

    /// The node of that name.
    #[must_use]
    pub fn node(&self, id: &NodeId) -> Option<&WalkNode> {
        self.compiled(id).map(|compiled| &compiled.node)
    }

    /// Every node, root and ends included, in the order of the document.
    pub fn nodes(&self) -> impl Iterator<Item = &WalkNode> {
        self.nodes.iter().map(|compiled| &compiled.node)
    }

    /// How many steps the shortest way from that node to an end takes.
    #[must_use]
    pub fn remaining(&self, id: &NodeId) -> Option<u32> {
        self.compiled(id).map(|compiled| compiled.remaining)
    }

    /// The node that follows where `id` was answered with the label `answer`: for reading a recorded path again.
    #[must_use]
    pub fn follow(&self, id: &NodeId, answer: &Answer) -> Option<&WalkNode> {
        let at = self.compiled(id)?;
        let choice = at.node.answers().iter().position(|choice| choice.label == *answer)?;
        self.nodes.get(*at.next.get(choice)?).map(|compiled| &compiled.node)
    }

    pub(super) fn position(&self, id: &NodeId) -> Option<usize> {
        self.index.get(id.as_str()).copied()
    }

    fn compiled(&self, id: &NodeId) -> Option<&Compiled> {
        self.nodes.get(self.position(id)?)
    }
}
