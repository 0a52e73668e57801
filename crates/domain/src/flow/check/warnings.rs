//! What may be published and would be better otherwise.

use std::collections::HashSet;

use crate::flow::defect::{Defect, DefectCode, LONG_PROMPT_CHARS, MAX_ANSWERS, Place};
use crate::flow::tree::{AnswerOption, Node, NodeBody, Tree};
use crate::text::{HelpText, Question, comparable};

/// Every warning that the tree alone gives reason for.
pub(super) fn check(tree: &Tree, found: &mut Vec<Defect>) {
    let document = Place::document();
    if tree.description.is_none() {
        let message = "no description: say in a sentence when to take this flow";
        found.push(document.defect(DefectCode::NoDescription, message));
    }
    keywords(tree, &document.at("keywords"), found);
    for (index, node) in tree.nodes.iter().enumerate() {
        check_node(node, &Place::node(index, Some(node.id.as_str())), found);
    }
    if !tree.nodes.iter().any(|node| branches(&node.body)) {
        let message = "the flow never branches: every call takes the same path, so ask at least one question";
        found.push(document.at("nodes").defect(DefectCode::SinglePath, message));
    }
}

fn keywords(tree: &Tree, place: &Place, found: &mut Vec<Defect>) {
    if tree.keywords.is_empty() {
        let message = "no keywords: add the words that customers use for this problem, so that the flow is suggested";
        found.push(place.defect(DefectCode::NoKeywords, message));
    }
    let mut seen = HashSet::new();
    for (index, keyword) in tree.keywords.iter().enumerate() {
        if !seen.insert(comparable(keyword.as_str())) {
            let message = "this keyword stands in the list already: take it out";
            found.push(place.at(index).defect(DefectCode::KeywordRepeated, message));
        }
    }
}

fn check_node(node: &Node, place: &Place, found: &mut Vec<Defect>) {
    match &node.body {
        NodeBody::Question { prompt, help, answers } => {
            read_out(prompt, help.as_ref(), "prompt", place, found);
            check_answers(answers, &place.at("answers"), found);
        }
        NodeBody::Instruction { text, help, .. } => read_out(text, help.as_ref(), "text", place, found),
        NodeBody::SubFlow { .. } | NodeBody::Resolved { .. } | NodeBody::Escalate { .. } => {}
    }
}

fn read_out(text: &Question, help: Option<&HelpText>, field: &str, place: &Place, found: &mut Vec<Defect>) {
    let chars = text.as_str().chars().count();
    if chars > LONG_PROMPT_CHARS {
        let message = format!(
            "{chars} characters are long to read out on the phone: move the particulars into `help`, and stay under \
             {LONG_PROMPT_CHARS}"
        );
        found.push(place.at(field).defect(DefectCode::PromptLong, message));
    }
    if help.is_some_and(|help| comparable(help.as_str()) == comparable(text.as_str())) {
        let message = format!("says what `{field}` says already: tell how, or leave `help` out");
        found.push(place.at("help").defect(DefectCode::HelpRepeats, message));
    }
}

fn check_answers(answers: &[AnswerOption], place: &Place, found: &mut Vec<Defect>) {
    // Too many answers are an error already, and every one is compared with every other below.
    if answers.len() > MAX_ANSWERS {
        return;
    }
    if let Some((first, others)) = answers.split_first()
        && !others.is_empty()
        && others.iter().all(|answer| answer.next == first.next)
    {
        let message =
            "every answer leads to the same node: the question decides nothing, so make it an instruction or branch";
        found.push(place.defect(DefectCode::AnswersAgree, message));
    }
    if let Some(index) = answers.iter().zip(1..).position(|(answer, place)| answer.key.digit() != place) {
        let message =
            format!("the keys do not count 1, 2, 3 in the order of the answers: give this one the key {}", index + 1);
        found.push(place.at(index).at("key").defect(DefectCode::KeyOrder, message));
    }
    for (index, answer) in answers.iter().enumerate() {
        for other in answers.iter().filter(|other| other.id != answer.id) {
            if other.key.is_written(answer.id.as_str()) {
                let message = "is also another answer's key, and ids are looked at first: name the id with a word";
                found.push(place.at(index).at("id").defect(DefectCode::AnswerAmbiguous, message));
            }
            let label = answer.label.as_str();
            if other.id.as_str() == label || other.key.is_written(label) {
                let message = "is also another answer's id or key, which are looked at first: choose another label";
                found.push(place.at(index).at("label").defect(DefectCode::AnswerAmbiguous, message));
            }
        }
    }
}

fn branches(body: &NodeBody) -> bool {
    let mut targets = body.targets();
    targets.next().is_some_and(|first| targets.any(|other| other != first))
}
