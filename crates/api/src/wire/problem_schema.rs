//! Problems as the `OpenAPI` document describes them; see [`schema`](super::schema).

#![expect(dead_code, reason = "described, never built")]

use utoipa::ToSchema;

use super::flow_schema::FlowDefect;
use super::schema::AnswerChoice;

/// Why a request was refused (RFC 9457).
#[derive(ToSchema)]
pub(crate) struct Problem {
    /// A URI that names the kind of problem.
    r#type: String,
    title: String,
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What went wrong, for people.
    detail: String,
    /// What went wrong, for programs.
    code: String,
    /// What the log knows the request by.
    request_id: String,
    /// Every defect of the request or of the flow; with status 422 and the code `flow_unreadable` only.
    errors: Option<Vec<Defect>>,
    /// What could be better about the flow; with the codes `flow_unreadable` and `flow_defective` only.
    warnings: Option<Vec<FlowDefect>>,
    /// How many more defects of the flow there are; with the same codes only.
    left_out: Option<usize>,
    /// The node that can be named instead; with the code `step_not_current` only.
    expected_node_id: Option<String>,
    /// The answers that the node has; with the code `answer_unknown` only.
    answers: Option<Vec<AnswerChoice>>,
}

/// Something in path, query or body that breaks a rule.
#[derive(ToSchema)]
pub(crate) struct Defect {
    /// A JSON pointer into the body (`/problem_statement`), or `/query/NAME`, `/path/NAME`.
    pointer: String,
    detail: String,
    /// What is wrong, for programs; with defects of a flow only.
    #[schema(nullable = false)]
    code: Option<String>,
    /// The node that it is about; with defects of a flow only.
    node_id: Option<String>,
}
