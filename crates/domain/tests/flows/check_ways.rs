//! What is wrong with the ways of a tree, with its answers, its size and its sub-flows; and the warnings.

use firstline_domain::flow::check::{KnownFlow, MAX_NODES, MAX_STEPS_FROM_ROOT, NotLookedUp, Report, check};
use serde_json::{Value, json};

use super::support::{Library, brief, call, document, escalate, flow_id, instruction, question, resolved, sound, tree};

fn report(nodes: &Value) -> Report {
    check(&tree(nodes), &NotLookedUp)
}

#[track_caller]
fn only_error(report: &Report, expected: (&str, Option<&str>, &str)) {
    assert_eq!(brief(&report.errors), [expected]);
}

#[test]
fn a_way_to_nowhere_is_named_where_it_is_and_not_also_as_a_dead_end() {
    let nodes = json!([question("a", &["b", "c"]), instruction("b", "nowhere"), resolved("c")]);
    only_error(&report(&nodes), ("target_missing", Some("b"), "/nodes/1/next"));
}

#[test]
fn a_root_that_is_not_there_is_the_only_defect() {
    let mut document = document(&sound());
    document["root"] = json!("start");
    let tree = firstline_domain::flow::format::from_value(&document).unwrap();
    only_error(&check(&tree, &NotLookedUp), ("root_missing", None, "/root"));
    document["nodes"] = json!([]);
    let tree = firstline_domain::flow::format::from_value(&document).unwrap();
    only_error(&check(&tree, &NotLookedUp), ("root_missing", None, "/root"));
}

#[test]
fn nodes_that_no_way_leads_to_are_named() {
    let mut nodes = sound();
    nodes.as_array_mut().unwrap().extend([instruction("island", "shore"), resolved("shore")]);
    let report = report(&nodes);
    let expected = [("unreachable", Some("island"), "/nodes/5"), ("unreachable", Some("shore"), "/nodes/6")];
    assert_eq!(brief(&report.errors), expected);
}

#[test]
fn a_misspelt_way_is_named_where_it_is_and_its_target_is_not_also_unreachable() {
    let mut nodes = sound();
    nodes[0]["answers"][0]["next"] = json!("restrat");
    only_error(&report(&nodes), ("target_missing", Some("power"), "/nodes/0/answers/0/next"));
    // A node that no way could mean is unreachable all the same, and so is one that only such a node could mean.
    nodes.as_array_mut().unwrap().extend([instruction("island", "shoer"), resolved("shore")]);
    let expected = [
        ("target_missing", Some("power"), "/nodes/0/answers/0/next"),
        ("unreachable", Some("island"), "/nodes/5"),
        ("target_missing", Some("island"), "/nodes/5/next"),
        ("unreachable", Some("shore"), "/nodes/6"),
    ];
    assert_eq!(brief(&report(&nodes).errors), expected);
}

#[test]
fn every_node_of_a_ring_without_a_way_out_is_named() {
    let nodes = json!([question("a", &["b", "d"]), instruction("b", "c"), instruction("c", "b"), resolved("d")]);
    let expected = [("no_way_out", Some("b"), "/nodes/1"), ("no_way_out", Some("c"), "/nodes/2")];
    assert_eq!(brief(&report(&nodes).errors), expected);
}

#[test]
fn a_ring_with_a_way_out_is_no_defect() {
    let nodes = json!([instruction("a", "b"), question("b", &["a", "c"]), resolved("c")]);
    assert!(report(&nodes).is_clean());
}

#[test]
fn ids_labels_and_keys_that_stand_twice_are_named_at_the_second() {
    let mut nodes = sound();
    nodes[4]["id"] = json!("fixed");
    nodes[0]["answers"][1]["next"] = json!("fixed");
    nodes[2]["answers"][1]["next"] = json!("restart");
    only_error(&report(&nodes), ("node_id_repeated", Some("fixed"), "/nodes/4/id"));
    for (field, value, code) in [
        ("id", json!("a1"), "answer_id_repeated"),
        ("label", json!(" Answer 1"), "answer_label_repeated"),
        ("key", json!(1), "answer_key_repeated"),
    ] {
        let mut nodes = sound();
        nodes[0]["answers"][1][field] = value;
        only_error(&report(&nodes), (code, Some("power"), &format!("/nodes/0/answers/1/{field}")));
    }
}

#[test]
fn labels_that_look_the_same_stand_twice() {
    for (one, other) in [
        ("für", "fu\u{308}r"),
        ("Yes", "YES"),
        ("Wi-Fi", "Wi\u{2011}Fi"),
        ("not yet", "not\u{a0} yet"),
        ("on", "o\u{200b}n"),
        ("1 GB", "１ ＧＢ"),
    ] {
        let mut nodes = sound();
        nodes[0]["answers"][0]["label"] = json!(one);
        nodes[0]["answers"][1]["label"] = json!(other);
        only_error(&report(&nodes), ("answer_label_repeated", Some("power"), "/nodes/0/answers/1/label"));
    }
}

#[test]
fn a_question_has_two_to_nine_answers() {
    let codes = |count: usize| {
        let mut nodes = json!([question("q", &["end"; 9][..count.min(9)]), resolved("end")]);
        for _ in 9..count {
            let extra = json!({ "id": "more", "label": "More", "key": 9, "next": "end" });
            nodes[0]["answers"].as_array_mut().unwrap().push(extra);
        }
        let report = report(&nodes);
        brief(&report.errors).iter().map(|(code, _, at)| format!("{code} {at}")).collect::<Vec<_>>()
    };
    assert_eq!(codes(0), ["dead_end /nodes/0/answers", "unreachable /nodes/1"]);
    assert_eq!(codes(1), ["too_few_answers /nodes/0/answers"]);
    for count in 2..=9 {
        assert!(codes(count).is_empty(), "{count}");
    }
    assert_eq!(codes(10), ["too_many_answers /nodes/0/answers", "answer_key_repeated /nodes/0/answers/9/key"]);
}

/// A chain of `count` nodes, the last an end.
fn chain(count: usize) -> Value {
    let link = |at: usize| instruction(&format!("n{at}"), &format!("n{}", at + 1));
    Value::Array((0..count - 1).map(link).chain([resolved(&format!("n{}", count - 1))]).collect())
}

#[test]
fn a_node_may_be_100_steps_away_and_not_101() {
    let most = MAX_STEPS_FROM_ROOT as usize;
    assert!(report(&chain(most + 1)).is_publishable());
    let id = format!("n{}", most + 1);
    only_error(&report(&chain(most + 2)), ("too_far", Some(&id), "/nodes/101"));
    // Only where it first becomes too far, and only by the shortest way.
    only_error(&report(&chain(most + 50)), ("too_far", Some(&id), "/nodes/101"));
    let mut short_cut = chain(most + 50);
    short_cut[0] = question("n0", &["n1", "n75"]);
    assert!(report(&short_cut).is_publishable());
}

/// A wide tree of exactly `count` nodes.
fn wide(count: usize) -> Value {
    let nodes = (0..count).map(|at| {
        let below: Vec<String> =
            (at * 9 + 1..=at * 9 + 9).filter(|to| *to < count).map(|to| format!("n{to}")).collect();
        let below: Vec<&str> = below.iter().map(String::as_str).collect();
        match below.as_slice() {
            [] => resolved(&format!("n{at}")),
            [next] => instruction(&format!("n{at}"), next),
            _ => question(&format!("n{at}"), &below),
        }
    });
    Value::Array(nodes.collect())
}

#[test]
fn a_flow_may_have_500_nodes_and_not_501() {
    assert!(report(&wide(MAX_NODES)).is_publishable());
    only_error(&report(&wide(MAX_NODES + 1)), ("too_many_nodes", None, "/nodes"));
}

#[test]
fn the_nodes_of_sub_flows_count_as_often_as_they_are_run() {
    let mut library = Library::default();
    library.publish(flow_id(7), &wide(200));
    let calls = |count: usize| {
        let mut nodes = vec![];
        for at in 0..count {
            nodes.push(call(&format!("c{at}"), flow_id(7), if at + 1 == count { "end" } else { "next" }));
            let last = nodes.len() - 1;
            if at + 1 < count {
                nodes[last]["next"] = json!(format!("c{}", at + 1));
            }
        }
        nodes.push(resolved("end"));
        check(&tree(&Value::Array(nodes)), &library)
    };
    assert!(calls(2).is_publishable());
    only_error(&calls(3), ("too_many_nodes", None, "/nodes"));
}

#[test]
fn steps_through_a_sub_flow_count() {
    let mut library = Library::default();
    library.publish(flow_id(7), &chain(61));
    let nodes =
        json!([call("c", flow_id(7), "a"), instruction("a", "d"), call("d", flow_id(7), "end"), resolved("end")]);
    let report = check(&tree(&nodes), &library);
    // 60 steps in the first, one in between, 59 to the last instruction of the second, 60 to what follows it.
    let expected = [("too_far", Some("d"), "/nodes/2"), ("too_far", Some("end"), "/nodes/3")];
    assert_eq!(brief(&report.errors), expected);
    assert!(report.errors[0].message.contains("120 steps"), "{}", report.errors[0].message);
}

#[test]
fn a_sub_flow_must_be_there_be_published_and_not_come_back() {
    let nodes = |id: u128| json!([question("a", &["run", "end"]), call("run", flow_id(id), "end"), resolved("end")]);
    let mut library = Library { this: Some(flow_id(1)), ..Library::default() };
    library.flows.insert(flow_id(2), KnownFlow::NotPublished);
    library.publish(flow_id(1), &sound());
    library.publish(flow_id(3), &nodes(1));
    library.publish(flow_id(4), &nodes(3));
    library.publish(flow_id(5), &json!([question("x", &["y", "z"]), resolved("y"), resolved("z")]));
    for (id, code) in [
        (1, "sub_flow_cycle"),
        (2, "sub_flow_not_published"),
        (3, "sub_flow_cycle"),
        (4, "sub_flow_cycle"),
        (9, "sub_flow_unknown"),
    ] {
        only_error(&check(&tree(&nodes(id)), &library), (code, Some("run"), "/nodes/1/flow"));
    }
    assert!(check(&tree(&nodes(5)), &library).is_clean());
}

#[test]
fn sub_flows_that_lead_to_each_other_without_a_step_have_no_way_out() {
    let mut library = Library::default();
    library.publish(flow_id(7), &json!([resolved("only")]));
    let nodes =
        json!([question("a", &["b", "end"]), call("b", flow_id(7), "c"), call("c", flow_id(7), "b"), resolved("end")]);
    let report = check(&tree(&nodes), &library);
    let expected = [("no_way_out", Some("b"), "/nodes/1"), ("no_way_out", Some("c"), "/nodes/2")];
    assert_eq!(brief(&report.errors), expected);
}

#[test]
fn names_in_a_walk_keep_to_128_characters() {
    let long = "x".repeat(64);
    let nodes = |first: &str, id: u128| json!([call(first, flow_id(id), "end"), resolved("end")]);
    let mut library = Library::default();
    library.publish(flow_id(7), &json!([instruction(&long, "end"), resolved("end")]));
    only_error(&check(&tree(&nodes(&long, 7)), &library), ("sub_flow_name_too_long", Some(&long), "/nodes/0/id"));
    assert!(check(&tree(&nodes(&long[1..], 7)), &library).is_publishable());
}

#[test]
fn warnings_stand_apart_and_keep_nothing_from_being_published() {
    let warned = |change: &dyn Fn(&mut Value)| {
        let mut document = document(&sound());
        change(&mut document);
        let report = check(&firstline_domain::flow::format::from_value(&document).unwrap(), &NotLookedUp);
        assert!(report.is_publishable());
        brief(&report.warnings)
            .iter()
            .map(|(code, node, at)| format!("{code} {} {at}", node.unwrap_or("-")))
            .collect::<Vec<_>>()
    };
    let long = "x".repeat(401);
    assert_eq!(warned(&|_| {}), Vec::<String>::new());
    assert_eq!(warned(&|d| d["keywords"] = json!([])), ["no_keywords - /keywords"]);
    assert_eq!(warned(&|d| d["keywords"] = json!(["VPN", "x", " vpn"])), ["keyword_repeated - /keywords/2"]);
    let spelled = warned(&|d| d["keywords"] = json!(["für", "Wi-Fi", "fu\u{308}r", "WI\u{2010}FI"]));
    assert_eq!(spelled, ["keyword_repeated - /keywords/2", "keyword_repeated - /keywords/3"]);
    assert_eq!(
        warned(&|d| {
            d.as_object_mut().unwrap().shift_remove("description");
        }),
        ["no_description - "]
    );
    assert_eq!(warned(&|d| d["nodes"][0]["prompt"] = json!(long)), ["prompt_long power /nodes/0/prompt"]);
    assert_eq!(warned(&|d| d["nodes"][1]["text"] = json!(long)), ["prompt_long restart /nodes/1/text"]);
    assert_eq!(warned(&|d| d["nodes"][1]["help"] = json!(" Do restart.")), ["help_repeats restart /nodes/1/help"]);
    let spelled = warned(&|d| d["nodes"][1]["help"] = json!("do \u{ad}restart."));
    assert_eq!(spelled, ["help_repeats restart /nodes/1/help"]);
    assert_eq!(warned(&|d| d["nodes"][0]["answers"][1]["key"] = json!(3)), ["key_order power /nodes/0/answers/1/key"]);
}

#[test]
fn answers_that_agree_and_flows_that_never_branch_are_warned_of() {
    let report = report(&json!([question("a", &["b", "b"]), escalate("b")]));
    let expected = [("single_path", None, "/nodes"), ("answers_agree", Some("a"), "/nodes/0/answers")];
    assert_eq!(brief(&report.warnings), expected);
    assert!(report.is_publishable());
}

#[test]
fn an_answer_that_can_be_taken_for_another_is_warned_of() {
    for (field, value) in [("id", "2"), ("label", "2"), ("label", "a2")] {
        let mut nodes = sound();
        nodes[0]["answers"][0][field] = json!(value);
        let report = report(&nodes);
        let pointer = format!("/nodes/0/answers/0/{field}");
        assert_eq!(brief(&report.warnings), [("answer_ambiguous", Some("power"), pointer.as_str())], "{field} {value}");
    }
}

#[test]
fn a_sub_flow_is_warned_of_where_it_cannot_be_looked_up_or_may_escalate() {
    let nodes = json!([question("a", &["run", "end"]), call("run", flow_id(7), "end"), resolved("end")]);
    let report = check(&tree(&nodes), &NotLookedUp);
    assert_eq!(brief(&report.warnings), [("sub_flow_unchecked", Some("run"), "/nodes/1/flow")]);
    let mut library = Library::default();
    library.publish(flow_id(7), &sound());
    let report = check(&tree(&nodes), &library);
    assert_eq!(brief(&report.warnings), [("sub_flow_escalates", Some("run"), "/nodes/1/flow")]);
    assert!(report.is_publishable());
}

#[test]
fn a_check_of_very_many_nodes_in_a_row_ends() {
    let report = report(&chain(20_000));
    assert!(brief(&report.errors).iter().any(|(code, _, _)| *code == "too_many_nodes"));
}
