//! What people are told when a call cannot be done: one clear sentence, and what to do about it.

use std::error::Error;
use std::fmt::{self, Write as _};

/// A call that ends with exit code 1.
#[derive(Debug)]
pub(crate) struct Failure {
    sentence: String,
    remedy: Option<String>,
}

impl Failure {
    /// A failure that says only what is wrong.
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), remedy: None }
    }

    /// A failure with a cause from a library: every link of its chain is named once.
    pub(crate) fn caused(sentence: impl fmt::Display, cause: &(dyn Error + 'static)) -> Self {
        Self::new(format!("{sentence}: {}", chain(cause)))
    }

    /// Adds what to do about it.
    pub(crate) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// Adds another way out to the remedy.
    pub(crate) fn and(mut self, remedy: &str) -> Self {
        self.remedy = Some(self.remedy.map_or_else(|| remedy.to_owned(), |first| format!("{first}; {remedy}")));
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)?;
        self.remedy.as_ref().map_or(Ok(()), |remedy| write!(f, "\n  -> {remedy}"))
    }
}

/// An error and its sources in one line, without saying the same thing twice.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let link = source.to_string();
        if !text.contains(&link) {
            // Writing to a String cannot fail.
            let _ = write!(text, ": {link}");
        }
        next = source.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_names_every_cause_once() {
        #[derive(Debug, thiserror::Error)]
        #[error("inner")]
        struct Inner;
        #[derive(Debug, thiserror::Error)]
        #[error("outer")]
        struct Outer(#[source] Inner);
        assert_eq!(chain(&Outer(Inner)), "outer: inner");
        assert_eq!(Failure::caused("no", &Outer(Inner)).remedy("do").to_string(), "no: outer: inner\n  -> do");
    }
}
