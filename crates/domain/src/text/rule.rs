//! What a field of text allows, and the checks of it.

use super::blank::is_blank;

/// Why a piece of text is refused. The message names the remedy and never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextDefect {
    /// Nothing that anybody sees where something is needed.
    #[error("must not be blank")]
    Blank,
    /// More than `max` characters.
    #[error("must have at most {max} characters")]
    TooLong {
        /// The most characters that the field takes.
        max: usize,
    },
    /// The character U+0000.
    #[error("must not contain the character U+0000")]
    Nul,
    /// No e-mail address.
    #[error("must be an e-mail address, such as mia@example.com")]
    NoEmail,
}

/// What a field of text allows.
pub trait TextRule {
    /// The most characters.
    const MAX_CHARS: usize;
    /// Whether white space alone is allowed.
    const MAY_BE_BLANK: bool;
}

/// A text that is read back from where it is kept.
pub trait StoredText: Sized {
    /// Takes a text that was accepted when it came.
    ///
    /// # Errors
    /// [`TextDefect`]: a rule that has always held.
    fn from_stored(text: String) -> Result<Self, TextDefect>;
}

/// The rules that have held since the first version.
pub(super) fn check_stored(text: &str, max: usize, may_be_blank: bool) -> Result<(), TextDefect> {
    if text.contains('\0') {
        return Err(TextDefect::Nul);
    }
    if !may_be_blank && text.trim().is_empty() {
        return Err(TextDefect::Blank);
    }
    // A character has at least one byte: the cheap comparison settles nearly every call.
    if text.len() > max && text.chars().count() > max {
        return Err(TextDefect::TooLong { max });
    }
    Ok(())
}

/// The rules for what comes in.
pub(super) fn check(text: &str, max: usize, may_be_blank: bool) -> Result<(), TextDefect> {
    check_stored(text, max, may_be_blank)?;
    if !may_be_blank && is_blank(text) { Err(TextDefect::Blank) } else { Ok(()) }
}
