//! Any sound tree passes the check and can be walked to an end; any one rule that is broken is named, with its node.

use std::sync::Arc;

use firstline_domain::flow::check::{NotLookedUp, check_value};
use firstline_domain::flow::format::from_value;
use firstline_domain::flow::walk::{CompiledFlow, GuidedStep, Walk};
use firstline_domain::text::Answer;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

use super::breaks::Break;
use super::support::{Library, flow_id, random, version};

fn compile(document: &Value) -> Arc<CompiledFlow> {
    let version = version(flow_id(1), 1, from_value(document).unwrap(), &Library::default());
    Arc::new(CompiledFlow::compile(&version, &[]).unwrap())
}

fn take(walk: &mut Walk, chosen: usize) {
    let node = walk.node().unwrap();
    let answer = Answer::new(node.answers()[chosen].id.as_str()).unwrap();
    let step = GuidedStep { node_id: node.id.clone(), answer };
    walk.take(&step).unwrap();
}

proptest! {
    #[test]
    fn any_sound_tree_passes(document in random::documents()) {
        let checked = check_value(&document, &NotLookedUp);
        prop_assert!(checked.report.is_publishable(), "{:?}", checked.report.errors);
    }

    #[test]
    fn from_every_node_the_shortest_way_leads_to_an_end_in_as_many_steps_as_are_told(document in random::documents()) {
        let flow = compile(&document);
        for node in flow.nodes() {
            let mut walk = Walk::resume(Arc::clone(&flow), node.id.clone(), 0).unwrap();
            for left in (0..walk.progress().shortest_remaining).rev() {
                let node = walk.node().unwrap();
                let nearer = node.answers().iter().position(|choice| {
                    let next = flow.follow(&node.id, &choice.label).unwrap();
                    flow.remaining(&next.id) == Some(left)
                });
                take(&mut walk, nearer.unwrap());
            }
            prop_assert!(walk.node().unwrap().is_end());
        }
    }

    #[test]
    fn any_walk_ends((document, choices) in (random::documents(), proptest::collection::vec(any::<Index>(), 400))) {
        let flow = compile(&document);
        let mut walk = Walk::begin(Arc::clone(&flow)).unwrap();
        for (taken, choice) in (1..).zip(choices) {
            let answers = walk.node().unwrap().answers().len();
            if answers == 0 {
                break;
            }
            take(&mut walk, choice.index(answers));
            prop_assert_eq!(walk.progress().answered, taken);
        }
        // A walk that keeps going round is led out by what remains.
        while walk.progress().shortest_remaining > 0 {
            let node = walk.node().unwrap();
            let remaining = |choice: usize| flow.remaining(&flow.follow(&node.id, &node.answers()[choice].label).unwrap().id);
            let nearest = (0..node.answers().len()).min_by_key(|choice| remaining(*choice)).unwrap();
            let before = walk.progress().shortest_remaining;
            take(&mut walk, nearest);
            prop_assert!(walk.progress().shortest_remaining < before);
        }
        prop_assert!(walk.node().unwrap().is_end());
    }

    #[test]
    fn any_broken_rule_is_named_with_its_node((document, pick) in (random::documents(), any::<Index>())) {
        for broken in Break::ALL {
            let mut document = document.clone();
            let Some((code, node)) = broken.apply(&mut document, pick) else { continue };
            let report = check_value(&document, &NotLookedUp).report;
            let named = report.errors.iter().find(|defect| defect.code.as_str() == code && defect.node_id == node);
            prop_assert!(named.is_some(), "{:?} {} {:?} in {:?}", broken, code, node, report.errors);
            for defect in &report.errors {
                prop_assert!(document.pointer(&defect.pointer).is_some() || code == "field_missing", "{:?}", defect);
                prop_assert!(!defect.message.is_empty());
            }
        }
    }
}
