//! Settings that are one of a few words.

use serde::{Deserialize, Deserializer, de};

/// Reads one of `choices`; a refusal names them all.
pub(super) fn deserialize<'de, D: Deserializer<'de>, T: Copy>(
    deserializer: D,
    choices: &[(&str, T)],
) -> Result<T, D::Error> {
    let word = String::deserialize(deserializer)?;
    choices.iter().find(|(choice, _)| *choice == word).map(|(_, value)| *value).ok_or_else(|| {
        let choices: Vec<String> = choices.iter().map(|(choice, _)| format!("{choice:?}")).collect();
        de::Error::custom(format_args!("must be {}", choices.join(" or ")))
    })
}
