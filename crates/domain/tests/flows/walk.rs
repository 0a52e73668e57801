//! Walks: sub-flows written out, answers matched, how far it still is.

use std::sync::Arc;

use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::flow::walk::{CompiledFlow, CorruptVersion, GuidedStep, Progress, StepRefused, Walk};
use firstline_domain::text::Answer;
use serde_json::json;

use super::support::{
    Library, call, compiled, escalate, flow_id, instruction, node_id, question, resolved, sound, tree, version,
};

fn step(node: &str, answer: &str) -> GuidedStep {
    GuidedStep { node_id: node_id(node), answer: Answer::new(answer).unwrap() }
}

fn at(walk: &Walk) -> &str {
    walk.node().unwrap().id.as_str()
}

fn ids(flow: &CompiledFlow) -> Vec<&str> {
    flow.nodes().map(|node| node.id.as_str()).collect()
}

#[test]
fn a_walk_follows_the_answers_to_an_end() {
    let mut walk = Walk::begin(compiled(&sound())).unwrap();
    assert_eq!(walk.progress(), Progress { answered: 0, shortest_remaining: 1 });
    let recorded = walk.take(&step("power", "Answer 1")).unwrap();
    assert_eq!((recorded.question.as_str(), recorded.choice.label.as_str()), ("What about power?", "Answer 1"));
    assert_eq!(recorded.next, node_id("restart"));
    walk.take(&step("restart", "Done")).unwrap();
    assert_eq!(walk.progress(), Progress { answered: 2, shortest_remaining: 1 });
    walk.take(&step("works", "a1")).unwrap();
    let end = walk.node().unwrap();
    assert!(end.is_end());
    assert_eq!((end.kind(), end.text()), ("resolved", Some("It works again.")));
    assert_eq!(walk.progress(), Progress { answered: 3, shortest_remaining: 0 });
}

#[test]
fn an_answer_is_meant_by_id_then_key_then_exact_label() {
    let mut nodes = json!([question("q", &["x", "y", "z"]), resolved("x"), resolved("y"), resolved("z")]);
    nodes[0]["answers"][0]["label"] = json!("a3");
    nodes[0]["answers"][1]["id"] = json!("3");
    nodes[0]["answers"][2]["label"] = json!("2");
    let flow = compiled(&nodes);
    let to = |answer: &str| flow.answer(&node_id("q"), &step("q", answer)).map(|taken| taken.next.into_string());
    for (answer, next) in [("3", "y"), ("2", "y"), ("a3", "z"), ("1", "x"), ("a1", "x"), ("Answer 2", "y")] {
        assert_eq!(to(answer).unwrap(), next, "{answer}");
    }
    for answer in ["answer 2", "Answer 2 ", "4", "01", "yes"] {
        let refused = to(answer).unwrap_err();
        assert!(
            matches!(&refused, StepRefused::AnswerUnknown { answers } if answers.len() == 3),
            "{answer} {refused:?}"
        );
    }
}

#[test]
fn a_label_is_meant_however_its_letters_are_encoded() {
    let mut nodes = json!([question("q", &["x", "y"]), resolved("x"), resolved("y")]);
    nodes[0]["answers"][0]["label"] = json!("für");
    let flow = compiled(&nodes);
    for answer in ["für", "fu\u{308}r"] {
        assert_eq!(flow.answer(&node_id("q"), &step("q", answer)).unwrap().next, node_id("x"), "{answer}");
    }
    assert!(flow.answer(&node_id("q"), &step("q", "fur")).is_err());
}

#[test]
fn another_node_than_the_current_one_is_refused_and_named() {
    let mut walk = Walk::begin(compiled(&sound())).unwrap();
    for node in ["restart", "nowhere", "POWER"] {
        let expected = Err(StepRefused::StepNotCurrent { expected: node_id("power") });
        assert_eq!(walk.take(&step(node, "1")), expected);
    }
    assert_eq!((at(&walk), walk.progress().answered), ("power", 0));
}

#[test]
fn an_end_takes_no_answer() {
    let mut walk = Walk::begin(compiled(&sound())).unwrap();
    walk.take(&step("power", "2")).unwrap();
    assert_eq!(walk.node().unwrap().reason_category().unwrap().as_str(), "hardware");
    assert_eq!(walk.take(&step("broken", "1")), Err(StepRefused::AnswerUnknown { answers: vec![] }));
}

#[test]
fn a_node_is_shown_with_all_that_the_technician_needs() {
    let mut nodes = sound();
    nodes[0]["help"] = json!("Look at the light.");
    let flow = compiled(&nodes);
    let shown = |id: &str| serde_json::to_value(flow.node(&node_id(id)).unwrap()).unwrap();
    assert_eq!(
        shown("power"),
        json!({ "id": "power", "kind": "question", "text": "What about power?", "help": "Look at the light.",
                "reason_category": null, "answers": [
                    { "id": "a1", "key": 1, "label": "Answer 1" }, { "id": "a2", "key": 2, "label": "Answer 2" }] })
    );
    assert_eq!(
        shown("restart"),
        json!({ "id": "restart", "kind": "instruction", "text": "Do restart.", "help": null, "reason_category": null,
                "answers": [{ "id": "done", "key": 1, "label": "Done" }] })
    );
    assert_eq!(
        shown("broken"),
        json!({ "id": "broken", "kind": "escalate", "text": "It is broken.", "help": null,
                "reason_category": "hardware", "answers": [] })
    );
}

#[test]
fn a_sub_flow_is_written_out_under_its_call_and_its_ends_lead_on() {
    let mut library = Library::default();
    library.publish(flow_id(7), &json!([question("who", &["ok", "not"]), resolved("ok"), escalate("not")]));
    library.publish(
        flow_id(8),
        &json!([instruction("ask", "verify"), call("verify", flow_id(7), "fine"), resolved("fine")]),
    );
    let nodes = json!([
        call("first", flow_id(8), "reset"),
        instruction("reset", "again"),
        call("again", flow_id(7), "end"),
        resolved("end")
    ]);
    let flow = library.publish(flow_id(9), &nodes);
    assert_eq!(ids(&flow), ["first/ask", "first/verify/who", "reset", "again/who", "end"]);
    assert_eq!((flow.node_count(), flow.depth(), flow.steps_through()), (4 + 6 + 3, 3, 4));
    assert!(flow.runs(flow_id(7)) && flow.runs(flow_id(8)) && !flow.runs(flow_id(9)));
    assert!(!flow.may_escalate());

    let mut walk = Walk::begin(flow).unwrap();
    for (node, answer) in [("first/ask", "1"), ("first/verify/who", "2"), ("reset", "done"), ("again/who", "a1")] {
        assert_eq!(at(&walk), node);
        walk.take(&step(node, answer)).unwrap();
    }
    assert_eq!((at(&walk), walk.progress().shortest_remaining), ("end", 0));
}

#[test]
fn a_sub_flow_without_a_step_is_passed_through() {
    let mut library = Library::default();
    library.publish(flow_id(7), &json!([resolved("only")]));
    let nodes =
        json!([call("a", flow_id(7), "b"), call("b", flow_id(7), "q"), question("q", &["a", "end"]), resolved("end")]);
    let flow = library.publish(flow_id(8), &nodes);
    assert_eq!(ids(&flow), ["q", "end"]);
    let taken = flow.answer(&node_id("q"), &step("q", "1")).unwrap();
    assert_eq!(taken.next, node_id("q"));
}

#[test]
fn a_pinned_version_is_run_whatever_is_published_later() {
    let mut library = Library::default();
    library.publish(flow_id(7), &json!([instruction("old", "end"), resolved("end")]));
    let parent = version(flow_id(8), 1, tree(&json!([call("run", flow_id(7), "end"), resolved("end")])), &library);
    let old = library.published();
    let newer = json!([instruction("new", "end"), resolved("end")]);
    let newer = Arc::new(library.compile(&version(flow_id(7), 2, tree(&newer), &Library::default())));
    let both = [Arc::clone(&newer), Arc::clone(&old[0])];
    assert_eq!(ids(&CompiledFlow::compile(&parent, &both).unwrap()), ["run/old", "end"]);
    assert_eq!(parent.pins[&flow_id(7)], VersionNumber::FIRST);
    assert_eq!(CompiledFlow::compile(&parent, &[newer]), Err(CorruptVersion::PinMissing(flow_id(7))));
}

#[test]
fn a_version_that_was_never_published_by_the_rules_is_corrupt() {
    let library = Library::default();
    let lost = version(flow_id(1), 1, tree(&json!([instruction("a", "nowhere"), resolved("b")])), &library);
    assert!(matches!(CompiledFlow::compile(&lost, &[]), Err(CorruptVersion::TargetMissing(_))));
    let mut library = Library::default();
    library.publish(flow_id(7), &json!([resolved("only")]));
    let ring = json!([call("a", flow_id(7), "b"), call("b", flow_id(7), "a")]);
    let ring = version(flow_id(1), 1, tree(&ring), &library);
    assert!(matches!(CompiledFlow::compile(&ring, &library.published()), Err(CorruptVersion::Ring(_))));
}

#[test]
fn a_recorded_path_leads_back_to_where_the_walk_stood() {
    let flow = compiled(&sound());
    let mut walk = Walk::begin(Arc::clone(&flow)).unwrap();
    let mut path = Vec::new();
    let mut stood = vec![walk.clone()];
    for (node, answer) in [("power", "1"), ("restart", "1"), ("works", "2")] {
        let taken = walk.take(&step(node, answer)).unwrap();
        path.push((taken.node_id, taken.choice.label));
        stood.push(walk.clone());
    }
    for (steps, walk) in stood.iter().enumerate() {
        let retraced = Walk::retrace(Arc::clone(&flow), path[..steps].iter().map(|(node, answer)| (node, answer)));
        assert_eq!(retraced.as_ref(), Some(walk), "{steps} steps");
    }
    assert_eq!(Walk::resume(Arc::clone(&flow), node_id("works"), 2).as_ref(), Some(&stood[2]));
    assert_eq!(Walk::resume(Arc::clone(&flow), node_id("nowhere"), 2), None);
    let swapped = [&path[1], &path[0]];
    assert_eq!(Walk::retrace(flow, swapped.map(|(node, answer)| (node, answer))), None);
}
