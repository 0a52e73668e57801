//! Counters for Prometheus. Labels are route templates, methods and codes: never an id, never anything a client wrote.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::http::Method;
use firstline_http_guard::CloseReason;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::edge::rates::limit::Limit;

/// The buckets that OpenTelemetry's conventions advise, in seconds, with two finer ones: a read takes a millisecond.
const BUCKETS: [f64; 16] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
#[expect(clippy::struct_field_names, reason = "the names are OpenTelemetry's")]
struct RequestLabels {
    http_request_method: &'static str,
    http_route: &'static str,
    http_response_status_code: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitLabels {
    limit: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CutLabels {
    reason: &'static str,
}

/// What happened to a session, as the counter of sessions knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Started,
    Resolved,
    Escalated,
    Abandoned,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Resolved => "resolved",
            Self::Escalated => "escalated",
            Self::Abandoned => "abandoned",
        }
    }
}

/// The service's counters.
pub struct Metrics {
    registry: Registry,
    duration: Family<RequestLabels, Histogram, fn() -> Histogram>,
    active: Gauge,
    sessions: Family<OutcomeLabels, Counter<u64, AtomicU64>>,
    steps: Counter<u64, AtomicU64>,
    folded: Counter<u64, AtomicU64>,
    limited: Family<LimitLabels, Counter<u64, AtomicU64>>,
    connections: Gauge,
    answer_bytes: Gauge,
    log_lines_dropped: Counter<u64, AtomicU64>,
    log_lines: OnceLock<fn() -> u64>,
    cut: Family<CutLabels, Counter<u64, AtomicU64>>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::default();
        let duration = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        let active = Gauge::default();
        let sessions = Family::default();
        let (steps, folded) = (Counter::default(), Counter::default());
        let limited = Family::default();
        let help = "How long requests took, until the answer's head";
        registry.register_with_unit("http_server_request_duration", help, Unit::Seconds, duration.clone());
        registry.register("http_server_active_requests", "Requests being answered now", active.clone());
        registry.register("firstline_sessions", "Walk sessions of this instance by what happened", sessions.clone());
        registry.register("firstline_steps_recorded", "Steps recorded by this instance", steps.clone());
        let help = "Ended walks that this instance counted into the statistics of their flows";
        registry.register("firstline_walks_folded", help, folded.clone());
        let help = "Requests that this instance refused because there were too many, by what they were counted by";
        registry.register("firstline_requests_limited", help, limited.clone());
        let (connections, cut) = (Gauge::default(), Family::default());
        registry.register("firstline_connections_open", "Connections open now", connections.clone());
        let help = "Connections that this instance ended, by what they were too slow with or had too many of";
        registry.register("firstline_connections_cut", help, cut.clone());
        let answer_bytes = Gauge::default();
        let help = "Bytes of answers above 16 KiB that wait to be sent";
        registry.register("firstline_answer_bytes_waiting", help, answer_bytes.clone());
        let log_lines_dropped = Counter::default();
        let help = "Lines of the log that found no room or could not be written";
        registry.register("firstline_log_lines_dropped", help, log_lines_dropped.clone());
        Self {
            registry,
            duration,
            active,
            sessions,
            steps,
            folded,
            limited,
            connections,
            answer_bytes,
            log_lines_dropped,
            log_lines: OnceLock::new(),
            cut,
        }
    }

    /// Shows how many lines of the log were dropped, which `count` tells. The first one to be given stays.
    pub fn watch_dropped_log_lines(&self, count: fn() -> u64) {
        let _ = self.log_lines.set(count);
    }

    /// Counts sessions that the sweeper abandoned.
    pub fn count_abandoned(&self, sessions: u64) {
        self.outcome(Outcome::Abandoned, sessions);
    }

    /// Counts walks that the job counted into the statistics of their flows.
    pub fn count_folded(&self, walks: u64) {
        self.folded.inc_by(walks);
    }

    pub(crate) fn count_session(&self, outcome: Outcome) {
        self.outcome(outcome, 1);
    }

    /// The gauge of the bytes that wait to be sent.
    pub(crate) fn answer_bytes(&self) -> Gauge {
        self.answer_bytes.clone()
    }

    pub(crate) fn count_step(&self) {
        self.steps.inc();
    }

    pub(crate) fn count_limited(&self, limit: Limit) {
        self.limited.get_or_create(&LimitLabels { limit: limit.as_str() }).inc();
    }

    pub(crate) fn connection_opened(&self) {
        self.connections.inc();
    }

    pub(crate) fn connection_closed(&self) {
        self.connections.dec();
    }

    pub(crate) fn count_timed_out_connection(&self, reason: CloseReason) {
        self.cut.get_or_create(&CutLabels { reason: reason.as_str() }).inc();
    }

    /// Counts a connection whose address had as many as it may.
    pub(crate) fn count_refused_connection(&self) {
        self.cut.get_or_create(&CutLabels { reason: "address" }).inc();
    }

    fn outcome(&self, outcome: Outcome, by: u64) {
        self.sessions.get_or_create(&OutcomeLabels { outcome: outcome.as_str() }).inc_by(by);
    }

    /// Counts a request as being answered until the guard is dropped.
    pub(crate) fn request_began(&self) -> ActiveRequest {
        self.active.inc();
        ActiveRequest(self.active.clone())
    }

    pub(crate) fn request_ended(&self, method: &Method, route: &'static str, status: u16, took: Duration) {
        let labels = RequestLabels {
            http_request_method: method_label(method),
            http_route: route,
            http_response_status_code: status,
        };
        self.duration.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// Everything in the text form of `OpenMetrics`.
    pub(crate) fn render(&self) -> Result<String, std::fmt::Error> {
        if let Some(count) = self.log_lines.get() {
            self.log_lines_dropped.inner().store(count(), Ordering::Relaxed);
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// One request that is being answered. Also a request whose client went away is over when this is dropped.
pub(crate) struct ActiveRequest(Gauge);

impl Drop for ActiveRequest {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// The method, if HTTP knows it: a client can invent any number of others.
pub(crate) fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::CONNECT => "CONNECT",
        Method::OPTIONS => "OPTIONS",
        Method::TRACE => "TRACE",
        Method::PATCH => "PATCH",
        _ => "_OTHER",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_connections_are_counted_by_the_documented_reasons() {
        let metrics = Metrics::new();
        for reason in [CloseReason::Head, CloseReason::Response, CloseReason::Send, CloseReason::Idle] {
            metrics.count_timed_out_connection(reason);
        }
        metrics.count_refused_connection();
        let text = metrics.render().unwrap();
        for reason in ["head", "answer", "send", "idle", "address"] {
            let line = format!("firstline_connections_cut_total{{reason=\"{reason}\"}} 1");
            assert!(text.lines().any(|found| found == line), "{line}");
        }
    }
}
