//! Writing a document: one text for one tree.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::flow::tree::{AnswerOption, Node, NodeBody, Tree};
use crate::text::Keyword;

/// The format's name and version: the document's field `format`.
pub const FORMAT: &str = "firstline-flow/1";

/// The canonical text of a tree: fields in the format's order, nodes, answers and keywords in the author's, two spaces
/// of indentation, no field for what is not there (`keywords` apart), one line feed at the end.
#[must_use]
pub fn canonical(tree: &Tree) -> String {
    format!("{:#}\n", as_value(tree))
}

/// The document of a tree, as [`canonical`] writes it.
pub(crate) fn as_value(tree: &Tree) -> Value {
    let mut members = Map::new();
    let mut put = |field: &str, value: Value| members.insert(field.to_owned(), value);
    put("format", FORMAT.into());
    put("name", tree.name.as_str().into());
    if let Some(description) = &tree.description {
        put("description", description.as_str().into());
    }
    put("keywords", tree.keywords.iter().map(Keyword::as_str).collect());
    if let Some(language) = tree.language {
        put("language", language.as_str().into());
    }
    put("root", tree.root.as_str().into());
    put("nodes", tree.nodes.iter().map(node).collect());
    Value::Object(members)
}

/// One node as the document has it.
pub(crate) fn node(node: &Node) -> Value {
    let mut members = Map::new();
    let mut put = |field: &str, value: Value| members.insert(field.to_owned(), value);
    put("id", node.id.as_str().into());
    put("kind", node.body.kind().into());
    match &node.body {
        NodeBody::Question { prompt, help, answers } => {
            put("prompt", prompt.as_str().into());
            if let Some(help) = help {
                put("help", help.as_str().into());
            }
            put("answers", answers.iter().map(answer).collect());
        }
        NodeBody::Instruction { text, help, done, next } => {
            put("text", text.as_str().into());
            if let Some(help) = help {
                put("help", help.as_str().into());
            }
            put("done", done.as_str().into());
            put("next", next.as_str().into());
        }
        NodeBody::SubFlow { flow, next } => {
            put("flow", flow.to_string().into());
            put("next", next.as_str().into());
        }
        NodeBody::Resolved { text } => {
            put("text", text.as_str().into());
        }
        NodeBody::Escalate { reason_category, text } => {
            put("reason_category", reason_category.as_str().into());
            if let Some(text) = text {
                put("text", text.as_str().into());
            }
        }
    }
    Value::Object(members)
}

fn answer(answer: &AnswerOption) -> Value {
    json!({
        "id": answer.id.as_str(),
        "label": answer.label.as_str(),
        "key": answer.key.digit(),
        "next": answer.next.as_str(),
    })
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        as_value(self).serialize(serializer)
    }
}
