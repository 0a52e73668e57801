//! Writing a version's sub-flows out.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use super::compiled::{Compiled, CompiledFlow};
use super::node::{AskKind, Choice, Content, WalkNode};
use crate::flow::tree::{AnswerId, AnswerKey, AnswerOption, LocalNodeId, Node, NodeBody};
use crate::flow::version::FlowVersion;
use crate::ids::FlowId;
use crate::text::{NodeId, TextDefect};

/// The id of an instruction's only answer.
pub const DONE: &str = "done";

/// A stored version that cannot have been published by the rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CorruptVersion {
    /// A way leads to a node that is not there.
    #[error("a way leads to {0}, which is not there")]
    TargetMissing(LocalNodeId),
    /// A sub-flow's version was not pinned, or not given.
    #[error("the pinned version of the sub-flow {0} is missing")]
    PinMissing(FlowId),
    /// Sub-flows follow each other in a ring without any step.
    #[error("{0} leads in a ring of sub-flows")]
    Ring(LocalNodeId),
    /// A name is no node id.
    #[error("the name of a node {0}")]
    Name(#[from] TextDefect),
}

/// Where the parts of the whole are.
struct Layout<'a> {
    nodes: &'a [Node],
    index: HashMap<&'a LocalNodeId, usize>,
    /// For each own node, the number of its first written-out node.
    begin: Vec<usize>,
    /// For each own node that runs a flow, that flow.
    called: Vec<Option<&'a CompiledFlow>>,
}

impl CompiledFlow {
    /// Writes `version` out. `pinned` has the compiled versions of its sub-flows, those that it pins.
    ///
    /// # Errors
    /// [`CorruptVersion`] when the version could not have been published, or a pinned version is not given.
    pub fn compile(version: &FlowVersion, pinned: &[Arc<Self>]) -> Result<Self, CorruptVersion> {
        let layout = Layout::of(version, pinned)?;
        let mut nodes = Vec::new();
        for at in 0..layout.nodes.len() {
            layout.write_out(at, &mut nodes)?;
        }
        let root = layout.landing(&version.tree.root)?;
        let inside = layout.called.iter().flatten();
        let node_count = layout.nodes.len() + inside.map(|flow| flow.node_count).sum::<usize>();
        let runs: BTreeSet<FlowId> =
            layout.called.iter().flatten().flat_map(|flow| flow.runs.iter().copied().chain([flow.flow_id])).collect();
        let index = nodes.iter().enumerate().map(|(at, node)| (node.node.id.as_str().to_owned(), at)).collect();
        let depth = depth(&nodes, root);
        measure(&mut nodes);
        let asking = nodes.iter_mut().filter(|compiled| !compiled.node.is_end());
        asking.enumerate().for_each(|(number, compiled)| compiled.inner = Some(number));
        let (flow_id, name) = (version.flow_id, version.tree.name.clone());
        let bytes = nodes.iter().map(Compiled::bytes).sum();
        Ok(Self { flow_id, version: version.number, name, nodes, index, root, runs, node_count, bytes, depth })
    }
}

impl<'a> Layout<'a> {
    fn of(version: &'a FlowVersion, pinned: &'a [Arc<CompiledFlow>]) -> Result<Self, CorruptVersion> {
        let nodes = version.tree.nodes.as_slice();
        let index = nodes.iter().enumerate().map(|(at, node)| (&node.id, at)).collect();
        let (mut begin, mut called, mut count) = (Vec::new(), Vec::new(), 0);
        for node in nodes {
            begin.push(count);
            let flow = match node.body {
                NodeBody::SubFlow { flow, .. } => Some(pinned_flow(version, flow, pinned)?),
                _ => None,
            };
            count += flow.map_or(1, |flow| flow.nodes.iter().filter(|inner| inner.inner.is_some()).count());
            called.push(flow);
        }
        Ok(Self { nodes, index, begin, called })
    }

    /// The number that a walk lands on when it is led to the own node `target`. A sub-flow whose root is an end
    /// leads on at once.
    fn landing(&self, target: &LocalNodeId) -> Result<usize, CorruptVersion> {
        let mut id = target;
        for _ in 0..=self.nodes.len() {
            let missing = || CorruptVersion::TargetMissing(id.clone());
            let at = *self.index.get(id).ok_or_else(missing)?;
            let begin = *self.begin.get(at).ok_or_else(missing)?;
            let node = self.nodes.get(at).ok_or_else(missing)?;
            match (self.called.get(at).copied().flatten(), &node.body) {
                (Some(flow), NodeBody::SubFlow { next, .. }) => match inner_number(flow, flow.root) {
                    Some(inner) => return Ok(begin + inner),
                    None => id = next,
                },
                _ => return Ok(begin),
            }
        }
        Err(CorruptVersion::Ring(target.clone()))
    }

    /// Appends what the own node `at` becomes.
    fn write_out(&self, at: usize, out: &mut Vec<Compiled>) -> Result<(), CorruptVersion> {
        let Some(node) = self.nodes.get(at) else { return Ok(()) };
        let name = |id: &str| NodeId::new(id);
        let (content, next) = match &node.body {
            NodeBody::Question { prompt, help, answers } => {
                let choice = |answer: &AnswerOption| Choice {
                    id: answer.id.clone(),
                    key: answer.key,
                    label: answer.label.clone(),
                };
                let next = answers.iter().map(|answer| self.landing(&answer.next)).collect::<Result<_, _>>()?;
                let answers = answers.iter().map(choice).collect();
                let (prompt, help) = (prompt.clone(), help.clone());
                (Content::Ask { kind: AskKind::Question, prompt, help, answers }, next)
            }
            NodeBody::Instruction { text, help, done, next } => {
                let done = AnswerId::new(DONE).ok().map(|id| Choice { id, key: AnswerKey::FIRST, label: done.clone() });
                let answers = done.into_iter().collect();
                let (prompt, help) = (text.clone(), help.clone());
                (Content::Ask { kind: AskKind::Instruction, prompt, help, answers }, vec![self.landing(next)?])
            }
            NodeBody::Resolved { text } => (Content::Resolved { text: text.clone() }, Vec::new()),
            NodeBody::Escalate { reason_category, text } => {
                (Content::Escalate { reason_category: reason_category.clone(), text: text.clone() }, Vec::new())
            }
            NodeBody::SubFlow { flow, next } => {
                let inside = self.called.get(at).copied().flatten().ok_or(CorruptVersion::PinMissing(*flow))?;
                let begin = out.len();
                let after = self.landing(next)?;
                for inner in inside.nodes.iter().filter(|inner| inner.inner.is_some()) {
                    let id = name(&format!("{}/{}", node.id, inner.node.id.as_str()))?;
                    let content = inner.node.content.clone();
                    let to = |to: &usize| inner_number(inside, *to).map_or(after, |number| begin + number);
                    let next = inner.next.iter().map(to).collect();
                    out.push(Compiled { node: WalkNode { id, content }, next, remaining: 0, inner: None });
                }
                return Ok(());
            }
        };
        out.push(Compiled { node: WalkNode { id: name(node.id.as_str())?, content }, next, remaining: 0, inner: None });
        Ok(())
    }
}

/// The place of a node where its flow is written out in another; `None` for an end, which is not.
fn inner_number(flow: &CompiledFlow, at: usize) -> Option<usize> {
    flow.nodes.get(at)?.inner
}

fn pinned_flow<'a>(
    version: &FlowVersion,
    flow: FlowId,
    pinned: &'a [Arc<CompiledFlow>],
) -> Result<&'a CompiledFlow, CorruptVersion> {
    let number = version.pins.get(&flow);
    let is_it = |compiled: &&Arc<CompiledFlow>| compiled.flow_id == flow && Some(&compiled.version) == number;
    pinned.iter().find(is_it).map(Arc::as_ref).ok_or(CorruptVersion::PinMissing(flow))
}

/// Notes for each node how many steps the shortest way to an end takes.
fn measure(nodes: &mut [Compiled]) {
    let mut back = vec![Vec::new(); nodes.len()];
    for (from, compiled) in nodes.iter().enumerate() {
        for to in &compiled.next {
            if let Some(sources) = back.get_mut(*to) {
                sources.push(from);
            }
        }
    }
    let ends = nodes.iter().enumerate().filter(|(_, compiled)| compiled.node.is_end());
    let mut waiting: VecDeque<(usize, u32)> = ends.map(|(at, _)| (at, 0)).collect();
    let mut seen = vec![false; nodes.len()];
    while let Some((at, steps)) = waiting.pop_front() {
        let Some(new @ false) = seen.get_mut(at) else { continue };
        *new = true;
        if let Some(compiled) = nodes.get_mut(at) {
            compiled.remaining = steps;
        }
        waiting.extend(back.get(at).into_iter().flatten().map(|from| (*from, steps + 1)));
    }
}

/// The most steps from the root to a node that asks something.
fn depth(nodes: &[Compiled], root: usize) -> u32 {
    let mut seen = vec![false; nodes.len()];
    let mut waiting = VecDeque::from([(root, 0)]);
    let mut depth = 0;
    while let Some((at, steps)) = waiting.pop_front() {
        let Some(new @ false) = seen.get_mut(at) else { continue };
        *new = true;
        let Some(compiled) = nodes.get(at) else { continue };
        if !compiled.node.is_end() {
            depth = steps;
        }
        waiting.extend(compiled.next.iter().map(|to| (*to, steps + 1)));
    }
    depth
}
