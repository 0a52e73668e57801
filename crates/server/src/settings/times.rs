//! How long the times of the settings may be. Longer ones mean nothing, and adding them to a date would overflow.

use std::time::Duration;

use super::model::Settings;
use crate::failure::Failure;

/// The longest that anybody waits for one thing.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// The longest interval of a job, and the longest idle time of a walk: as good as for ever.
const LONGEST_SPAN: Duration = Duration::from_hours(36_500 * 24);

/// Refuses times that are longer than they may be.
pub(super) fn check(settings: &Settings) -> Result<(), Failure> {
    let Settings { database, server, limits, sweep, stats, .. } = settings;
    let waits = [
        ("database.start_timeout", database.start_timeout),
        ("database.wait_timeout", database.wait_timeout),
        ("database.connect_timeout", database.connect_timeout),
        ("database.statement_timeout", database.statement_timeout),
        ("server.keep_alive", server.keep_alive),
        ("server.drain_delay", server.drain_delay),
        ("server.shutdown_timeout", server.shutdown_timeout),
        ("limits.head_timeout", limits.head_timeout),
        ("limits.body_timeout", limits.body_timeout),
        ("limits.request_timeout", limits.request_timeout),
        ("limits.send_timeout", limits.send_timeout),
        ("limits.contention_deadline", limits.contention_deadline),
    ];
    let spans = [
        ("sweep.interval", sweep.interval),
        ("sweep.idle_after", sweep.idle_after),
        ("stats.interval", stats.interval),
    ];
    for (times, most, shown) in [(&waits[..], LONGEST_WAIT, "1h"), (&spans[..], LONGEST_SPAN, "36500d")] {
        if let Some((key, _)) = times.iter().find(|(_, time)| *time > most) {
            return Err(Failure::new(format!("{key} must be at most {shown}")).remedy("leave it out for the default"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::settings::{Overrides, Settings, load};

    fn with(key: &str, value: &str) -> Result<Settings, String> {
        let variable = format!("FIRSTLINE__{}", key.to_uppercase().replace('.', "__"));
        let environment = [(variable.into(), value.into())];
        load(&Overrides::default(), environment.into_iter()).map_err(|error| error.to_string())
    }

    /// Every setting that is a time, found by its default.
    fn times() -> Vec<String> {
        let Value::Object(sections) =
            serde_json::to_value(load(&Overrides::default(), std::iter::empty()).unwrap()).unwrap()
        else {
            panic!("no object")
        };
        let all = sections.iter().flat_map(|(section, keys)| {
            keys.as_object().unwrap().iter().map(move |(key, value)| (format!("{section}.{key}"), value))
        });
        let is_time = |value: &Value| value.as_str().is_some_and(|text| humantime::parse_duration(text).is_ok());
        all.filter(|(_, value)| is_time(value)).map(|(key, _)| key).collect()
    }

    #[test]
    fn no_time_may_be_so_long_that_it_means_nothing() {
        let times = times();
        assert!(times.len() >= 19, "{times:?}");
        for key in &times {
            // The last is the longest that can be written at all.
            for value in ["101y", "500000000000y", "18446744073709551615s"] {
                let refused = with(key, value).expect_err(key);
                let says = format!("{key} must be at most ");
                assert!(refused.contains(&says) && refused.contains("->"), "{key}: {refused}");
            }
        }
    }

    #[test]
    fn times_may_be_as_long_as_they_still_mean_something() {
        for (key, value) in [
            ("server.keep_alive", "1h"),
            ("server.keep_alive", "0s"),
            ("limits.request_timeout", "1h"),
            ("database.statement_timeout", "1h"),
            ("sweep.interval", "0s"),
            ("sweep.idle_after", "36500d"),
            ("auth.keys_max_age", "30d"),
            ("auth.keys_fetch_timeout", "1m"),
        ] {
            assert!(with(key, value).is_ok(), "{key} {value}");
        }
    }
}
