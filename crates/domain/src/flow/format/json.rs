//! JSON text as a value, without losing what a value cannot hold: a field that stands twice.

use crate::text::without_byte_order_mark;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Value};

use crate::flow::defect::MAX_ERRORS_READ;
use crate::json::pointer_token;

/// Parses `text`; answers the value and the pointer of every field that stands in its object already. Of such fields
/// the first counts. Only the objects of the format are looked at: what lies within a field that does not exist does not
/// matter. The parser limits the depth, so nothing can overflow the stack.
pub(super) fn parse(text: &str) -> Result<(Value, Vec<String>), serde_json::Error> {
    let mut repeated = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(without_byte_order_mark(text));
    let value = Seed { at: At::Document, repeated: &mut repeated }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok((value, repeated))
}

/// Where in a document a value stands.
#[derive(Clone, Copy)]
enum At {
    Document,
    Nodes,
    Node(usize),
    Answers(usize),
    Answer(usize, usize),
    Elsewhere,
}

impl At {
    fn member(self, field: &str) -> Self {
        match (self, field) {
            (Self::Document, "nodes") => Self::Nodes,
            (Self::Node(node), "answers") => Self::Answers(node),
            _ => Self::Elsewhere,
        }
    }

    const fn item(self, index: usize) -> Self {
        match self {
            Self::Nodes => Self::Node(index),
            Self::Answers(node) => Self::Answer(node, index),
            Self::Document | Self::Node(_) | Self::Answer(..) | Self::Elsewhere => Self::Elsewhere,
        }
    }

    /// The pointer of a field here, if it is a place where fields are known.
    fn pointer(self, field: &str) -> Option<String> {
        let field = pointer_token(field);
        match self {
            Self::Document => Some(format!("/{field}")),
            Self::Node(node) => Some(format!("/nodes/{node}/{field}")),
            Self::Answer(node, answer) => Some(format!("/nodes/{node}/answers/{answer}/{field}")),
            Self::Nodes | Self::Answers(_) | Self::Elsewhere => None,
        }
    }
}

struct Seed<'r> {
    at: At,
    repeated: &'r mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        serde_json::Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) =
            items.next_element_seed(Seed { at: self.at.item(list.len()), repeated: &mut *self.repeated })?
        {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(field) = members.next_key::<String>()? {
            let value = members.next_value_seed(Seed { at: self.at.member(&field), repeated: &mut *self.repeated })?;
            match object.entry(field) {
                Entry::Vacant(free) => {
                    free.insert(value);
                }
                Entry::Occupied(taken) if self.repeated.len() < MAX_ERRORS_READ => {
                    self.repeated.extend(self.at.pointer(taken.key()));
                }
                Entry::Occupied(_) => {}
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_what_serde_json_reads_and_repeated_fields_are_named() {
        let text = r#"{"b": [1, -2, 3.5, "ü\n", null, true, {"x": {}}], "a": {}}"#;
        assert_eq!(parse(text).unwrap(), (serde_json::from_str(text).unwrap(), vec![]));
        assert_eq!(parse(&format!("\u{feff}{text}")).unwrap(), parse(text).unwrap(), "a byte order mark is ignored");
        let text = r#"{"a/b": 1, "nodes": [{}, {"k": 1, "k": 2, "answers": [{"l": 1, "l": 1}]}], "x": {"y": 1, "y": 2}, "a/b": 3}"#;
        let (value, repeated) = parse(text).unwrap();
        assert_eq!(repeated, ["/nodes/1/k", "/nodes/1/answers/0/l", "/a~1b"]);
        assert_eq!((&value["a/b"], &value["x"]["y"]), (&Value::from(1), &Value::from(1)));
    }

    #[test]
    fn text_that_is_no_json_or_too_deep_is_refused_with_its_place() {
        for text in ["", "{", "[1,]", "{} x", "{a: 1}", "\u{feff}\u{feff}{}"] {
            assert!(parse(text).is_err(), "{text}");
        }
        let error = parse("{\n  \"a\": nope\n}").unwrap_err();
        assert_eq!(error.line(), 2);
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
