//! Random trees that have nothing wrong with them.

use firstline_domain::flow::format::from_value;
use firstline_domain::flow::tree::Tree;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::document;

/// What a random tree is made of: for each node but the root a number that picks the node it hangs under, and a few
/// ways besides, forwards and back.
#[derive(Debug, Clone)]
pub struct Seeds {
    hangs: Vec<prop::sample::Index>,
    besides: Vec<(prop::sample::Index, prop::sample::Index)>,
    texts: Vec<String>,
    shift: u8,
}

fn seeds() -> impl Strategy<Value = Seeds> {
    let text = "\\PC{0,20}[a-zü\"<#\\\\\n][a-z]";
    let hangs = proptest::collection::vec(any::<prop::sample::Index>(), 2..60);
    let besides = proptest::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 0..40);
    (hangs, besides, proptest::collection::vec(text, 1..5), 0_u8..9).prop_map(|(hangs, besides, texts, shift)| Seeds {
        hangs,
        besides,
        texts,
        shift,
    })
}

/// Random documents of sound trees.
pub fn documents() -> impl Strategy<Value = Value> {
    seeds().prop_map(|seeds| grow(&seeds))
}

/// Random sound trees.
pub fn trees() -> impl Strategy<Value = Tree> {
    documents().prop_map(|document| from_value(&document).unwrap())
}

/// Every node hangs under an earlier one, so each is reached; a node that nothing hangs under is an end, so from each
/// one an end is reached.
fn grow(seeds: &Seeds) -> Value {
    let count = seeds.hangs.len() + 1;
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (at, hang) in seeds.hangs.iter().enumerate() {
        let node = at + 1;
        let mut under = hang.index(node);
        while below[under].len() == 9 {
            under = (under + 1) % node;
        }
        below[under].push(node);
    }
    for (from, to) in &seeds.besides {
        let (from, to) = (from.index(count), to.index(count));
        if (1..9).contains(&below[from].len()) {
            below[from].push(to);
        }
    }
    let mut text = seeds.texts.iter().cycle().cloned();
    let mut next_text = || text.next().unwrap();
    let nodes: Vec<Value> =
        below.iter().enumerate().map(|(at, ways)| node(at, ways, seeds.shift, &mut next_text)).collect();
    document(&Value::Array(nodes))
}

fn node(at: usize, ways: &[usize], shift: u8, text: &mut impl FnMut() -> String) -> Value {
    let id = format!("n{at}");
    match ways {
        [] if at.is_multiple_of(2) => json!({ "id": id, "kind": "resolved", "text": text() }),
        [] => json!({ "id": id, "kind": "escalate", "reason_category": "other" }),
        [next] => {
            json!({ "id": id, "kind": "instruction", "text": text(), "help": format!("How: {}", text()), "done": "Done", "next": format!("n{next}") })
        }
        _ => {
            let answer = |(place, to): (usize, &usize)| {
                let key = (place + usize::from(shift)) % 9 + 1;
                json!({ "id": format!("to{place}"), "label": format!("{place} {}", text()), "key": key, "next": format!("n{to}") })
            };
            let answers: Vec<Value> = ways.iter().enumerate().map(answer).collect();
            json!({ "id": id, "kind": "question", "prompt": text(), "answers": answers })
        }
    }
}
