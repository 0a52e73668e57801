//! What the settings may be together.

use firstline_domain::text::is_blank;

use super::model::{MAX_WORKERS, Settings};
use super::times;
use crate::failure::Failure;

impl Settings {
    /// The rules that a single setting's type cannot say.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.database.check()?;
        let counts = [
            ("database.connections_per_worker", self.database.connections_per_worker),
            ("database.lookup_connections_per_worker", self.database.lookup_connections_per_worker),
            ("database.shared_connections", self.database.shared_connections),
            ("database.sqlite_readers", self.database.sqlite_readers),
            ("database.sqlite_queue", self.database.sqlite_queue),
            ("limits.max_connections", self.limits.max_connections),
            ("limits.connections_per_address", self.limits.connections_per_address),
            ("limits.body_bytes", self.limits.body_bytes),
        ];
        let durations = [
            ("database.wait_timeout", self.database.wait_timeout),
            ("database.connect_timeout", self.database.connect_timeout),
            ("database.statement_timeout", self.database.statement_timeout),
            ("limits.head_timeout", self.limits.head_timeout),
            ("limits.body_timeout", self.limits.body_timeout),
            ("limits.request_timeout", self.limits.request_timeout),
            ("limits.send_timeout", self.limits.send_timeout),
            ("sweep.idle_after", self.sweep.idle_after),
        ];
        let names = [("auth.issuer", &self.auth.issuer), ("auth.audience", &self.auth.audience)];
        let zero = counts.iter().find(|(_, count)| *count == 0).map(|(key, _)| *key);
        let none = durations.iter().find(|(_, time)| time.is_zero()).map(|(key, _)| *key);
        if let Some(key) = zero.or(none) {
            return Err(Failure::new(format!("{key} must be more than nothing")).remedy("leave it out for the default"));
        }
        if self.server.workers > MAX_WORKERS {
            let failure = Failure::new(format!("server.workers must be at most {MAX_WORKERS}"));
            return Err(failure.remedy("leave it out for one for each core"));
        }
        if let Some((key, _)) = names.iter().find(|(_, name)| is_blank(name)) {
            return Err(Failure::new(format!("{key} must not be blank")).remedy("leave it out for the default"));
        }
        times::check(self)?;
        self.auth.check()
    }
}
