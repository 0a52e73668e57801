//! Reads the values of flags.

use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use firstline_domain::text::TextDefect;

use crate::failure::Failure;

/// A text of the command line as one of the domain's checked texts.
pub(crate) fn checked<T: TryFrom<String, Error = TextDefect>>(flag: &str, text: String) -> Result<T, Failure> {
    T::try_from(text).map_err(|defect| Failure::new(format!("{flag} {defect}")))
}

/// An id.
pub(crate) fn id<T: FromStr>(text: &str) -> Result<T, String> {
    let whose = "must be an id such as 0190a000-0000-7000-8000-000000000001; `firstline account list` and `firstline \
                 user list` show those of accounts and users";
    text.parse().map_err(|_| whose.to_owned())
}

/// An address to listen on.
pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "must be an address such as 127.0.0.1:8080".to_owned())
}

/// A time such as `12h`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|error| format!("{error}; write it as 30m, 12h or 7d"))
}
