//! The domain's errors speak of the helpdesk alone: none names the protocol that may stand around it.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use firstline_domain::flow::tree::{AnswerId, AnswerKey};
use firstline_domain::flow::walk::Choice;
use firstline_domain::session::RefusalReason;
use firstline_domain::text::Answer;

/// Words of HTTP, of the service's routes and of the members of its JSON.
const FOREIGN: [&str; 13] = [
    "http",
    "header",
    "request",
    "server",
    "client",
    "endpoint",
    "route",
    "if-match",
    "etag",
    "status code",
    "_id",
    "`answers`",
    "/l1",
];

/// Every text of an `error` attribute, without its placeholders.
fn error_attributes(folder: &Path, texts: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            error_attributes(&path, texts);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        for attribute in source.split("#[error(").skip(1).filter_map(|rest| rest.split(")]").next()) {
            let mut text = attribute.split('"').nth(1).unwrap_or_default().to_owned();
            while let (Some(from), Some(to)) = (text.find('{'), text.find('}')) {
                text.replace_range(from..=to, "");
            }
            texts.push(text);
        }
    }
}

fn foreign_words(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase();
    FOREIGN.into_iter().filter(|word| text.contains(word)).collect()
}

#[test]
fn no_error_names_a_protocol() {
    let mut texts = Vec::new();
    error_attributes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut texts);
    assert!(texts.len() > 60 && texts.iter().any(|text| text == "Session not found"), "{}", texts.len());
    let choice = Choice {
        id: AnswerId::new("on").unwrap(),
        key: AnswerKey::new(1).unwrap(),
        label: Answer::new("Yes").unwrap(),
    };
    for answers in [vec![], vec![choice]] {
        texts.push(RefusalReason::AnswerUnknown { answers }.to_string());
    }
    for text in texts {
        assert_eq!(foreign_words(&text), Vec::<&str>::new(), "{text}");
    }
    assert_eq!(foreign_words("That node is not the current one: expected_node_id names it"), ["_id"]);
}
