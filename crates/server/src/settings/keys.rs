//! Which settings there are, and which one a misspelt name probably means.

use std::collections::BTreeSet;

use config::{ConfigError, File, FileFormat, Map, Source, Value, ValueKind};

/// The defaults with their explanations, as shipped.
pub(super) const DEFAULTS: &str = include_str!("../../../../config/default.toml");

/// What the name of every variable begins with.
pub(super) const PREFIX: &str = "FIRSTLINE__";

/// The names of all settings, as `section.key`.
pub(super) fn known() -> Result<BTreeSet<String>, ConfigError> {
    Ok(leaves(File::from_str(DEFAULTS, FileFormat::Toml).collect()?).into_iter().collect())
}

/// The names of everything in a table, and of the tables that have nothing in them.
pub(super) fn leaves(table: Map<String, Value>) -> Vec<String> {
    let mut names = Vec::new();
    for (key, value) in table {
        match value.kind {
            ValueKind::Table(inner) if !inner.is_empty() => {
                names.extend(leaves(inner).into_iter().map(|name| format!("{key}.{name}")));
            }
            // An empty section sets nothing and harms nothing, if there is such a section.
            _ => names.push(key),
        }
    }
    names
}

/// The variable of a setting.
pub(crate) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase().replace('.', "__"))
}

/// The candidate nearest to what was written, if one is near enough to have been meant.
pub(super) fn nearest<'a>(written: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    let near = candidates.map(|candidate| (distance(&written, &candidate.to_lowercase()), candidate));
    near.min().filter(|(distance, _)| *distance <= written.len() / 3).map(|(_, candidate)| candidate)
}

/// How many letters must be put in, taken out or replaced to make one word of the other.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((b, diagonal), above) in to.chars().zip(&row).zip(row.iter().skip(1)) {
            let left = next.last().copied().unwrap_or(usize::MAX - 1);
            next.push((diagonal + usize::from(a != b)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_key_finds_the_one_that_was_meant() {
        let known = known().unwrap();
        let meant = |written| nearest(written, known.iter().map(String::as_str));
        assert_eq!(meant("databse.url"), Some("database.url"));
        assert_eq!(meant("sweep.intervall"), Some("sweep.interval"));
        assert_eq!(meant("server.port"), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
