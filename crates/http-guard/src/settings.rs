//! How connections are served.

use std::time::Duration;

/// How connections are served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServeSettings {
    /// Threads that answer requests, from 1 to 512. Default 1.
    pub workers: usize,
    /// How long requests in flight may take to finish when the server is told to stop. Default 25 s.
    pub shutdown_timeout: Duration,
    /// How long a connection is kept open for the next request. Zero: one request a connection. Default 75 s.
    pub keep_alive: Duration,
    /// How long a head may take to arrive, from the connection's beginning or from the head's first byte. Default 5 s.
    pub head_timeout: Duration,
    /// How long a client may go without taking anything of a response that is ready. Default 10 s.
    pub send_timeout: Duration,
    /// The most connections of one worker. Further ones wait until one ends. Default 4,096.
    pub connections_per_worker: usize,
    /// The most connections from one address that is no trusted proxy. Further ones are refused. Default 1,024.
    pub connections_per_address: usize,
}

impl Default for ServeSettings {
    fn default() -> Self {
        Self {
            workers: 1,
            shutdown_timeout: Duration::from_secs(25),
            keep_alive: Duration::from_secs(75),
            head_timeout: Duration::from_secs(5),
            send_timeout: Duration::from_secs(10),
            connections_per_worker: 4_096,
            connections_per_address: 1_024,
        }
    }
}
