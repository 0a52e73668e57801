//! U+0000, which no store keeps.

use serde_json::Value;

use super::location::pointer_token;

/// Looks for U+0000 in every string and key of `value`; answers the JSON pointer (RFC 6901) of the first one.
#[must_use]
pub fn find_nul(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| find_nul(item).map(|rest| format!("/{index}{rest}")))
        }
        Value::Object(members) => members.iter().find_map(|(key, member)| {
            let inside = if key.contains('\0') { Some(String::new()) } else { find_nul(member) };
            inside.map(|rest| format!("/{}{rest}", pointer_token(key)))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_one_is_found_in_values_and_keys_at_any_depth() {
        let found = |value: Value| find_nul(&value);
        assert_eq!(found(json!([{}, { "a": [{ "b": "x\0" }] }])).as_deref(), Some("/1/a/0/b"));
        assert_eq!(found(json!([{ "a/b~": { "k\0": 1 } }, "\0"])).as_deref(), Some("/0/a~1b~0/k\u{fffd}"));
        assert_eq!(found(json!("\0")).as_deref(), Some(""));
        assert_eq!(found(json!({ "a": [1, null, true, "\\u0000"] })), None);
    }
}
