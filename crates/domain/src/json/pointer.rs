//! JSON pointers (RFC 6901), and what of a value they point at.

use serde_json::Value;

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

/// One key as a token of a JSON pointer: `~` and `/` escaped, U+0000 shown as U+FFFD so that it does not travel on.
#[must_use]
pub fn pointer_token(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1").replace('\0', "\u{fffd}")
}
