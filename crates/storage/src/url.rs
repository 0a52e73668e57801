//! Which store a URL names.

use std::borrow::Cow;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use crate::error::OpenError;

/// A store and where it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Postgres,
    Sqlite(PathBuf),
    Memory,
}

/// Reads `postgres://…`, `postgresql://…`, `sqlite://FILE` or `memory:`. An error never repeats the URL: it may hold a
/// password.
pub(crate) fn location(url: &str) -> Result<Location, OpenError> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Location::Postgres);
    }
    if url == "memory:" {
        return Ok(Location::Memory);
    }
    let Some(file) = url.strip_prefix("sqlite://") else {
        let hint = if url.starts_with("sqlite:") { "; a SQLite file is written sqlite://FILE" } else { "" };
        return Err(OpenError::url(format!("it must be postgres://…, sqlite://FILE or memory:{hint}")));
    };
    if file.is_empty() || file == ":memory:" {
        return Err(OpenError::url("sqlite:// must name a file; a store in memory is memory:".to_owned()));
    }
    if file.contains('?') {
        return Err(OpenError::url("sqlite:// takes no parameters; a ? in a file's name is %3F".to_owned()));
    }
    let file = PathBuf::from(percent_decoded(file)?);
    if file.file_name().is_none() {
        return Err(OpenError::url("sqlite:// must name a file".to_owned()));
    }
    // An absolute path is no URI to SQLite, and stays right when somebody changes the working directory.
    std::path::absolute(&file).map(Location::Sqlite).map_err(|cause| OpenError::Io { file, cause })
}

/// `text` with each `%XX` replaced by its byte.
pub(crate) fn percent_decoded(text: &str) -> Result<String, OpenError> {
    let broken = || OpenError::url("a % in it is not followed by two hexadecimal digits of UTF-8 text".to_owned());
    // The library passes a % on that begins no escape. In a file's name it is a mistake.
    let is_escape = |rest: &str| rest.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    if !text.split('%').skip(1).all(is_escape) {
        return Err(broken());
    }
    percent_decode_str(text).decode_utf8().map(Cow::into_owned).map_err(|_| broken())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_its_store() {
        assert_eq!(location("postgres://localhost/firstline").unwrap(), Location::Postgres);
        assert_eq!(location("memory:").unwrap(), Location::Memory);
        assert_eq!(
            location("sqlite:///var/lib/first%20line.db").unwrap(),
            Location::Sqlite("/var/lib/first line.db".into())
        );
        let relative = std::env::current_dir().unwrap().join("data/firstline.db");
        assert_eq!(location("sqlite://data/firstline.db").unwrap(), Location::Sqlite(relative));
    }

    #[test]
    fn what_names_no_store_is_refused_without_repeating_it() {
        let urls = [
            "",
            "mysql://u:secret@h/d",
            "sqlite:",
            "sqlite::memory:",
            "sqlite://",
            "sqlite://:memory:",
            "sqlite:///",
            "memory",
            "sqlite://a?mode=ro",
            "sqlite://a%2",
            "sqlite://a%zz",
            "sqlite://a%ff",
        ];
        for url in urls {
            let error = location(url).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
