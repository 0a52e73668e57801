//! The document of a flow in JSON, as the domain writes it; `docs/flow.schema.json` is its full JSON Schema.

use firstline_domain::flow::format::FORMAT;
use firstline_domain::flow::tree::{AnswerOption, Node, NodeBody, Tree};
use firstline_domain::text::{EscalationSuggestion, FlowDescription, HelpText, Keyword};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::resources::literal::literals;
use crate::resources::names::FlowLanguage;

literals! {
    FlowFormat = FORMAT;
    QuestionKind = "question";
    InstructionKind = "instruction";
    SubFlowKind = "sub_flow";
    ResolvedKind = "resolved";
    EscalateKind = "escalate";
}

/// A decision tree for the first line. `docs/flow.schema.json` describes its form exactly, `docs/FLOWS.md` has every
/// rule. In a draft, ways may lead to nodes that do not exist. A member that is not named here is an error, and so is
/// null.
#[derive(Serialize, ToSchema)]
#[schema(example = example_document)]
pub(crate) struct FlowDocument<'a> {
    #[schema(inline)]
    format: FlowFormat,
    /// What people call the flow. Not blank.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    name: &'a str,
    /// When to take the flow, in a sentence or two. Not blank.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 4_096, pattern = r"\S", nullable = false)]
    description: Option<&'a str>,
    /// Words that a customer may use for the problem, at most 50 of 1 to 64 characters.
    #[schema(max_items = 50, required = false)]
    keywords: Vec<&'a str>,
    /// The language of the flow; English where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    language: Option<FlowLanguage>,
    /// The id of the node that a walk begins with.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    root: &'a str,
    /// The nodes. A published flow has at most 500, those of its sub-flows included.
    nodes: Vec<FlowNode<'a>>,
}

/// A node of a flow, by its `kind`.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(discriminator(property_name = "kind", mapping(
    ("question" = "#/components/schemas/QuestionNode"),
    ("instruction" = "#/components/schemas/InstructionNode"),
    ("sub_flow" = "#/components/schemas/SubFlowNode"),
    ("resolved" = "#/components/schemas/ResolvedNode"),
    ("escalate" = "#/components/schemas/EscalateNode"),
)))]
enum FlowNode<'a> {
    Question(QuestionNode<'a>),
    Instruction(InstructionNode<'a>),
    SubFlow(SubFlowNode<'a>),
    Resolved(ResolvedNode<'a>),
    Escalate(EscalateNode<'a>),
}

/// A node that asks a question. Each answer leads to a node.
#[derive(Serialize, ToSchema)]
struct QuestionNode<'a> {
    /// The id of the node, unique within the flow.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    id: &'a str,
    #[schema(inline)]
    kind: QuestionKind,
    /// The question. Not blank.
    #[schema(min_length = 1, max_length = 4_096, pattern = r"\S")]
    prompt: &'a str,
    /// How to find the answer. Not blank.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 4_096, pattern = r"\S", nullable = false)]
    help: Option<&'a str>,
    /// The answers: 2 to 9 in a published flow.
    answers: Vec<FlowAnswer<'a>>,
}

/// A node that has something done, then goes on.
#[derive(Serialize, ToSchema)]
struct InstructionNode<'a> {
    /// The id of the node, unique within the flow.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    id: &'a str,
    #[schema(inline)]
    kind: InstructionKind,
    /// What to do. Not blank.
    #[schema(min_length = 1, max_length = 4_096, pattern = r"\S")]
    text: &'a str,
    /// How to do it. Not blank.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 4_096, pattern = r"\S", nullable = false)]
    help: Option<&'a str>,
    /// The label of the button that confirms it. Not blank.
    #[schema(min_length = 1, max_length = 4_096, pattern = r"\S")]
    done: &'a str,
    /// The id of the node that follows.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    next: &'a str,
}

/// A node that runs another published flow of the account, then goes on.
#[derive(Serialize, ToSchema)]
struct SubFlowNode<'a> {
    /// The id of the node, unique within the flow.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    id: &'a str,
    #[schema(inline)]
    kind: SubFlowKind,
    /// The id of the other flow, in lower case with hyphens.
    flow: Uuid,
    /// The id of the node that follows.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    next: &'a str,
}

/// An end: the problem is solved.
#[derive(Serialize, ToSchema)]
struct ResolvedNode<'a> {
    /// The id of the node, unique within the flow.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    id: &'a str,
    #[schema(inline)]
    kind: ResolvedKind,
    /// The suggested resolution notes. Not blank.
    #[schema(min_length = 1, max_length = 65_536, pattern = r"\S")]
    text: &'a str,
}

/// An end: an engineer takes over.
#[derive(Serialize, ToSchema)]
struct EscalateNode<'a> {
    /// The id of the node, unique within the flow.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    id: &'a str,
    #[schema(inline)]
    kind: EscalateKind,
    /// The suggested kind of reason. Not blank.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S")]
    reason_category: &'a str,
    /// The suggested reason. Not blank.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 16_384, pattern = r"\S", nullable = false)]
    text: Option<&'a str>,
}

/// An answer to a question.
#[derive(Serialize, ToSchema)]
struct FlowAnswer<'a> {
    /// The id of the answer, unique within the question. It stays the same from version to version.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    id: &'a str,
    /// The text of the answer. Not blank.
    #[schema(min_length = 1, max_length = 4_096, pattern = r"\S")]
    label: &'a str,
    /// The digit key that gives the answer.
    #[schema(minimum = 1, maximum = 9)]
    key: u8,
    /// The id of the node that the answer leads to.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    next: &'a str,
}

impl<'a> From<&'a Tree> for FlowDocument<'a> {
    fn from(tree: &'a Tree) -> Self {
        Self {
            format: FlowFormat,
            name: tree.name.as_str(),
            description: tree.description.as_ref().map(FlowDescription::as_str),
            keywords: tree.keywords.iter().map(Keyword::as_str).collect(),
            language: tree.language.map(FlowLanguage::from),
            root: tree.root.as_str(),
            nodes: tree.nodes.iter().map(FlowNode::from).collect(),
        }
    }
}

impl<'a> From<&'a Node> for FlowNode<'a> {
    fn from(node: &'a Node) -> Self {
        let id = node.id.as_str();
        match &node.body {
            NodeBody::Question { prompt, help, answers } => Self::Question(QuestionNode {
                id,
                kind: QuestionKind,
                prompt: prompt.as_str(),
                help: help.as_ref().map(HelpText::as_str),
                answers: answers.iter().map(FlowAnswer::from).collect(),
            }),
            NodeBody::Instruction { text, help, done, next } => Self::Instruction(InstructionNode {
                id,
                kind: InstructionKind,
                text: text.as_str(),
                help: help.as_ref().map(HelpText::as_str),
                done: done.as_str(),
                next: next.as_str(),
            }),
            NodeBody::SubFlow { flow, next } => {
                Self::SubFlow(SubFlowNode { id, kind: SubFlowKind, flow: flow.as_uuid(), next: next.as_str() })
            }
            NodeBody::Resolved { text } => Self::Resolved(ResolvedNode { id, kind: ResolvedKind, text: text.as_str() }),
            NodeBody::Escalate { reason_category, text } => Self::Escalate(EscalateNode {
                id,
                kind: EscalateKind,
                reason_category: reason_category.as_str(),
                text: text.as_ref().map(EscalationSuggestion::as_str),
            }),
        }
    }
}

impl<'a> From<&'a AnswerOption> for FlowAnswer<'a> {
    fn from(answer: &'a AnswerOption) -> Self {
        Self {
            id: answer.id.as_str(),
            label: answer.label.as_str(),
            key: answer.key.digit(),
            next: answer.next.as_str(),
        }
    }
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
    use firstline_domain::flow::format::{canonical, from_value};

    use super::*;

    #[test]
    fn the_example_has_no_defect() {
        let checked = check_value(&example_document(), &NotLookedUp);
        assert!(checked.report.is_clean(), "{:?}", checked.report);
    }

    #[test]
    fn a_document_is_sent_as_the_domain_writes_it() {
        let mut document = example_document();
        document["nodes"][0]["help"] = json!("Look for a light.");
        let end = document["nodes"].as_array_mut().unwrap();
        end.push(json!({
            "id": "other", "kind": "sub_flow", "flow": "0199c0de-0000-7000-8000-000000000001", "next": "broken"
        }));
        end.push(json!({ "id": "unsaid", "kind": "escalate", "reason_category": "hardware" }));
        for left_out in [&[][..], &["description", "language", "keywords"]] {
            let mut document = document.clone();
            document.as_object_mut().unwrap().retain(|name, _| !left_out.contains(&name.as_str()));
            let tree = from_value(&document).unwrap();
            let sent = serde_json::to_value(FlowDocument::from(&tree)).unwrap();
            assert_eq!(format!("{sent:#}\n"), canonical(&tree));
        }
    }
}
