//! Sub-flows written out are walked as if each were run on a stack: a second, simpler walker says the same.

use std::sync::Arc;

use firstline_domain::flow::check::{KnownFlow, NotLookedUp, check, check_value};
use firstline_domain::flow::format::from_value;
use firstline_domain::flow::tree::{LocalNodeId, Node, NodeBody, Tree};
use firstline_domain::flow::walk::{GuidedStep, Walk};
use firstline_domain::ids::FlowId;
use firstline_domain::text::Answer;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::breaks::Break;
use super::support::{Library, call, flow_id, random, resolved, tree, version};

/// Turns some instructions of a document into runs of that flow.
fn calling(mut document: Value, flow: FlowId, which: &[Index]) -> Value {
    let nodes = document["nodes"].as_array_mut().unwrap();
    let instructions: Vec<usize> = (0..nodes.len()).filter(|at| nodes[*at]["kind"] == "instruction").collect();
    for pick in which.iter().filter(|_| !instructions.is_empty()) {
        let at = *pick.get(&instructions);
        nodes[at] =
            json!({ "id": nodes[at]["id"], "kind": "sub_flow", "flow": flow.to_string(), "next": nodes[at]["next"] });
    }
    document
}

/// A walker with a stack: each frame is a tree and the node in it.
struct Stack<'a> {
    trees: [&'a Tree; 3],
    frames: Vec<(&'a Tree, &'a Node)>,
}

impl<'a> Stack<'a> {
    /// Tree 0 runs tree 1, which runs tree 2.
    fn begin(trees: [&'a Tree; 3]) -> Self {
        let frames = vec![(trees[0], trees[0].node(&trees[0].root).unwrap())];
        let mut stack = Self { trees, frames };
        stack.settle();
        stack
    }

    fn settle(&mut self) {
        loop {
            let depth = self.frames.len();
            let (_, node) = self.frames[depth - 1];
            match &node.body {
                NodeBody::SubFlow { .. } => {
                    let inner = self.trees[depth];
                    self.frames.push((inner, inner.node(&inner.root).unwrap()));
                }
                NodeBody::Resolved { .. } | NodeBody::Escalate { .. } if depth > 1 => {
                    self.frames.pop();
                    let (_, call) = self.frames[depth - 2];
                    let NodeBody::SubFlow { next, .. } = &call.body else { panic!() };
                    self.go(next);
                }
                _ => return,
            }
        }
    }

    fn go(&mut self, to: &LocalNodeId) {
        let (tree, node) = self.frames.last_mut().unwrap();
        *node = tree.node(to).unwrap();
    }

    fn take(&mut self, choice: usize) {
        let (_, node) = self.frames.last().unwrap();
        let target = node.body.targets().nth(choice).unwrap();
        self.go(target);
        self.settle();
    }

    fn name(&self) -> String {
        self.frames.iter().map(|(_, node)| node.id.as_str()).collect::<Vec<_>>().join("/")
    }
}

proptest! {
    // Each case writes up to thousands of nodes out.
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_walk_through_sub_flows_is_that_of_a_stack(
        documents in (random::documents(), random::documents(), random::documents()),
        calls in proptest::collection::vec(any::<Index>(), 0..4),
        choices in proptest::collection::vec(any::<Index>(), 60),
    ) {
        let (outer, middle, inner) = documents;
        let middle = calling(middle, flow_id(3), &calls);
        let outer = calling(outer, flow_id(2), &calls);
        let trees = [outer, middle, inner].map(|document| from_value(&document).unwrap());
        let mut library = Library::default();
        for (number, tree) in [(3, &trees[2]), (2, &trees[1])] {
            let compiled = Arc::new(library.compile(&version(flow_id(number), 1, tree.clone(), &library)));
            library.flows.insert(flow_id(number), KnownFlow::Published(compiled));
        }
        let report = check(&trees[0], &library);
        prop_assert!(report.errors.iter().all(|defect| defect.code.as_str() == "too_many_nodes"), "{:?}", report.errors);

        let flow = Arc::new(library.compile(&version(flow_id(1), 1, trees[0].clone(), &library)));
        let mut walk = Walk::begin(Arc::clone(&flow)).unwrap();
        let mut stack = Stack::begin([&trees[0], &trees[1], &trees[2]]);
        for choice in choices {
            let node = walk.node().unwrap();
            prop_assert_eq!(node.id.as_str(), stack.name());
            if node.is_end() {
                break;
            }
            let choice = choice.index(node.answers().len());
            let answer = Answer::new(node.answers()[choice].label.as_str()).unwrap();
            let step = GuidedStep { node_id: node.id.clone(), answer };
            walk.take(&step).unwrap();
            stack.take(choice);
        }
    }

    #[test]
    fn a_tree_and_its_document_are_judged_alike((document, pick) in (random::documents(), any::<Index>())) {
        for broken in Break::ALL {
            let mut document = document.clone();
            if broken.apply(&mut document, pick).is_none() {
                continue;
            }
            let checked = check_value(&document, &NotLookedUp);
            prop_assert_eq!(checked.tree.is_some(), from_value(&document).is_ok());
            if let Some(tree) = checked.tree {
                prop_assert_eq!(check(&tree, &NotLookedUp), checked.report);
            }
        }
    }
}

#[test]
fn what_a_version_takes_counts_the_texts_of_what_it_runs_as_often_as_it_runs_it() {
    let long = "x".repeat(4_000);
    let child =
        tree(&json!([{ "id": "a", "kind": "instruction", "text": long, "done": "Done", "next": "b" }, resolved("b")]));
    let mut library = Library::default();
    let compiled = Arc::new(library.compile(&version(flow_id(2), 1, child, &library)));
    assert!((4_000..6_000).contains(&compiled.bytes()), "{}", compiled.bytes());
    library.flows.insert(flow_id(2), KnownFlow::Published(compiled));
    let calls = (0..50).map(|at| call(&format!("c{at}"), flow_id(2), &format!("c{}", at + 1)));
    let parent = tree(&json!(calls.chain([resolved("c50")]).collect::<Vec<_>>()));
    let parent = library.compile(&version(flow_id(1), 1, parent, &library));
    assert!(parent.bytes() >= 50 * 4_000, "{}", parent.bytes());
}
