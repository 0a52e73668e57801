//! What a question's answers must keep among themselves.

use std::collections::HashSet;
use std::hash::Hash;

use crate::flow::defect::{Defect, DefectCode, MAX_ANSWERS, MIN_ANSWERS, Place};
use crate::flow::outline::{OutlineAnswer, OutlineNode, Ways};
use crate::text::comparable;

/// Everything wrong with the answers of `node`, if it is a question.
pub(super) fn check(node: &OutlineNode, place: &Place, found: &mut Vec<Defect>) {
    let Ways::Question(answers) = &node.ways else { return };
    let place = place.at("answers");
    match answers.len() {
        0 => found.push(place.defect(
            DefectCode::DeadEnd,
            format!(
                "the question has no answers: give it {MIN_ANSWERS} to {MAX_ANSWERS}, each with the node it leads to"
            ),
        )),
        1 => found.push(place.defect(
            DefectCode::TooFewAnswers,
            "the question has one answer only: add another, or make the node an instruction",
        )),
        count if count > MAX_ANSWERS => found.push(place.defect(
            DefectCode::TooManyAnswers,
            format!("the question has {count} answers: at most {MAX_ANSWERS} fit on the keys, so ask in two questions"),
        )),
        _ => {}
    }
    repeated(answers, &place, found, "id", DefectCode::AnswerIdRepeated, |answer| answer.id.as_ref());
    repeated(answers, &place, found, "key", DefectCode::AnswerKeyRepeated, |answer| answer.key.as_ref());
    let label = |answer: &'_ OutlineAnswer| answer.label.as_ref().map(|label| comparable(label.as_str()));
    repeated(answers, &place, found, "label", DefectCode::AnswerLabelRepeated, label);
}

/// Names each answer whose `part` an earlier one has already.
fn repeated<'a, T: Eq + Hash>(
    answers: &'a [OutlineAnswer],
    place: &Place,
    found: &mut Vec<Defect>,
    field: &str,
    code: DefectCode,
    part: impl Fn(&'a OutlineAnswer) -> Option<T>,
) {
    let mut seen = HashSet::new();
    for (index, answer) in answers.iter().enumerate() {
        if part(answer).is_some_and(|part| !seen.insert(part)) {
            let message = format!("another answer of the question has this {field}: give each its own");
            found.push(place.at(index).at(field).defect(code, message));
        }
    }
}
