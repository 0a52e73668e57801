//! The form of an e-mail address, and which addresses are the same.

use super::blank::is_blank;
use super::fold::comparable;
use super::rule::TextDefect;
use crate::digest::sha256_hex;

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

/// An address that is kept, in the form of [`Email::folded`](super::Email::folded). Never empty: an address from before
/// that shows nothing is the same as itself alone.
#[must_use]
pub fn folded_email(text: &str) -> String {
    let folded = comparable(text);
    if folded.is_empty() {
        return sha256_hex(text.as_bytes());
    }
    if folded.len() <= MAX_FOLDED_BYTES {
        return folded;
    }
    sha256_hex(folded.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_shows_nothing_is_the_same_as_itself_alone() {
        let nothing = ["\u{200b}", "\u{ad}", "\u{200b}\u{200b}", "\u{feff}"];
        let folded: std::collections::BTreeSet<String> = nothing.into_iter().map(folded_email).collect();
        assert_eq!(folded.len(), nothing.len());
        assert!(folded.iter().all(|folded| folded.len() == 64), "{folded:?}");
    }
}
