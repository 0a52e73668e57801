//! Gets a provider's keys, from a file or by HTTPS. Blocking: it runs on a thread of its own.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use firstline_api::{KeySet, KeySetError, MAX_JWKS_BYTES, ProviderAlgorithm};
use tokio::sync::oneshot;
use tokio::time::timeout;
use ureq::http::{HeaderMap, header};

use crate::outbound_http::agent;
use crate::settings::{IssuerSettings, KeyLocation};

/// What a provider's keys come as.
const ACCEPTED: &str = "application/jwk-set+json, application/json";

/// How much longer than its own time a fetch is waited for.
const SLACK: Duration = Duration::from_secs(1);

/// Gets one provider's keys.
#[derive(Debug, Clone)]
pub(super) struct Fetcher {
    location: KeyLocation,
    algorithm: ProviderAlgorithm,
    timeout: Duration,
    /// Whether a fetch is under way: one that hangs, as a file on a lost disk may, is not joined by others.
    busy: Arc<AtomicBool>,
}

/// What a fetch brought.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) keys: KeySet,
    /// For how long the provider says that they may be kept.
    pub(super) max_age: Option<Duration>,
}

/// Why a fetch brought nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("the file cannot be read")]
    File(#[source] std::io::Error),
    #[error("it is no regular file, or does not lead to one")]
    NoFile,
    #[error("no answer came in time")]
    Hangs,
    #[error("an earlier fetch has never ended")]
    StillHangs,
    #[error("the provider could not be reached")]
    Reach(#[source] Box<ureq::Error>),
    #[error("the provider answered with status {0}, and redirects are not followed")]
    Redirect(u16),
    #[error("the provider answered with status {0}")]
    Status(u16),
    #[error(transparent)]
    Keys(#[from] KeySetError),
    #[error("the thread for it could not be started, or broke off")]
    Thread,
}

impl Fetcher {
    pub(super) fn new(issuer: &IssuerSettings, timeout: Duration) -> Self {
        Self { location: issuer.keys(), algorithm: issuer.algorithm.0, timeout, busy: Arc::default() }
    }

    /// Fetches on a thread of its own: a runtime would wait for a blocking task when the process is to end.
    pub(super) async fn fetch(&self) -> Result<Fetched, FetchError> {
        if self.busy.swap(true, Ordering::AcqRel) {
            return Err(FetchError::StillHangs);
        }
        let (sender, receiver) = oneshot::channel();
        let (own, done) = (self.clone(), Done(Arc::clone(&self.busy)));
        let thread = std::thread::Builder::new().name("identity-keys".to_owned());
        let work = move || {
            let fetched = own.fetch_here();
            drop(done);
            drop(sender.send(fetched));
        };
        thread.spawn(work).map_err(|_| FetchError::Thread)?;
        // The client keeps to the time by itself; a file system does not.
        match timeout(self.timeout + SLACK, receiver).await {
            Ok(fetched) => fetched.unwrap_or(Err(FetchError::Thread)),
            Err(_) => Err(FetchError::Hangs),
        }
    }

    fn fetch_here(&self) -> Result<Fetched, FetchError> {
        let (bytes, max_age) = match &self.location {
            KeyLocation::File(path) => (read(path)?, None),
            KeyLocation::Url(url) => self.download(url)?,
        };
        Ok(Fetched { keys: KeySet::read(&bytes, self.algorithm)?, max_age })
    }

    fn download(&self, url: &str) -> Result<(Vec<u8>, Option<Duration>), FetchError> {
        let reach = |error: ureq::Error| FetchError::Reach(Box::new(error));
        let mut answer = agent(url, self.timeout, ACCEPTED).get(url).call().map_err(reach)?;
        match answer.status().as_u16() {
            200 => {}
            status @ 300..400 => return Err(FetchError::Redirect(status)),
            status => return Err(FetchError::Status(status)),
        }
        let max_age = max_age(answer.headers());
        let limit = u64::try_from(MAX_JWKS_BYTES).unwrap_or(u64::MAX);
        let body = answer.body_mut().with_config().limit(limit).read_to_vec().map_err(|error| match error {
            ureq::Error::BodyExceedsLimit(_) => FetchError::Keys(KeySetError::TooLarge),
            error => reach(error),
        })?;
        Ok((body, max_age))
    }
}

/// Marks a fetch as ended, however it ends.
struct Done(Arc<AtomicBool>);

impl Drop for Done {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// Reads a file, one byte more than may be in it at most. What is no file is not even opened: a pipe would wait for its
/// writer.
fn read(path: &Path) -> Result<Vec<u8>, FetchError> {
    if !std::fs::metadata(path).map_err(FetchError::File)?.is_file() {
        return Err(FetchError::NoFile);
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_JWKS_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut file = File::open(path).map_err(FetchError::File)?.take(limit);
    file.read_to_end(&mut bytes).map_err(FetchError::File)?;
    Ok(bytes)
}

/// `max-age` of `Cache-Control`, the only part of it that says something about keys.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all(header::CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let mut directives = values.flat_map(|value| value.split(','));
    directives.find_map(|directive| {
        let (name, seconds) = directive.trim().split_once('=')?;
        let seconds = seconds.trim_matches('"').parse().ok()?;
        name.eq_ignore_ascii_case("max-age").then(|| Duration::from_secs(seconds))
    })
}

#[cfg(test)]
mod tests {
    use ureq::http::HeaderValue;

    use super::*;

    #[test]
    fn only_a_readable_max_age_counts() {
        let age = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
            max_age(&headers).map(|age| age.as_secs())
        };
        assert_eq!(age("public, Max-Age=300, must-revalidate"), Some(300));
        assert_eq!(age("max-age=\"60\""), Some(60));
        assert_eq!(age("s-maxage=9, no-cache"), None);
        assert_eq!(age("max-age=-1"), None);
        assert_eq!(max_age(&HeaderMap::new()), None);
    }
}
