//! The order of defects: that of their places in the document.

use std::collections::HashMap;

use serde_json::Value;

use super::code::DefectCode;
use crate::json::pointer_token;

/// A defect: its index, its code and the tokens of its pointer.
type Pointed<'a> = (usize, DefectCode, Vec<&'a str>);

/// The indexes of defects, each a code and a pointer, in the order of their places in `document`. A defect of an object
/// or array comes before those within it, a missing member before the members that are there.
pub(super) fn order_in<'a>(document: &Value, defects: impl Iterator<Item = (DefectCode, &'a str)>) -> Vec<usize> {
    let pointed =
        defects.enumerate().map(|(index, (code, pointer))| (index, code, pointer.split('/').skip(1).collect()));
    let mut order = Vec::new();
    visit(Some(document), 0, pointed.collect(), &mut order);
    order
}

/// Appends the indexes of the defects at and within `value`, which stands `depth` tokens deep.
fn visit(value: Option<&Value>, depth: usize, defects: Vec<Pointed<'_>>, order: &mut Vec<usize>) {
    let mut own = Vec::new();
    let mut groups: Vec<(&str, Vec<Pointed<'_>>)> = Vec::new();
    let mut group_of: HashMap<&str, usize> = HashMap::new();
    for pointed in defects {
        match pointed.2.get(depth).copied() {
            None => own.push(pointed),
            Some(token) => {
                let group = *group_of.entry(token).or_insert(groups.len());
                match groups.get_mut(group) {
                    Some((_, members)) => members.push(pointed),
                    None => groups.push((token, vec![pointed])),
                }
            }
        }
    }
    own.sort_by_key(|(_, code, _)| *code);
    order.extend(own.into_iter().map(|(index, ..)| index));
    let mut placed: Vec<(Option<usize>, Option<&Value>, Vec<Pointed<'_>>)> = match value {
        Some(Value::Object(members)) => {
            let wanted = members.iter().enumerate().filter_map(|(place, (name, member))| {
                let group = group_of.get(pointer_token(name).as_str())?;
                Some((*group, (place, member)))
            });
            let places: HashMap<usize, (usize, &Value)> = wanted.collect();
            let placed = groups.into_iter().enumerate().map(|(group, (_, defects))| {
                let (place, member) = places.get(&group).copied().unzip();
                (place, member, defects)
            });
            placed.collect()
        }
        Some(Value::Array(items)) => {
            let placed = groups.into_iter().map(|(token, defects)| {
                let place = token.parse().ok();
                (place, place.and_then(|place: usize| items.get(place)), defects)
            });
            placed.collect()
        }
        _ => groups.into_iter().map(|(_, defects)| (None, None, defects)).collect(),
    };
    placed.sort_by_key(|(place, ..)| *place);
    for (_, value, defects) in placed {
        visit(value, depth + 1, defects, order);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ordered<'p, const N: usize>(document: &Value, pointers: [&'p str; N]) -> Vec<&'p str> {
        let defects = pointers.iter().map(|pointer| (DefectCode::TypeWrong, *pointer));
        order_in(document, defects).into_iter().map(|index| pointers[index]).collect()
    }

    #[test]
    fn members_come_as_they_stand_in_their_object_and_items_by_their_index() {
        let document =
            json!({ "root": 1, "nodes": [0, { "prompt": "", "help": "", "a/b": 0, "answers": [] }], "name": 1 });
        let pointers = ["/name", "/nodes/1/answers/10", "/nodes/1/answers/9", "/nodes/1/a~1b", "/nodes/1/help"];
        let expected = ["/nodes/1/help", "/nodes/1/a~1b", "/nodes/1/answers/9", "/nodes/1/answers/10", "/name"];
        assert_eq!(ordered(&document, pointers), expected);
    }

    #[test]
    fn the_whole_comes_before_its_parts_and_a_missing_member_before_those_that_are_there() {
        let document = json!({ "name": 1, "nodes": [{ "kind": "question", "prompt": "" }] });
        let pointers = ["/nodes/0/prompt", "/name", "/nodes/0/id", "/root", "/nodes/0", "/nodes/0/answers", ""];
        let expected = ["", "/root", "/name", "/nodes/0", "/nodes/0/id", "/nodes/0/answers", "/nodes/0/prompt"];
        assert_eq!(ordered(&document, pointers), expected);
        assert_eq!(ordered(&json!(7), ["/b", "/a/c", "/b"]), ["/b", "/b", "/a/c"]);
    }
}
