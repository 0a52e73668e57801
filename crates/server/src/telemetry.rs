//! The log: on stderr, for people or for collectors.

use std::io;

use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, LogSettings};

/// The default of `log.filter`: actix tells of each thread that starts and ends, which is no news.
pub(crate) const DEFAULT: &str = "info,actix_server=warn";

/// What is logged when a person watches and has not asked for more.
const QUIET: &str = "warn";

/// Starts the log. A call that speaks to people is quiet unless `log.filter` is set to something of its own.
pub(crate) fn start(settings: &LogSettings, speaks_to_people: bool) {
    let quiet = speaks_to_people && settings.filter == DEFAULT;
    let filter = EnvFilter::new(if quiet { QUIET } else { &settings.filter });
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // Only a log that was started before refuses; then that one goes on.
    let _ = match settings.format {
        LogFormat::Text => log.with_ansi(io::IsTerminal::is_terminal(&io::stderr())).try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).try_init(),
    };
    // A panic's message may repeat what a customer said: only its place is logged.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}
