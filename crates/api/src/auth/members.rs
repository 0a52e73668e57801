//! A JSON object without duplicate members, as both parts of a token must be. Readers that take different ones of two
//! equal claims could be deceived (RFC 8725, section 2.9).

use firstline_domain::json::{Counts, Location, parse_reporting};
use serde_json::{Map, Number, Value};

/// The members of a token's header or of its claims. They are parsed, and not verified.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Members(Map<String, Value>);

impl Members {
    /// Parses an object. `None` for other JSON, and for a duplicate member.
    pub(super) fn read(json: &[u8]) -> Option<Self> {
        let mut doubled = false;
        let value = parse_reporting(json, Counts::Last, &mut |at| doubled |= at.outer() == Some(&Location::Root));
        match value {
            Ok(Value::Object(members)) if !doubled => Some(Self(members)),
            _ => None,
        }
    }

    /// The members of a parsed object.
    pub(super) fn of(value: &Value) -> Option<Self> {
        value.as_object().cloned().map(Self)
    }

    /// A member. Null counts as missing.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Whether the member is present, null included.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A member that is a string.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// A member that is a string, or missing.
    pub(super) fn optional_text(&self, name: &str) -> Result<Option<&str>, NotThat> {
        self.get(name).map_or(Ok(None), |value| value.as_str().map(Some).ok_or(NotThat))
    }

    /// A member that is a number, or missing.
    pub(super) fn optional_number(&self, name: &str) -> Result<Option<&Number>, NotThat> {
        self.get(name).map_or(Ok(None), |value| value.as_number().map(Some).ok_or(NotThat))
    }

    /// Whether a member is `wanted`, or an array of strings that contains it.
    pub(super) fn is_or_has(&self, name: &str, wanted: &str) -> bool {
        match self.get(name) {
            Some(Value::String(one)) => one == wanted,
            Some(Value::Array(several)) => {
                several.iter().all(Value::is_string) && several.iter().any(|one| one == wanted)
            }
            _ => false,
        }
    }
}

/// A member has another type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotThat;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_with_a_doubled_member_and_what_is_no_object_are_not_read() {
        for json in [r#"{"a":1,"a":1}"#, r#"{"a":1,"b":2,"\u0061":1}"#, "[]", "1", "null", "{", "", "{}x"] {
            assert_eq!(Members::read(json.as_bytes()), None, "{json}");
        }
        assert!(Members::read(br#"{"a":{"b":1},"b":1}"#).is_some());
        // Objects inside a member may have duplicates: the last one counts.
        let within = Members::read(br#"{"a":{"b":1,"b":2},"b":[{"c":1,"c":2}]}"#).unwrap();
        assert_eq!(within.get("a"), Some(&serde_json::json!({ "b": 2 })));
    }

    #[test]
    fn a_member_counts_only_as_what_it_is() {
        let members = Members::read(br#"{"t":"x","n":1,"z":null,"l":["a","b"],"m":[1,"a"]}"#).unwrap();
        assert_eq!(members.text("t"), Some("x"));
        assert_eq!(members.text("n"), None);
        assert_eq!((members.optional_text("z"), members.optional_text("n")), (Ok(None), Err(NotThat)));
        assert_eq!((members.optional_number("gone"), members.optional_number("t")), (Ok(None), Err(NotThat)));
        assert!(members.has("z") && members.get("z").is_none() && !members.has("gone"));
        assert!(members.is_or_has("t", "x") && members.is_or_has("l", "b") && !members.is_or_has("m", "a"));
    }
}
