//! The JSON body of a problem.

use std::borrow::Cow;

use firstline_domain::flow::check::{self as check, Report};
use firstline_domain::flow::walk::Choice;
use firstline_domain::text::NodeId;
use serde::Serialize;
use utoipa::ToSchema;

use super::code::Code;
use super::known::{FlowDefectCode, ProblemCode};

/// Why a request was refused (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody<'a> {
    /// A URI that names the kind of problem: `urn:firstline:problem:` and the code.
    #[schema(pattern = "^urn:firstline:problem:[a-z0-9_]+$")]
    r#type: &'static str,
    /// The kind of problem in words, the same for each code.
    title: &'static str,
    /// The HTTP status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What went wrong, for people.
    detail: &'a str,
    /// What went wrong, for programs.
    code: ProblemCode,
    /// The id of the request: the answer has it in `X-Request-Id` too, and each line of the log about the request.
    #[schema(pattern = "^[A-Za-z0-9._-]{1,64}$")]
    request_id: &'a str,
    /// Every defect of the request or of the flow; only with status 422 and with the code `flow_unreadable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    errors: Option<Vec<Invalid<'a>>>,
    /// The warnings about the flow; only with the codes `flow_unreadable` and `flow_defective`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    warnings: Option<Vec<FlowDefect<'a>>>,
    /// The number of further defects of the flow that are not listed; only with the same codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<u32>)]
    left_out: Option<usize>,
    /// The node that the walk stands at; only with the code `step_not_current`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    expected_node_id: Option<&'a str>,
    /// The answers that the node has; only with the code `answer_unknown`.
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

/// A defect of the path, the query or the body.
#[derive(Serialize, ToSchema)]
#[schema(as = Defect)]
struct Invalid<'a> {
    /// The place of the defect: a JSON pointer into the body, as in `/problem_statement`, or `/query/NAME`,
    /// `/path/NAME`.
    pointer: &'a str,
    /// What is wrong, for people.
    detail: &'a str,
    /// What is wrong, for programs; only with defects of a flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    code: Option<FlowDefectCode>,
    /// The node that has the defect, or null; only with defects of a flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    #[expect(clippy::option_option, reason = "null is sent, which is another thing than no member")]
    node_id: Option<Option<&'a str>>,
}

/// The defects of a flow.
#[derive(Serialize, ToSchema)]
pub(crate) struct FlowFindings<'a> {
    /// The errors, which keep the flow from being published, in the order of the document, at most 1,000.
    #[schema(max_items = 1000)]
    errors: Vec<FlowDefect<'a>>,
    /// The warnings, in the order of the document, at most 1,000.
    #[schema(max_items = 1000)]
    warnings: Vec<FlowDefect<'a>>,
    /// The number of further defects that are not listed.
    #[schema(value_type = u32)]
    left_out: usize,
}

/// A defect of a flow.
#[derive(Serialize, ToSchema)]
pub(crate) struct FlowDefect<'a> {
    /// The place of the defect: a JSON pointer into the document; empty for the whole document.
    pointer: &'a str,
    /// What is wrong and how to mend it, for people.
    detail: &'a str,
    /// What is wrong, for programs. `docs/FLOWS.md` lists the codes.
    code: FlowDefectCode,
    /// The node that has the defect; null where it is no single node.
    #[schema(required)]
    node_id: Option<&'a str>,
}

/// An answer that a node has.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnswerChoice<'a> {
    /// The id of the answer, unique within the node.
    id: &'a str,
    /// The digit key that gives the answer.
    #[schema(minimum = 1, maximum = 9)]
    key: u8,
    /// The text of the answer.
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
            code: FlowDefectCode(defect.code),
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
