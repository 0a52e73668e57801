//! The JSON body of a problem.

use std::borrow::Cow;

use firstline_domain::flow::check::{self as check, DefectCode, Report};
use firstline_domain::flow::walk::Choice;
use firstline_domain::text::NodeId;
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::AnyOfBuilder;
use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::code::Code;

/// Why a request was refused (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody<'a> {
    /// A URI that names the kind of problem.
    r#type: &'static str,
    title: &'static str,
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What went wrong, for people.
    detail: &'a str,
    code: ProblemCode,
    /// What the log knows the request by.
    request_id: &'a str,
    /// Every defect of the request or of the flow; with status 422 and the code `flow_unreadable` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    errors: Option<Vec<Invalid<'a>>>,
    /// What could be better about the flow; with the codes `flow_unreadable` and `flow_defective` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    warnings: Option<Vec<FlowDefect<'a>>>,
    /// How many more defects of the flow there are; with the same codes only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    left_out: Option<usize>,
    /// The node that can be named instead; with the code `step_not_current` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    expected_node_id: Option<&'a str>,
    /// The answers that the node has; with the code `answer_unknown` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    answers: Option<Vec<AnswerChoice<'a>>>,
}

/// What a problem lists beside its summary.
#[derive(Debug)]
pub(super) enum Listed {
    Nothing,
    /// What breaks a rule of the request.
    Defects(Vec<Defect>),
    /// The node that the walk stands at.
    ExpectedNode(NodeId),
    /// The answers that the node has.
    Answers(Vec<Choice>),
    /// What is wrong with a flow.
    Report(Box<Report>),
}

/// Something in path, query or body that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Defect {
    /// Where: a JSON pointer into the body, or `/query/NAME`, `/path/NAME`.
    pub(crate) pointer: String,
    /// What is wrong, never with the offending text.
    pub(crate) detail: Cow<'static, str>,
}

/// Something in path, query or body that breaks a rule.
#[derive(Serialize, ToSchema)]
#[schema(as = Defect)]
struct Invalid<'a> {
    /// A JSON pointer into the body (`/problem_statement`), or `/query/NAME`, `/path/NAME`.
    pointer: &'a str,
    /// What is wrong, for people.
    detail: &'a str,
    /// What is wrong, for programs; with defects of a flow only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    code: Option<&'static str>,
    /// The node that it is about, or null; with defects of a flow only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    #[expect(clippy::option_option, reason = "null is sent, which is another thing than no member")]
    node_id: Option<Option<&'a str>>,
}

/// What was found wrong with a flow.
#[derive(Serialize, ToSchema)]
pub(crate) struct FlowFindings<'a> {
    /// What keeps the flow from being published, in the order of the document, at most 1,000.
    #[schema(max_items = 1000)]
    errors: Vec<FlowDefect<'a>>,
    /// What could be better, in the order of the document, at most 1,000.
    #[schema(max_items = 1000)]
    warnings: Vec<FlowDefect<'a>>,
    /// How many more there are.
    left_out: usize,
}

/// One thing that is wrong with a flow.
#[derive(Serialize, ToSchema)]
pub(crate) struct FlowDefect<'a> {
    /// A JSON pointer into the document; empty for the whole of it.
    pointer: &'a str,
    /// What is wrong and what to do about it, for people.
    detail: &'a str,
    /// What is wrong, for programs; `docs/FLOWS.md` lists the codes.
    code: &'static str,
    /// The node that it is about.
    #[schema(required)]
    node_id: Option<&'a str>,
}

/// An answer that a node has.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnswerChoice<'a> {
    id: &'a str,
    /// The key that gives it.
    #[schema(minimum = 1, maximum = 9)]
    key: u8,
    label: &'a str,
}

impl<'a> ProblemBody<'a> {
    pub(super) fn of(code: Code, detail: &'a str, request_id: &'a str, listed: &'a Listed) -> Self {
        let body = Self {
            r#type: code.type_uri(),
            title: code.title(),
            status: code.status().as_u16(),
            detail,
            code: ProblemCode(code),
            request_id,
            errors: None,
            warnings: None,
            left_out: None,
            expected_node_id: None,
            answers: None,
        };
        match listed {
            Listed::Nothing => body,
            Listed::Defects(defects) => Self { errors: Some(defects.iter().map(Invalid::from).collect()), ..body },
            Listed::ExpectedNode(expected) => Self { expected_node_id: Some(NodeId::as_str(expected)), ..body },
            Listed::Answers(answers) => {
                Self { answers: Some(answers.iter().map(AnswerChoice::from).collect()), ..body }
            }
            Listed::Report(report) => Self {
                errors: Some(report.errors.iter().map(Invalid::from).collect()),
                warnings: Some(report.warnings.iter().map(FlowDefect::from).collect()),
                left_out: Some(report.left_out),
                ..body
            },
        }
    }
}

impl<'a> From<&'a Defect> for Invalid<'a> {
    fn from(Defect { pointer, detail }: &'a Defect) -> Self {
        Self { pointer, detail, code: None, node_id: None }
    }
}

impl<'a> From<&'a check::Defect> for Invalid<'a> {
    fn from(defect: &'a check::Defect) -> Self {
        let FlowDefect { pointer, detail, code, node_id } = defect.into();
        Self { pointer, detail, code: Some(code), node_id: Some(node_id) }
    }
}

impl<'a> From<&'a check::Defect> for FlowDefect<'a> {
    fn from(defect: &'a check::Defect) -> Self {
        Self {
            pointer: &defect.pointer,
            detail: &defect.message,
            code: DefectCode::as_str(defect.code),
            node_id: defect.node_id.as_deref(),
        }
    }
}

impl<'a> From<&'a Report> for FlowFindings<'a> {
    fn from(report: &'a Report) -> Self {
        let all = |defects: &'a [check::Defect]| defects.iter().map(FlowDefect::from).collect();
        Self { errors: all(&report.errors), warnings: all(&report.warnings), left_out: report.left_out }
    }
}

impl<'a> From<&'a Choice> for AnswerChoice<'a> {
    fn from(choice: &'a Choice) -> Self {
        Self { id: choice.id.as_str(), key: choice.key.digit(), label: choice.label.as_str() }
    }
}

/// What went wrong, for programs. A later version may have more codes.
#[derive(Debug, Clone, Copy)]
struct ProblemCode(Code);

impl Serialize for ProblemCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

/// The name of the schema that lists the codes.
const KNOWN_CODES: &str = "KnownProblemCode";

fn known_codes() -> RefOr<Schema> {
    let schema = ObjectBuilder::new().schema_type(Type::String).description(Some("The codes that there are."));
    schema.enum_values(Some(Code::ALL.iter().map(|code| code.as_str()))).into()
}

impl PartialSchema for ProblemCode {
    fn schema() -> RefOr<Schema> {
        let other = ObjectBuilder::new().schema_type(Type::String);
        let description = "What went wrong, for programs. A later version may have more codes.";
        let schema = AnyOfBuilder::new().item(Ref::from_schema_name(KNOWN_CODES)).item(other);
        schema.description(Some(description)).into()
    }
}

impl ToSchema for ProblemCode {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((KNOWN_CODES.to_owned(), known_codes()));
    }
}
