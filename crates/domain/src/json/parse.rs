//! JSON text as a value, with a rule for members of the same name.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Value};

use super::location::Location;

/// Which of the members of one name counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// The first.
    First,
    /// The last.
    Last,
}

/// Parses `json`. Of members of the same name the last counts, in the place of the first.
///
/// The parser limits the depth, so nothing can overflow the stack. A `Value` is never deserialized as such: with the
/// feature `raw_value` of `serde_json`, that parses the text of a member with a reserved name, to any depth.
///
/// # Errors
/// What is no JSON, with its line and column.
pub fn parse(json: &[u8]) -> Result<Value, serde_json::Error> {
    parse_reporting(json, Counts::Last, &mut |_| {})
}

/// Parses `json` and reports the place of every member whose name its object has already.
///
/// # Errors
/// As [`parse`].
pub fn parse_reporting(
    json: &[u8],
    counts: Counts,
    report: &mut dyn FnMut(&Location<'_>),
) -> Result<Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let value = Seed { at: Location::Root, counts, report }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Reads the value that stands at a place.
struct Seed<'a, 'r> {
    at: Location<'a>,
    counts: Counts,
    report: &'r mut dyn FnMut(&Location<'_>),
}

impl<'de> DeserializeSeed<'de> for Seed<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_, '_> {
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
            let seed = Seed { at: self.at.item(list.len()), counts: self.counts, report: &mut *self.report };
            let Some(item) = items.next_element_seed(seed)? else { return Ok(Value::Array(list)) };
            list.push(item);
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let seed = Seed { at: self.at.member(&name), counts: self.counts, report: &mut *self.report };
            let value = members.next_value_seed(seed)?;
            match object.entry(name) {
                Entry::Vacant(free) => {
                    free.insert(value);
                }
                Entry::Occupied(mut taken) => {
                    (self.report)(&self.at.member(taken.key()));
                    if self.counts == Counts::Last {
                        taken.insert(value);
                    }
                }
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(text: &str, counts: Counts) -> (Value, Vec<String>) {
        let mut found = Vec::new();
        let value = parse_reporting(text.as_bytes(), counts, &mut |at| found.push(at.pointer())).unwrap();
        (value, found)
    }

    #[test]
    fn a_value_is_what_serde_json_reads() {
        let text = r#"{"b": [1, -2, 3.5, 1e300, "ü\n", null, true, {"x": {}}], "a": {}}"#;
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(parse(text.as_bytes()).unwrap(), value);
        assert_eq!(parse(text.as_bytes()).unwrap().to_string(), value.to_string());
        for counts in [Counts::First, Counts::Last] {
            assert_eq!(reported(text, counts), (value.clone(), vec![]));
        }
    }

    #[test]
    fn a_member_with_a_name_that_the_library_reserves_is_a_member_like_any_other() {
        for name in ["$serde_json::private::RawValue", "$serde_json::private::Number"] {
            let text = format!(r#"[{{"{name}":"[1]"}},{{"{name}":"no JSON","b":1}},{{"a":{{"{name}":"2"}}}}]"#);
            assert_eq!(parse(text.as_bytes()).unwrap().to_string(), text);
            assert_eq!(reported(&text, Counts::First), (parse(text.as_bytes()).unwrap(), vec![]));
        }
    }

    #[test]
    fn members_of_the_same_name_are_reported_and_the_chosen_one_counts() {
        let text = r#"{"a/b": 1, "l": [{}, {"k": 1, "\u006b": 2, "m": {"k": 1, "k": 2}}], "a/b": 3}"#;
        let pointers = ["/l/1/k", "/l/1/m/k", "/a~1b"];
        let (first, found) = reported(text, Counts::First);
        assert_eq!(found, pointers);
        assert_eq!(first.to_string(), r#"{"a/b":1,"l":[{},{"k":1,"m":{"k":1}}]}"#);
        let (last, found) = reported(text, Counts::Last);
        assert_eq!(found, pointers);
        assert_eq!(last, serde_json::from_str::<Value>(text).unwrap());
        assert_eq!(last.to_string(), r#"{"a/b":3,"l":[{},{"k":2,"m":{"k":2}}]}"#);
    }

    #[test]
    fn text_that_is_no_json_or_too_deep_is_refused_with_its_place_whatever_is_reported() {
        let deep = "[".repeat(100_000);
        for text in ["", "{", "[1,]", "{} x", "{a: 1}", "\u{feff}{}", "\"\u{1}\"", "{\n  \"a\": nope\n}", &deep] {
            let plain = serde_json::from_str::<Value>(text).unwrap_err();
            let error = parse_reporting(text.as_bytes(), Counts::First, &mut |_| {}).unwrap_err();
            assert_eq!(error.to_string(), plain.to_string(), "{text:.20}");
            assert_eq!((error.line(), error.column()), (plain.line(), plain.column()), "{text:.20}");
        }
        assert_eq!(parse(b"{\n  \"a\": nope\n}").unwrap_err().line(), 2);
        assert!(parse(b"\"\xff\"").is_err());
    }
}
