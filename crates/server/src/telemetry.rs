//! The log: on stderr, for people or for collectors.

use std::io;

use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::settings::{LogFormat, LogSettings};

/// The default of `log.filter`: actix tells of each thread that starts and ends, which is no news.
pub(crate) const DEFAULT: &str = "info,actix_server=warn";

/// What is logged when a person watches and has not asked for more.
const QUIET: &str = "warn";

/// Whether a line may be logged, whatever the filter says. Below info, libraries repeat what they were given: a statement's
/// parameters, a header that is broken. Postgres' notices hold what a trigger writes, so their library is stopped sooner.
fn may_be_logged(line: &Metadata<'_>) -> bool {
    #[cfg(feature = "sabotage")]
    if firstline_domain::sabotage::planted("libraries-say-all") {
        return true;
    }
    let target = line.target();
    let most = if target.starts_with("tokio_postgres") { Level::WARN } else { Level::INFO };
    target.starts_with("firstline") || *line.level() <= most
}

/// Starts the log. A call that speaks to people is quiet unless `log.filter` is set to something of its own.
pub(crate) fn start(settings: &LogSettings, speaks_to_people: bool) {
    let quiet = speaks_to_people && settings.filter == DEFAULT;
    let filter = EnvFilter::new(if quiet { QUIET } else { &settings.filter });
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // Only a log that was started before refuses; then that one goes on.
    let _ = match settings.format {
        LogFormat::Text => {
            let log = log.with_ansi(io::IsTerminal::is_terminal(&io::stderr()));
            log.finish().with(filter_fn(may_be_logged)).try_init()
        }
        LogFormat::Json => {
            let log = log.json().flatten_event(true).with_current_span(false);
            log.finish().with(filter_fn(may_be_logged)).try_init()
        }
    };
    // A panic's message may repeat what a customer said: only its place is logged.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}
