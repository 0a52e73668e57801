//! The log as JSON: one object a line, with the fields of the event and of the spans around it.

use std::fmt;

use serde_json::{Map, Value};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Format, FormatEvent, FormatFields, Json, Writer, format};
use tracing_subscriber::fmt::{FmtContext, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

/// Formats an event as one JSON object. A span's field is left out where the event or an inner span has one of that
/// name.
pub(crate) struct JsonLines(Format<Json>);

impl JsonLines {
    pub(crate) fn new() -> Self {
        Self(format().json().flatten_event(true).with_current_span(false).with_span_list(false))
    }
}

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let Some(innermost) = context.event_scope() else { return self.0.format_event(context, writer, event) };
        let mut text = String::new();
        self.0.format_event(context, Writer::new(&mut text), event)?;
        let mut line: Map<String, Value> = serde_json::from_str(&text).map_err(|_| fmt::Error)?;
        for span in innermost {
            let extensions = span.extensions();
            let Some(fields) = extensions.get::<FormattedFields<N>>() else { continue };
            let fields: Map<String, Value> = serde_json::from_str(fields).unwrap_or_default();
            for (name, value) in fields {
                line.entry(name).or_insert(value);
            }
        }
        writeln!(writer, "{}", Value::Object(line))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use tracing::field::Empty;
    use tracing_subscriber::fmt::format::JsonFields;

    use super::*;

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_has_the_fields_of_its_event_and_of_the_spans_around_it() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .fmt_fields(JsonFields::new())
            .event_format(JsonLines::new())
            .with_writer(move || writer.clone());
        tracing::subscriber::with_default(subscriber.finish(), || {
            tracing::warn!(count = 3, ratio = 0.5, "outside \"all\"");
            let request = tracing::error_span!("request", request_id = "r-1", route = Empty, user_id = Empty);
            request.record("route", "/a/{b}");
            let _entered = request.enter();
            let _inner = tracing::error_span!("db", route = "inner", attempt = 2).entered();
            tracing::error!(request_id = "own", done = true, "inside");
        });
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        let mut lines: Vec<Map<String, Value>> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for line in &mut lines {
            assert!(line.remove("timestamp").unwrap().as_str().unwrap().ends_with('Z'));
            assert_eq!(line.remove("target").unwrap(), module_path!());
        }
        let expected = serde_json::json!([
            {"level": "WARN", "message": "outside \"all\"", "count": 3, "ratio": 0.5},
            {"level": "ERROR", "message": "inside", "request_id": "own", "done": true, "route": "inner", "attempt": 2},
        ]);
        assert_eq!(Value::from(lines), expected);
    }
}
