//! Reads the setting `log.filter` strictly. The library takes any word that is no level for the name of a module, so a
//! misspelt level would silence the log.

use serde::{Deserialize, Deserializer, de};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Reads a list of levels and of `MODULE=LEVEL`.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let filter = String::deserialize(deserializer)?;
    match check(&filter) {
        Ok(()) => Ok(filter),
        Err(refusal) => Err(de::Error::custom(refusal)),
    }
}

fn check(filter: &str) -> Result<(), String> {
    const REMEDY: &str = "must be a level (off, error, warn, info, debug, trace), or several for parts, as in \
                          info,firstline_api=debug,firstline_http_guard=debug";
    match filter.split(',').find(|directive| !is_directive(directive)) {
        Some(directive) => Err(format!("{REMEDY}; {directive:?} is neither a level nor MODULE=LEVEL")),
        None => EnvFilter::try_new(filter).map(drop).map_err(|error| format!("{REMEDY}: {error}")),
    }
}

fn is_directive(directive: &str) -> bool {
    let is_level = |level: &str| !level.is_empty() && level.parse::<LevelFilter>().is_ok();
    directive.rsplit_once('=').map_or_else(
        || is_level(directive),
        |(module, level)| !module.is_empty() && !module.contains(char::is_whitespace) && is_level(level),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_modules_with_levels_are_filters() {
        for filter in ["info", "WARN", "off", "info,actix_server=warn", "firstline_api::access=off", "a[b]=debug"] {
            assert!(check(filter).is_ok(), "{filter}");
        }
    }

    #[test]
    fn a_misspelt_level_is_refused_by_its_name() {
        let cases = [
            "warning",
            "infoo",
            "info,debugg",
            "firstline_api",
            "firstline_api=",
            "=info",
            "a=b",
            "",
            "info,",
            "a b=info",
        ];
        for filter in cases {
            assert!(check(filter).is_err(), "{filter}");
        }
        assert!(check("info,warning").unwrap_err().contains("\"warning\""));
    }
}
