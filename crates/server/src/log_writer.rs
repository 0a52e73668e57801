//! Writes the log to stderr from a bounded queue, in a thread of its own. Logging never waits and never fails: a line
//! that finds no room or cannot be written is dropped and counted.

use firstline_domain::fault;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// How many lines wait at most.
const MAX_LINES: usize = 8_192;

/// How many bytes wait at most.
const MAX_BYTES: usize = 4 << 20;

/// How long the end of the process waits for the lines that are left.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

enum Message {
    Line(Vec<u8>),
    /// Everything before it is written or dropped when the sender is dropped.
    Flush(SyncSender<()>),
}

/// Where the log is written to. A clone is another handle to the same queue.
#[derive(Clone)]
pub(crate) struct LogWriter {
    queue: SyncSender<Message>,
    bytes: Arc<AtomicUsize>,
    dropped: Arc<AtomicU64>,
}

impl LogWriter {
    /// Starts the thread that writes to `sink`. After a loss it calls `on_recovered` with the number of dropped lines,
    /// once the queue is empty and writing succeeds again.
    ///
    /// # Errors
    /// The system starts no thread.
    pub(crate) fn start(
        sink: impl Write + Send + 'static,
        on_recovered: impl Fn(u64) + Send + 'static,
    ) -> io::Result<Self> {
        let (queue, lines) = sync_channel(MAX_LINES);
        let writer = Self { queue, bytes: Arc::default(), dropped: Arc::default() };
        let (bytes, dropped) = (Arc::clone(&writer.bytes), Arc::clone(&writer.dropped));
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write_all(&lines, sink, &bytes, &dropped, on_recovered))?;
        Ok(writer)
    }

    /// How many lines were dropped since the start.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Waits until everything that was logged before is written, at most a second.
    pub(crate) fn flush(&self) {
        let until = Instant::now() + FLUSH_TIMEOUT;
        let (done, written) = sync_channel(0);
        let mut message = Message::Flush(done);
        while let Err(full) = self.queue.try_send(message) {
            if Instant::now() >= until {
                return;
            }
            message = match full {
                TrySendError::Full(message) => message,
                TrySendError::Disconnected(_) => return,
            };
            thread::sleep(Duration::from_millis(10));
        }
        // Nothing is ever sent: the end of the sender is the answer.
        let _ = written.recv_timeout(until.saturating_duration_since(Instant::now()));
    }

    fn put(&self, line: &[u8]) {
        fault!(
            "log-on-workers",
            return io::stderr().write_all(line).unwrap_or_else(|error| std::panic::panic_any(error.to_string()))
        );
        let waiting = self.bytes.fetch_add(line.len(), Ordering::Relaxed);
        if waiting + line.len() > MAX_BYTES || self.queue.try_send(Message::Line(line.to_vec())).is_err() {
            self.bytes.fetch_sub(line.len(), Ordering::Relaxed);
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Write for &LogWriter {
    /// Takes one line whole. The subscriber writes each of its lines with one call.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.put(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write_all(
    lines: &Receiver<Message>,
    mut sink: impl Write,
    bytes: &AtomicUsize,
    dropped: &AtomicU64,
    on_recovered: impl Fn(u64),
) {
    let (mut reported, mut works) = (0, true);
    loop {
        let message = match lines.try_recv() {
            Err(TryRecvError::Empty) => {
                let lost = dropped.load(Ordering::Relaxed);
                if works && lost > reported {
                    on_recovered(lost - reported);
                    reported = lost;
                }
                let Ok(message) = lines.recv() else { return };
                message
            }
            Ok(message) => message,
            Err(TryRecvError::Disconnected) => return,
        };
        match message {
            Message::Line(line) => {
                bytes.fetch_sub(line.len(), Ordering::Relaxed);
                works = sink.write_all(&line).is_ok();
                if !works {
                    dropped.fetch_add(1, Ordering::Relaxed);
                }
            }
            Message::Flush(done) => drop(done),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc::channel;

    use super::*;

    /// A sink that fails, or waits, as long as it is told to.
    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<State>>);

    #[derive(Default)]
    struct State {
        written: Vec<u8>,
        fails: bool,
    }

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut state = self.0.lock().unwrap();
            if state.fails {
                return Err(io::Error::from(io::ErrorKind::StorageFull));
            }
            state.written.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Sink {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().written.clone()).unwrap()
        }
    }

    fn line(writer: &LogWriter, text: &str) {
        let mut writer = writer;
        writer.write_all(text.as_bytes()).unwrap();
    }

    #[test]
    fn lines_come_in_order_and_flushing_waits_for_them() {
        let sink = Sink::default();
        let writer = LogWriter::start(sink.clone(), |_| {}).unwrap();
        let lines: Vec<String> = (0..1_000).map(|number| format!("{number}\n")).collect();
        for text in &lines {
            line(&writer, text);
        }
        LogWriter::flush(&writer);
        assert_eq!((sink.text(), writer.dropped()), (lines.concat(), 0));
    }

    #[test]
    fn lines_that_fail_are_counted_and_told_of_once_when_it_on_recovered() {
        let sink = Sink::default();
        let (told, tells) = channel();
        let writer = LogWriter::start(sink.clone(), move |count| told.send(count).unwrap()).unwrap();
        sink.0.lock().unwrap().fails = true;
        (0..3).for_each(|_| line(&writer, "lost\n"));
        LogWriter::flush(&writer);
        assert_eq!((writer.dropped(), tells.try_recv().is_err()), (3, true));
        sink.0.lock().unwrap().fails = false;
        line(&writer, "kept\n");
        assert_eq!(tells.recv_timeout(Duration::from_secs(5)), Ok(3));
        LogWriter::flush(&writer);
        assert_eq!((sink.text().as_str(), tells.try_recv().is_err()), ("kept\n", true));
    }

    #[test]
    fn a_sink_that_stalls_holds_up_no_caller_and_takes_bounded_memory() {
        let sink = Sink::default();
        let writer = LogWriter::start(sink.clone(), |_| {}).unwrap();
        let stalled = sink.0.lock().unwrap();
        let (began, text) = (Instant::now(), "x".repeat(1_000));
        (0..20_000).for_each(|_| line(&writer, &text));
        assert!(began.elapsed() < Duration::from_secs(5));
        assert!(writer.bytes.load(Ordering::Relaxed) <= MAX_BYTES);
        let dropped = writer.dropped();
        assert!((20_000 - MAX_LINES as u64..20_000).contains(&dropped), "{dropped}");
        let began = Instant::now();
        LogWriter::flush(&writer);
        assert!(began.elapsed() < FLUSH_TIMEOUT + Duration::from_secs(1));
        drop(stalled);
    }
}
