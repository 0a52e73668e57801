//! What a check found.

use serde::Serialize;
use serde_json::Value;

use super::code::{DefectCode, Severity};
use super::limits::MAX_DEFECTS;
use super::order::order_in;
use crate::json::pointer_token;

/// One thing that is wrong with a flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Defect {
    /// What is wrong, for programs.
    pub code: DefectCode,
    /// The node that it is about, as the document writes its id.
    pub node_id: Option<String>,
    /// JSON pointer (RFC 6901) of the place in the document; empty for the whole of it.
    pub pointer: String,
    /// What is wrong and what to do about it, for people.
    pub message: String,
}

/// Everything that is wrong with a flow, in the order of the document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// What keeps the flow from being published.
    pub errors: Vec<Defect>,
    /// What does not.
    pub warnings: Vec<Defect>,
    /// How many more were found: each list ends after [`MAX_DEFECTS`](super::MAX_DEFECTS). Where that is 9,000 or more, there may be
    /// others still, as a document is not read further after 10,000 errors of its form.
    pub left_out: usize,
}

impl Report {
    /// Sorts what was found in `document`.
    #[must_use]
    pub fn of(document: &Value, defects: Vec<Defect>) -> Self {
        let order = order_in(document, defects.iter().map(|defect| (defect.code, defect.pointer.as_str())));
        let mut unordered: Vec<Option<Defect>> = defects.into_iter().map(Some).collect();
        let defects = order.into_iter().filter_map(|index| unordered.get_mut(index)?.take());
        let defects: Vec<Defect> = defects.collect();
        let all = defects.len();
        let (mut errors, mut warnings): (Vec<_>, Vec<_>) =
            defects.into_iter().partition(|defect| defect.code.severity() == Severity::Error);
        errors.truncate(MAX_DEFECTS);
        warnings.truncate(MAX_DEFECTS);
        let left_out = all - errors.len() - warnings.len();
        Self { errors, warnings, left_out }
    }

    /// Whether nothing keeps the flow from being published.
    #[must_use]
    pub fn is_publishable(&self) -> bool {
        self.errors.is_empty()
    }

    /// Whether nothing at all was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.errors.is_empty() && self.warnings.is_empty()
    }
}

/// A place in a document: where, and of which node.
#[derive(Debug, Clone, Default)]
pub(crate) struct Place {
    pointer: String,
    node_id: Option<String>,
}

impl Place {
    /// The whole document.
    pub(crate) fn document() -> Self {
        Self::default()
    }

    /// The node with that index and, if it has one, id.
    pub(crate) fn node(index: usize, id: Option<&str>) -> Self {
        Self { pointer: format!("/nodes/{index}"), node_id: id.map(shown) }
    }

    /// The member or item `token` of it.
    #[expect(clippy::needless_pass_by_value, reason = "a word or a number, written down where it is passed")]
    pub(crate) fn at(&self, token: impl ToString) -> Self {
        let pointer = format!("{}/{}", self.pointer, pointer_token(&token.to_string()));
        Self { pointer, node_id: self.node_id.clone() }
    }

    /// A defect that stands here.
    pub(crate) fn defect(&self, code: DefectCode, message: impl Into<String>) -> Defect {
        Defect { code, node_id: self.node_id.clone(), pointer: self.pointer.clone(), message: message.into() }
    }
}

/// An id, field or word of a document, fit to be shown: no control characters, not endless.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 80;
    let plain = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut shown: String = text.chars().take(MOST).map(plain).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn defects_stand_in_the_order_of_the_document_errors_apart_from_warnings() {
        let at = |code, pointer: &str| Defect { code, node_id: None, pointer: pointer.into(), message: String::new() };
        let defects = vec![
            at(DefectCode::Unreachable, "/nodes/10"),
            at(DefectCode::PromptLong, "/nodes/2/prompt"),
            at(DefectCode::DeadEnd, "/nodes/2/answers/0"),
            at(DefectCode::TextBlank, "/nodes/2/prompt"),
            at(DefectCode::Unreachable, "/nodes/2"),
            at(DefectCode::NodeIdRepeated, "/nodes/2"),
        ];
        let node = json!({ "prompt": " ", "answers": [{}] });
        let report = Report::of(&json!({ "nodes": vec![node; 11] }), defects);
        let pointers: Vec<&str> = report.errors.iter().map(|defect| defect.pointer.as_str()).collect();
        assert_eq!(pointers, ["/nodes/2", "/nodes/2", "/nodes/2/prompt", "/nodes/2/answers/0", "/nodes/10"]);
        assert_eq!(report.errors.first().map(|defect| defect.code), Some(DefectCode::NodeIdRepeated));
        assert_eq!(report.warnings.len(), 1);
        assert!(!report.is_publishable() && !report.is_clean());
    }

    #[test]
    fn what_is_shown_of_a_document_is_short_and_has_no_control_characters() {
        assert_eq!(shown("a\u{1b}[31m\n"), "a\u{fffd}[31m\u{fffd}");
        assert_eq!(shown(&"x".repeat(81)).chars().count(), 81);
        assert_eq!(Place::node(3, Some("n")).at("a/b").defect(DefectCode::FieldUnknown, "").pointer, "/nodes/3/a~1b");
    }
}
