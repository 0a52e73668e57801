//! The document of a flow as the `OpenAPI` document describes it; `docs/flow.schema.json` is its full JSON Schema.

#![expect(dead_code, reason = "described, never built")]

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

/// A decision tree for the first line. `docs/flow.schema.json` describes its form exactly, `docs/FLOWS.md` has every
/// rule. In a draft ways may still lead nowhere. A field that is not named here is an error, and so is null.
#[derive(ToSchema)]
#[schema(example = example_document)]
pub(crate) struct FlowDocument {
    #[schema(pattern = "^firstline-flow/1$")]
    format: String,
    /// What people call the flow. Not blank.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    name: String,
    /// When to take the flow, in a sentence or two. Not blank.
    #[schema(min_length = 1, max_length = 4_096, pattern = r"\S", nullable = false)]
    description: Option<String>,
    /// Words that a customer may use for the problem, at most 50 of 1 to 64 characters.
    #[schema(max_items = 50, nullable = false)]
    keywords: Option<Vec<String>>,
    /// The language that the flow is written in; English without it.
    #[schema(nullable = false)]
    language: Option<FlowLanguage>,
    /// The node that a walk begins with.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    root: String,
    /// At most 500 in a published flow, those of its sub-flows counted.
    nodes: Vec<FlowNode>,
}

/// A language that suggestions know.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum FlowLanguage {
    En,
    De,
}

/// A node of a flow, by its `kind`.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum FlowNode {
    /// Asks something; each answer leads on.
    Question {
        #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
        id: String,
        #[schema(min_length = 1, max_length = 4_096, pattern = r"\S")]
        prompt: String,
        #[schema(min_length = 1, max_length = 4_096, pattern = r"\S", nullable = false)]
        help: Option<String>,
        /// 2 to 9 in a published flow.
        answers: Vec<FlowAnswer>,
    },
    /// Has something done, then goes on.
    Instruction {
        #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
        id: String,
        #[schema(min_length = 1, max_length = 4_096, pattern = r"\S")]
        text: String,
        #[schema(min_length = 1, max_length = 4_096, pattern = r"\S", nullable = false)]
        help: Option<String>,
        /// What the button says that confirms it.
        #[schema(min_length = 1, max_length = 4_096, pattern = r"\S")]
        done: String,
        #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
        next: String,
    },
    /// Runs another published flow of the account, then goes on.
    SubFlow {
        #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
        id: String,
        /// The other flow, in lower case with hyphens.
        flow: Uuid,
        #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
        next: String,
    },
    /// An end: the problem is solved.
    Resolved {
        #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
        id: String,
        /// The resolution text that is suggested.
        #[schema(min_length = 1, max_length = 65_536, pattern = r"\S")]
        text: String,
    },
    /// An end: an engineer takes over.
    Escalate {
        #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
        id: String,
        #[schema(min_length = 1, max_length = 64, pattern = r"\S")]
        reason_category: String,
        /// The reason that is suggested.
        #[schema(min_length = 1, max_length = 16_384, pattern = r"\S", nullable = false)]
        text: Option<String>,
    },
}

/// An answer to a question.
#[derive(Serialize, ToSchema)]
pub(crate) struct FlowAnswer {
    /// Its own within the question, the same from version to version.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    id: String,
    #[schema(min_length = 1, max_length = 4_096, pattern = r"\S")]
    label: String,
    /// The key on the keyboard that gives it.
    #[schema(minimum = 1, maximum = 9)]
    key: u8,
    /// The node that it leads to.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    next: String,
}

/// A small flow without any defect; a test reads it.
pub(crate) fn example_document() -> Value {
    json!({
        "format": "firstline-flow/1",
        "name": "Printer offline",
        "description": "Nothing is printed, or the queue shows offline.",
        "keywords": ["printer", "print queue", "offline"],
        "language": "en",
        "root": "power",
        "nodes": [
            {
                "id": "power", "kind": "question", "prompt": "Is the printer switched on?",
                "answers": [
                    { "id": "yes", "label": "Yes", "key": 1, "next": "restart" },
                    { "id": "no", "label": "No", "key": 2, "next": "switched_on" },
                ],
            },
            {
                "id": "restart", "kind": "instruction", "text": "Have the printer switched off and on again.",
                "done": "Done", "next": "works",
            },
            {
                "id": "works", "kind": "question", "prompt": "Does it print now?",
                "answers": [
                    { "id": "yes", "label": "Yes", "key": 1, "next": "switched_on" },
                    { "id": "no", "label": "No", "key": 2, "next": "broken" },
                ],
            },
            { "id": "switched_on", "kind": "resolved", "text": "The printer prints again." },
            {
                "id": "broken", "kind": "escalate", "reason_category": "hardware",
                "text": "The printer does not print after a restart.",
            },
        ],
    })
}

#[cfg(test)]
mod tests {
    use firstline_domain::flow::check::{NotLookedUp, check_value};

    #[test]
    fn the_example_has_no_defect() {
        let checked = check_value(&super::example_document(), &NotLookedUp);
        assert!(checked.report.is_clean(), "{:?}", checked.report);
    }
}
