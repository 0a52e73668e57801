//! JSON text as a value, without losing what a value cannot hold: a field that stands twice.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::notes::pointer_token;

/// Parses `text`; answers the value and the pointer of every field that stands in its object already. Of such fields
/// the first counts. The parser limits the depth, so nothing can overflow the stack.
pub(super) fn parse(text: &str) -> Result<(Value, Vec<String>), serde_json::Error> {
    let mut repeated = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Seed { pointer: String::new(), repeated: &mut repeated }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok((value, repeated))
}

struct Seed<'r> {
    pointer: String,
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
        loop {
            let pointer = format!("{}/{}", self.pointer, list.len());
            match items.next_element_seed(Seed { pointer, repeated: self.repeated })? {
                Some(item) => list.push(item),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(field) = members.next_key::<String>()? {
            let pointer = format!("{}/{}", self.pointer, pointer_token(&field));
            let value = members.next_value_seed(Seed { pointer: pointer.clone(), repeated: self.repeated })?;
            if object.contains_key(&field) {
                self.repeated.push(pointer);
            } else {
                object.insert(field, value);
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
        let (value, repeated) = parse(r#"{"a/b": 1, "n": [{"k": 1, "k": 2}], "a/b": 3}"#).unwrap();
        assert_eq!(repeated, ["/n/0/k", "/a~1b"]);
        assert_eq!(value["a/b"], 1);
    }

    #[test]
    fn text_that_is_no_json_or_too_deep_is_refused_with_its_place() {
        for text in ["", "{", "[1,]", "{} x", "{a: 1}", "\u{feff}{}"] {
            assert!(parse(text).is_err(), "{text}");
        }
        let error = parse("{\n  \"a\": nope\n}").unwrap_err();
        assert_eq!(error.line(), 2);
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
