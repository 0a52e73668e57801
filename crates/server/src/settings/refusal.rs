//! What is wrong with the value of a setting, in words for people.

use config::ConfigError;

use super::keys::variable;

/// The refusal of the library that puts the settings together: the setting first, then what it must be.
pub(super) fn told(error: &ConfigError) -> String {
    match error {
        ConfigError::NotFound(key) => format!("{} is missing", dotted(key)),
        ConfigError::Type { origin, unexpected, expected, key } => {
            at(key.as_deref(), origin.as_deref(), &must(&unexpected.to_string(), expected))
        }
        ConfigError::At { error, origin, key } => at(key.as_deref(), origin.as_deref(), &without_place(error)),
        other => other.to_string(),
    }
}

fn without_place(error: &ConfigError) -> String {
    let ConfigError::Message(words) = error else { return told(error) };
    let kind = ["invalid type: ", "invalid value: "].iter().find_map(|kind| words.strip_prefix(kind));
    kind.and_then(|words| words.split_once(", expected "))
        .map_or_else(|| words.clone(), |(found, expected)| must(found, expected))
}

/// Without the names that types have in the program.
fn must(found: &str, expected: &str) -> String {
    let expected = match expected {
        "a boolean" => "true or false",
        "an integer" => "a whole number",
        "a string" => "a text",
        "a duration" => "a duration such as 250ms, 10s, 5m or 24h",
        expected if expected.starts_with("struct ") => "a table with its settings",
        expected => expected,
    };
    let found = found.strip_prefix("string ").map_or_else(|| format!("a {found}"), str::to_owned);
    format!("must be {expected}, not {found}")
}

fn at(key: Option<&str>, origin: Option<&str>, what: &str) -> String {
    let Some(key) = key else { return what.to_owned() };
    let key = dotted(key);
    let by = match origin {
        Some("the environment") => format!(" ({})", variable(&key)),
        _ => String::new(),
    };
    let colon = if what.starts_with("must ") { "" } else { ":" };
    format!("{key}{by}{colon} {what}")
}

/// The library writes the key of a list's entry as `list[0]key`.
fn dotted(key: &str) -> String {
    let mut dotted = String::new();
    for character in key.chars() {
        if dotted.ends_with(']') && !matches!(character, '.' | '[') {
            dotted.push('.');
        }
        dotted.push(character);
    }
    dotted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_in_an_entry_of_a_list_has_its_dot() {
        assert_eq!(dotted("auth.issuers[0]audience"), "auth.issuers[0].audience");
        assert_eq!(dotted("auth.issuers[0].audience"), "auth.issuers[0].audience");
        assert_eq!(dotted("a[0][1]b"), "a[0][1].b");
        assert_eq!(dotted("auth.issuers[12]"), "auth.issuers[12]");
    }
}
