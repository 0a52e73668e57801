//! Rules of a document, each broken on its own.

use firstline_domain::flow::check::MAX_NODES;
use proptest::sample::Index;
use serde_json::{Value, json};

/// One rule broken in a sound document: what is then named, and at which node.
#[derive(Debug, Clone, Copy)]
pub enum Break {
    WayToNowhere,
    Orphan,
    Trap,
    OneAnswer,
    NoAnswers,
    TenAnswers,
    NodeIdTwice,
    AnswerIdTwice,
    LabelTwice,
    KeyTwice,
    Blank,
    TooLong,
    UnknownField,
    MissingField,
    WrongKind,
    BadId,
    TooMany,
    RootGone,
}

impl Break {
    /// Every rule.
    pub const ALL: [Self; 18] = [
        Self::WayToNowhere,
        Self::Orphan,
        Self::Trap,
        Self::OneAnswer,
        Self::NoAnswers,
        Self::TenAnswers,
        Self::NodeIdTwice,
        Self::AnswerIdTwice,
        Self::LabelTwice,
        Self::KeyTwice,
        Self::Blank,
        Self::TooLong,
        Self::UnknownField,
        Self::MissingField,
        Self::WrongKind,
        Self::BadId,
        Self::TooMany,
        Self::RootGone,
    ];

    /// Breaks the rule at a node that `pick` picks; answers code and node, or nothing where no node fits.
    pub fn apply(self, document: &mut Value, pick: Index) -> Option<(&'static str, Option<String>)> {
        let nodes = document["nodes"].as_array_mut().unwrap();
        let of_kind = |kind: &str| {
            let fitting: Vec<usize> = (0..nodes.len()).filter(|at| nodes[*at]["kind"] == kind).collect();
            (!fitting.is_empty()).then(|| *pick.get(&fitting))
        };
        let id = |node: &Value| Some(node["id"].as_str().unwrap().to_owned());
        let named = match self {
            Self::RootGone => {
                document["root"] = json!("gone");
                return Some(("root_missing", None));
            }
            Self::TooMany => {
                nodes.extend(
                    (0..MAX_NODES).map(|at| json!({ "id": format!("x{at}"), "kind": "resolved", "text": "x" })),
                );
                return Some(("too_many_nodes", None));
            }
            Self::Orphan => {
                nodes.push(json!({ "id": "orphan", "kind": "resolved", "text": "x" }));
                ("unreachable", nodes.len() - 1)
            }
            Self::Trap => {
                let at = of_kind("question")?;
                nodes[at]["answers"][0]["next"] = json!("trap");
                nodes.push(json!({ "id": "trap", "kind": "instruction", "text": "x", "done": "x", "next": "trap" }));
                ("no_way_out", nodes.len() - 1)
            }
            Self::NodeIdTwice => {
                let at = pick.index(nodes.len() - 1) + 1;
                nodes[at]["id"] = nodes[0]["id"].clone();
                ("node_id_repeated", at)
            }
            Self::BadId => {
                let at = pick.index(nodes.len());
                nodes[at]["id"] = json!("not an id");
                ("id_invalid", at)
            }
            Self::UnknownField => {
                let at = pick.index(nodes.len());
                nodes[at]["colour"] = json!("red");
                ("field_unknown", at)
            }
            Self::WrongKind => {
                let at = pick.index(nodes.len());
                nodes[at]["kind"] = json!("note");
                ("kind_unknown", at)
            }
            Self::WayToNowhere => {
                let at = of_kind("question")?;
                nodes[at]["answers"][1]["next"] = json!("nowhere");
                ("target_missing", at)
            }
            Self::OneAnswer => {
                let at = of_kind("question")?;
                nodes[at]["answers"].as_array_mut().unwrap().truncate(1);
                ("too_few_answers", at)
            }
            Self::NoAnswers => {
                let at = of_kind("question")?;
                nodes[at]["answers"] = json!([]);
                ("dead_end", at)
            }
            Self::TenAnswers => {
                let at = of_kind("question")?;
                let answers = nodes[at]["answers"].as_array_mut().unwrap();
                let first = answers[0].clone();
                while answers.len() < 10 {
                    answers.push(first.clone());
                }
                ("too_many_answers", at)
            }
            Self::AnswerIdTwice | Self::LabelTwice | Self::KeyTwice => {
                let (field, code) = match self {
                    Self::AnswerIdTwice => ("id", "answer_id_repeated"),
                    Self::LabelTwice => ("label", "answer_label_repeated"),
                    _ => ("key", "answer_key_repeated"),
                };
                let at = of_kind("question")?;
                nodes[at]["answers"][1][field] = nodes[at]["answers"][0][field].clone();
                (code, at)
            }
            Self::Blank => {
                let at = of_kind("question")?;
                nodes[at]["prompt"] = json!("\t ");
                ("text_blank", at)
            }
            Self::TooLong => {
                let at = of_kind("question")?;
                nodes[at]["answers"][0]["label"] = json!("x".repeat(4_097));
                ("text_too_long", at)
            }
            Self::MissingField => {
                let at = of_kind("question")?;
                nodes[at].as_object_mut().unwrap().shift_remove("prompt");
                ("field_missing", at)
            }
        };
        Some((named.0, id(&nodes[named.1])))
    }
}
