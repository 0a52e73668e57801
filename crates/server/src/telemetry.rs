//! The log: on stderr, for people or for collectors.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::sync::OnceLock;

use firstline_domain::fault;
use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::format::JsonFields;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::failure::Failure;
use crate::log_format::JsonLines;
use crate::log_writer::LogWriter;
use crate::settings::{LogFormat, LogSettings};

/// The default of `log.filter`: actix tells of each thread that starts and ends, which is no news.
pub(crate) const DEFAULT: &str = "info,actix_server=warn";

/// What is logged when a person watches and has not asked for more.
const QUIET: &str = "warn";

/// Whether a line may be logged, whatever the filter says. Below info, libraries repeat what they were given: a statement's
/// parameters, a header that is broken. Postgres' notices hold what a trigger writes, so their library is stopped sooner.
fn may_be_logged(line: &Metadata<'_>) -> bool {
    fault!("libraries-say-all", return true);
    let target = line.target();
    let most = if target.starts_with("tokio_postgres") { Level::WARN } else { Level::INFO };
    target.starts_with("firstline") || *line.level() <= most
}

/// What the process's log is written with.
static WRITER: OnceLock<LogWriter> = OnceLock::new();

/// How many lines of the log were dropped since the start.
pub(crate) fn dropped_lines() -> u64 {
    WRITER.get().map_or(0, LogWriter::dropped)
}

/// Waits until what was logged is written, at most a second.
pub(crate) fn finish() {
    if let Some(writer) = WRITER.get() {
        writer.flush();
    }
}

/// The writer to stderr. It has a descriptor of its own: a write that stalls must not hold the lock of [`io::stderr`].
fn writer() -> io::Result<&'static LogWriter> {
    let stderr = File::from(io::stderr().as_fd().try_clone_to_owned()?);
    let writer = LogWriter::start(stderr, |lines| {
        tracing::warn!(lines, "log lines were dropped because they could not be written");
    })?;
    Ok(WRITER.get_or_init(|| writer))
}

/// Starts the log. A call that speaks to people is quiet unless `log.filter` is set to something of its own.
///
/// # Errors
/// The system gives no descriptor or no thread.
pub(crate) fn start(settings: &LogSettings, speaks_to_people: bool) -> Result<(), Failure> {
    let writer = writer().map_err(|error| Failure::caused("the log cannot be started", &error))?;
    let quiet = speaks_to_people && settings.filter == DEFAULT;
    let filter = EnvFilter::new(if quiet { QUIET } else { &settings.filter });
    // Its internal errors would go to stderr by a macro that panics when that fails.
    let log = tracing_subscriber::fmt().with_env_filter(filter).log_internal_errors(false).with_writer(move || writer);
    // Only a log that was started before refuses; then that one goes on.
    let _ = match settings.format {
        LogFormat::Text => {
            let log = log.with_ansi(io::IsTerminal::is_terminal(&io::stderr()));
            log.finish().with(filter_fn(may_be_logged)).try_init()
        }
        LogFormat::Json => {
            let log = log.fmt_fields(JsonFields::new()).event_format(JsonLines::new());
            log.finish().with(filter_fn(may_be_logged)).try_init()
        }
    };
    // A panic's message may repeat what a customer said: only its place is logged.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
    Ok(())
}
