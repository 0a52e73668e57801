//! Which sites' pages may call from a browser. None, unless the settings list them.

use std::fmt;
use std::str::FromStr;

use actix_cors::Cors;
use actix_web::http::{Method, Uri, header};
use thiserror::Error;

use crate::respond::X_REQUEST_ID;

/// How long a browser may remember the answer to its question, in seconds.
const MAX_AGE: usize = 600;

/// A site as a browser names it in `Origin`: scheme, host, and the port if it is not the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

/// A text that no browser would send as an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be an origin such as https://desk.example.com: scheme, host and port alone, in lower case, no wildcard")]
pub struct BadOrigin;

impl FromStr for Origin {
    type Err = BadOrigin;

    fn from_str(text: &str) -> Result<Self, BadOrigin> {
        let uri: Uri = text.parse().map_err(|_| BadOrigin)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(BadOrigin) };
        let usual_port = match scheme {
            "https" => 443,
            "http" => 80,
            _ => return Err(BadOrigin),
        };
        let spelled_as_sent = text == format!("{scheme}://{authority}") && text == text.to_ascii_lowercase();
        let names_a_host = !authority.host().is_empty() && !text.contains(['*', '@']);
        if spelled_as_sent && names_a_host && authority.port_u16() != Some(usual_port) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadOrigin)
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The layer that answers browsers' questions. Cookies play no part in this service, so credentials are never allowed:
/// a page sends its token itself.
pub(crate) fn cors(origins: &[Origin]) -> Cors {
    let cors = Cors::default()
        // A page that is not listed gets an answer that its browser does not show to it, as without this layer.
        .block_on_origin_mismatch(false)
        .allowed_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allowed_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            header::HeaderName::from_static("idempotency-key"),
            X_REQUEST_ID,
        ])
        .expose_headers([
            header::ALLOW,
            header::ETAG,
            header::LINK,
            header::LOCATION,
            header::RETRY_AFTER,
            header::WWW_AUTHENTICATE,
            header::HeaderName::from_static("ratelimit"),
            header::HeaderName::from_static("ratelimit-policy"),
            X_REQUEST_ID,
        ])
        .max_age(MAX_AGE);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(&origin.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port_as_a_browser_sends_them() {
        for good in ["https://desk.example.com", "http://localhost:3000", "https://[2001:db8::1]:8443", "https://a"] {
            assert_eq!(good.parse::<Origin>().unwrap().to_string(), good);
        }
        for bad in [
            "*",
            "null",
            "",
            "desk.example.com",
            "https://",
            "https://*.example.com",
            "https://desk.example.com/",
            "https://desk.example.com/app",
            "https://desk.example.com?x",
            "https://Desk.example.com",
            "https://desk.example.com:443",
            "http://desk.example.com:80",
            "https://me@desk.example.com",
            "ftp://desk.example.com",
            "file:///x",
            "https://a b",
        ] {
            assert_eq!(bad.parse::<Origin>(), Err(BadOrigin), "{bad}");
        }
    }
}
