//! Suggestions: the flow that fits what was said comes first, and the same query always gets the same answer.

use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::flow::format::from_value;
use firstline_domain::flow::tree::Tree;
use firstline_domain::ids::FlowId;
use firstline_domain::search::{SuggestIndex, Suggestable, Suggestion};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::{document, flow_id, sound};

fn flow(name: &str, description: &str, keywords: &[&str], prompt: &str) -> Tree {
    in_language("en", name, description, keywords, prompt)
}

fn in_language(language: &str, name: &str, description: &str, keywords: &[&str], prompt: &str) -> Tree {
    let mut document = document(&sound());
    document["language"] = json!(language);
    document["name"] = json!(name);
    document["description"] = json!(description);
    document["keywords"] = json!(keywords);
    document["nodes"][0]["prompt"] = json!(prompt);
    from_value(&document).unwrap()
}

fn desk() -> Vec<Tree> {
    vec![
        flow(
            "Outlook does not open",
            "The mail program hangs or closes at once.",
            &["outlook", "mail", "email"],
            "What does Outlook show?",
        ),
        flow(
            "Printer offline",
            "Nothing is printed, or the queue shows offline.",
            &["printer", "print queue"],
            "Is the printer on?",
        ),
        flow(
            "VPN does not connect",
            "The tunnel cannot be opened from home.",
            &["vpn", "remote access"],
            "Which error does the VPN show?",
        ),
        flow(
            "No Wi-Fi",
            "The laptop finds no wireless network.",
            &["wifi", "wlan", "wireless"],
            "Is Wi-Fi switched on?",
        ),
        flow(
            "Account locked",
            "Somebody cannot sign in.",
            &["password", "locked", "sign in"],
            "Does it say that the account is locked?",
        ),
    ]
}

fn index(trees: &[Tree]) -> SuggestIndex {
    let flows = trees.iter().zip(1..);
    SuggestIndex::build(flows.map(|(tree, number)| Suggestable {
        flow_id: flow_id(number),
        version: VersionNumber::FIRST,
        tree,
    }))
}

fn names(found: &[Suggestion]) -> Vec<&str> {
    found.iter().map(|suggestion| suggestion.name.as_str()).collect()
}

#[test]
fn what_customers_say_finds_the_flow_that_helps() {
    let index = index(&desk());
    for (said, expected) in [
        ("My outlook hangs since this morning", "Outlook does not open"),
        ("I can't print, it says OFFLINE", "Printer offline"),
        ("cannot connect to vpn from my hotel", "VPN does not connect"),
        ("the wifi is gone", "No Wi-Fi"),
        ("Wi-Fi keeps dropping", "No Wi-Fi"),
        ("my accounts are locking, wrong passwords", "Account locked"),
    ] {
        assert_eq!(names(&index.suggest(said, 1)), [expected], "{said}");
    }
}

#[test]
fn a_match_in_the_name_or_the_keywords_counts_more_than_one_in_a_prompt() {
    let filler = "Look at the device.";
    let trees = [
        flow("A", "Nothing.", &["other"], "Is the scanner on?"),
        flow("B", "About the scanner.", &["other"], filler),
        flow("C", "Nothing.", &["scanner"], filler),
        flow("D scanner", "Nothing.", &["other"], filler),
    ];
    let found = index(&trees).suggest("scanner", 9);
    let order = names(&found);
    assert_eq!(order.len(), 4);
    assert_eq!(order[2..], ["B", "A"], "{order:?}");
}

#[test]
fn a_rare_word_counts_more_than_one_that_every_flow_has() {
    let trees =
        ["Alpha", "Beta", "Gamma"].map(|name| flow(name, "The laptop is broken.", &["laptop"], "Which laptop?"));
    let mut trees = trees.to_vec();
    trees.push(flow("Delta", "The battery is empty.", &["battery"], "Which battery?"));
    assert_eq!(names(&index(&trees).suggest("laptop battery", 1)), ["Delta"]);
}

#[test]
fn a_word_in_a_short_field_counts_more_than_one_among_many_words() {
    let long =
        "The scanner stands beside the copier, the shredder, the franking machine, the coffee machine and the safe.";
    let trees = [flow("A", long, &["other"], "On?"), flow("B", "The scanner.", &["other"], "On?")];
    assert_eq!(names(&index(&trees).suggest("scanner", 9)), ["B", "A"]);
}

#[test]
fn the_matched_words_are_those_that_were_said_in_their_order() {
    let found = index(&desk()).suggest("Passwords? The account isn't LOCKED, password wrong", 1);
    assert_eq!(found[0].matched, ["passwords", "account", "locked", "password"]);
}

#[test]
fn nothing_that_fits_gives_nothing() {
    let index = index(&desk());
    for said in ["", "  ", "the and of", "xyzzy", "\u{0}"] {
        assert_eq!(index.suggest(said, 5), [], "{said:?}");
    }
    assert_eq!(index.suggest("printer", 0), []);
    assert_eq!(SuggestIndex::default().suggest("printer", 5), []);
}

#[test]
fn equal_scores_are_ordered_by_name_and_then_by_id() {
    let same = |name: &str| flow(name, "Nothing.", &["scanner"], "On?");
    let trees = [same("B"), same("A"), same("B"), same("A")];
    let found = index(&trees).suggest("scanner", 9);
    let order: Vec<(&str, FlowId)> = found.iter().map(|one| (one.name.as_str(), one.flow_id)).collect();
    assert_eq!(order, [("A", flow_id(2)), ("A", flow_id(4)), ("B", flow_id(1)), ("B", flow_id(3))]);
}

#[test]
fn flows_in_german_are_found_by_german_endings() {
    let mut trees = desk();
    trees.push(in_language(
        "de",
        "Drucker druckt nicht",
        "Es kommt nichts aus dem Gerät.",
        &["drucker", "papierstau"],
        "Ist der Drucker an?",
    ));
    let found = index(&trees).suggest("Unsere Druckern drucken nicht", 3);
    assert_eq!(names(&found), ["Drucker druckt nicht"]);
}

#[test]
fn a_word_is_found_however_it_is_encoded_or_joined() {
    let keywords = ["Schlüssel", "Office365", "KB 5034441", "WLAN", "打印机", "Straße"];
    let trees = [in_language("de", "Flow", "Nothing.", &keywords, "On?"), flow("Outlook", "Printer", &["VPN"], "On?")];
    let index = index(&trees);
    for (said, expected) in [
        ("schlüssel", "Flow"),
        ("schlu\u{308}ssel", "Flow"),
        ("Office 365", "Flow"),
        ("office\u{2011}365", "Flow"),
        ("KB5034441", "Flow"),
        ("kb-5034441", "Flow"),
        ("W LAN", "Flow"),
        ("W\u{2011}LAN", "Flow"),
        ("W\u{2013}LAN", "Flow"),
        ("打印机坏了", "Flow"),
        ("STRASSE", "Flow"),
        ("out\u{ad}look", "Outlook"),
        ("pri\u{200b}nter", "Outlook"),
        ("ｏｕｔｌｏｏｋ", "Outlook"),
    ] {
        assert_eq!(names(&index.suggest(said, 9)), [expected], "{said}");
    }
    for said in ["ffner", "tu\u{308}ro\u{308}ffner", "lüssel", "k b"] {
        assert_eq!(index.suggest(said, 9), [], "{said}");
    }
}

#[test]
fn a_part_of_a_word_is_no_word() {
    let index = index(&[in_language("de", "ffner", "Nothing.", &["t", "r"], "On?")]);
    assert_eq!(index.suggest("Tu\u{308}ro\u{308}ffner", 9), []);
}

#[test]
fn a_statement_of_any_length_is_answered() {
    let index = index(&desk());
    let mut said = "printer ".repeat(500);
    said.extend((0..5_000).map(|at| format!("word{at} ")));
    assert_eq!(names(&index.suggest(&said, 1)), ["Printer offline"]);
    said.push_str("outlook");
    assert_eq!(index.suggest(&said, 9).len(), 1, "words after the first 64 different ones do not count");
}

proptest! {
    #[test]
    fn the_answer_does_not_depend_on_the_order_of_the_flows(
        words in proptest::collection::vec("[a-e]{2,3}", 6..40),
        said in "[a-e]{2,3}( [a-e]{2,3}){0,4}",
        turn in 0_usize..9
    ) {
        let named = |part: &[String]| flow(&part.join(" "), "Nothing.", &["other"], &part.concat());
        let trees: Vec<Tree> = words.chunks(3).map(named).collect();
        let numbered: Vec<(usize, &Tree)> = trees.iter().enumerate().collect();
        let mut turned = numbered.clone();
        turned.rotate_left(turn % trees.len());
        let build = |flows: &[(usize, &Tree)]| {
            SuggestIndex::build(flows.iter().map(|(at, tree)| Suggestable {
                flow_id: flow_id(*at as u128),
                version: VersionNumber::FIRST,
                tree,
            }))
        };
        let (a, b) = (build(&numbered).suggest(&said, 5), build(&turned).suggest(&said, 5));
        let ids = |found: &[Suggestion]| {
            found.iter().map(|one| (one.flow_id, one.matched.clone())).collect::<Vec<_>>()
        };
        prop_assert_eq!(ids(&a), ids(&b));
        prop_assert!(a.is_sorted_by(|x, y| x.score >= y.score));
        prop_assert!(a.iter().all(|one| one.score > 0.0 && !one.matched.is_empty()));
    }
}

#[test]
fn two_thousand_flows_are_searched_as_they_are() {
    let trades = ["printer", "scanner", "laptop", "monitor", "phone", "camera", "dock", "tablet"];
    let trees: Vec<Tree> = (0..2_000)
        .map(|at| {
            flow(
                &format!("{} model{at}", trades[at % 8]),
                "It does not work.",
                &[trades[at % 8], "device"],
                "Is it on?",
            )
        })
        .collect();
    let index = index(&trees);
    assert_eq!(index.len(), 2_000);
    let found: Value = serde_json::to_value(index.suggest("my dock model1998 is dead", 3)).unwrap();
    assert_eq!(found[0]["name"], "dock model1998");
    assert_eq!(found[0]["matched"], json!(["dock", "model1998"]));
    assert_eq!(found.as_array().unwrap().len(), 3);
}
