//! Texts of a draft that is kept, by the rules of now: what was accepted by older rules cannot be published again.

use crate::flow::defect::{Defect, DefectCode, Place};
use crate::flow::tree::{NodeBody, Tree};
use crate::text::{EscalationSuggestion, FlowDescription, HelpText, is_blank};

/// Every text without a visible character.
pub(super) fn check(tree: &Tree, found: &mut Vec<Defect>) {
    let document = Place::document();
    let mut look = |place: &Place, field: &str, text: Option<&str>| {
        if text.is_some_and(is_blank) {
            let message = format!("`{field}` must not be blank: write something");
            found.push(place.at(field).defect(DefectCode::TextBlank, message));
        }
    };
    look(&document, "name", Some(tree.name.as_str()));
    look(&document, "description", tree.description.as_ref().map(FlowDescription::as_str));
    for (index, keyword) in tree.keywords.iter().enumerate() {
        look(&document.at("keywords"), &index.to_string(), Some(keyword.as_str()));
    }
    for (index, node) in tree.nodes.iter().enumerate() {
        let place = Place::node(index, Some(node.id.as_str()));
        match &node.body {
            NodeBody::Question { prompt, help, answers } => {
                look(&place, "prompt", Some(prompt.as_str()));
                look(&place, "help", help.as_ref().map(HelpText::as_str));
                for (index, answer) in answers.iter().enumerate() {
                    look(&place.at("answers").at(index), "label", Some(answer.label.as_str()));
                }
            }
            NodeBody::Instruction { text, help, done, next: _ } => {
                look(&place, "text", Some(text.as_str()));
                look(&place, "help", help.as_ref().map(HelpText::as_str));
                look(&place, "done", Some(done.as_str()));
            }
            NodeBody::SubFlow { .. } => {}
            NodeBody::Resolved { text } => look(&place, "text", Some(text.as_str())),
            NodeBody::Escalate { reason_category, text } => {
                look(&place, "reason_category", Some(reason_category.as_str()));
                look(&place, "text", text.as_ref().map(EscalationSuggestion::as_str));
            }
        }
    }
}
