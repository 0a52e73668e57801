//! The form of an e-mail address, and which addresses are the same.

use sha2::{Digest, Sha256};

use super::{Email, TextDefect, comparable, is_blank};
use crate::notes::hex;

/// The most bytes of a folded address that are compared as they are: what an address of 320 characters has at most. Few
/// characters fold to more, and an index has no room for that.
const MAX_FOLDED_BYTES: usize = 1_280;

/// Looks at the form of an address that comes in: something before an `@`, something after it, no white space. A local
/// part in quotation marks may hold another `@`.
pub(super) fn check(text: &str) -> Result<(), TextDefect> {
    let (local, domain) = text.rsplit_once('@').ok_or(TextDefect::NoEmail)?;
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let whole = !is_blank(local) && !is_blank(domain) && (quoted || !local.contains('@'));
    let clean = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    if whole && clean { Ok(()) } else { Err(TextDefect::NoEmail) }
}

impl Email {
    /// The form in which addresses are the same, as [`comparable`] gives it; a digest of what is very long, or
    /// shows nothing.
    #[must_use]
    pub fn folded(&self) -> String {
        folded_email(self.as_str())
    }
}

/// An address that is kept, in the form of [`Email::folded`]. Never empty: an address from before that shows nothing is
/// the same as itself alone.
#[must_use]
pub fn folded_email(text: &str) -> String {
    let folded = comparable(text);
    if folded.is_empty() {
        return hex(&Sha256::digest(text));
    }
    if folded.len() <= MAX_FOLDED_BYTES {
        return folded;
    }
    hex(&Sha256::digest(folded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_comes_in_has_two_sides_and_no_white_space() {
        for good in ["a@b", "mia@x.example", "zoë.漢@例え.jp", "\"a@b\"@c", "root@localhost", "a+b@[::1]"] {
            assert!(Email::new(good).is_ok(), "{good}");
        }
        for bad in [
            "@",
            "a",
            "a@",
            "@b",
            "a@b@c",
            " mia@x.example",
            "mia@x.example\n",
            "m ia@x.example",
            "\u{200b}@x",
            "a@\u{ad}",
            "\"\"@@b",
            "a\u{1}@b",
        ] {
            assert_eq!(Email::new(bad), Err(TextDefect::NoEmail), "{bad:?}");
            assert!(Email::stored(bad).is_ok(), "{bad:?} stays readable");
        }
        assert_eq!(Email::new("\u{200b}"), Err(TextDefect::Blank));
    }

    #[test]
    fn addresses_that_look_the_same_are_the_same() {
        let folded = |text: &str| Email::stored(text).unwrap().folded();
        let spelled = ["Mia@X.example", " mia@x.example", "mia@x.example\n", "ｍｉａ@x.example"];
        for other in spelled.into_iter().chain(["mi\u{ad}a@x.example"]) {
            assert_eq!(folded("mia@x.example"), folded(other), "{other:?}");
        }
        assert_eq!(folded("zo\u{eb}@x"), folded("ZOE\u{308}@x"));
        assert_eq!(folded("anna-li@x"), folded("anna\u{2011}li@x"));
        assert_eq!(folded(&"\u{fdfa}".repeat(318)).len(), 64, "each is eighteen characters");
        assert_eq!(folded(&format!("{}@b", "\u{10400}".repeat(318))).len(), 1_274);
        assert_ne!(folded("mia@x.example"), folded("mias@x.example"));
    }

    #[test]
    fn an_address_that_shows_nothing_is_the_same_as_itself_alone() {
        let nothing = ["\u{200b}", "\u{ad}", "\u{200b}\u{200b}", "\u{feff}"];
        let folded: std::collections::BTreeSet<String> = nothing.into_iter().map(folded_email).collect();
        assert_eq!(folded.len(), nothing.len());
        assert!(folded.iter().all(|folded| folded.len() == 64), "{folded:?}");
    }
}
