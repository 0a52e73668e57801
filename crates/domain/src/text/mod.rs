//! Text that has been checked: each field of customer or technician text is a type of its own, made by its rule alone.
//!
//! Lengths count characters (Unicode scalar values), not bytes. U+0000 is refused everywhere, because Postgres cannot
//! keep it. [`is_blank`] decides which texts show nothing, [`comparable`] which ones are the same, [`words`](words())
//! what the words of a text are.
//!
//! A rule that is tightened binds what comes in (`new`). What is kept already was looked at by the rules of its day and
//! stays readable (`stored`): it is refused only for what no version has ever accepted.

mod blank;
mod email;
mod fold;
mod words;

use std::fmt;

use serde::Serialize;

pub use blank::is_blank;
pub use email::folded_email;
pub use fold::{comparable, composed, fold};
pub use words::{Word, is_unspaced, words};

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
fn check_stored(text: &str, max: usize, may_be_blank: bool) -> Result<(), TextDefect> {
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
fn check(text: &str, max: usize, may_be_blank: bool) -> Result<(), TextDefect> {
    check_stored(text, max, may_be_blank)?;
    if !may_be_blank && is_blank(text) { Err(TextDefect::Blank) } else { Ok(()) }
}

macro_rules! checked_text {
    ($($(#[$doc:meta])* $name:ident, max $max:literal, blank $blank:literal $(, form $form:path)?;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl TextRule for $name {
            const MAX_CHARS: usize = $max;
            const MAY_BE_BLANK: bool = $blank;
        }

        impl $name {
            /// Checks `text` against the rule of this field and keeps it unchanged.
            ///
            /// # Errors
            /// [`TextDefect`]: the first rule that the text breaks.
            pub fn new(text: impl Into<String>) -> Result<Self, TextDefect> {
                let text = text.into();
                check(&text, Self::MAX_CHARS, Self::MAY_BE_BLANK)?;
                $($form(&text)?;)?
                Ok(Self(text))
            }

            /// Takes `text` as it is kept. Rules that were tightened since it came do not count.
            ///
            /// # Errors
            /// [`TextDefect`]: a rule that has always held.
            pub fn stored(text: impl Into<String>) -> Result<Self, TextDefect> {
                let text = text.into();
                check_stored(&text, Self::MAX_CHARS, Self::MAY_BE_BLANK)?;
                Ok(Self(text))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, given away.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextDefect;

            fn try_from(text: String) -> Result<Self, TextDefect> {
                Self::new(text)
            }
        }

        impl StoredText for $name {
            fn from_stored(text: String) -> Result<Self, TextDefect> {
                Self::stored(text)
            }
        }

        // Only what is kept is read this way, the data of events for one.
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::stored(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }

        // Customer text must not reach a log through a stray `{:?}`.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} bytes)"), self.0.len())
            }
        }
    )+};
}

checked_text! {
    /// What the customer says is wrong: 1 to 16,384 characters.
    ProblemStatement, max 16_384, blank false;
    /// The customer's name, at most 200 characters. See [`customer_text`] for the empty one.
    CustomerName, max 200, blank true;
    /// How to reach the customer, at most 320 characters (the longest e-mail address). See [`customer_text`] for the
    /// empty one.
    CustomerContact, max 320, blank true;
    /// The id of a node in a decision tree: 1 to 128 characters, not blank.
    NodeId, max 128, blank false;
    /// The question as it was asked: 1 to 4,096 characters, not blank.
    Question, max 4_096, blank false;
    /// The answer as it was given: 1 to 4,096 characters, not blank.
    Answer, max 4_096, blank false;
    /// The technician's remark on a step, at most 16,384 characters.
    StepNote, max 16_384, blank true;
    /// How the problem was resolved, at most 65,536 characters; may be empty.
    ResolutionNotes, max 65_536, blank true;
    /// Why a call was escalated, at most 16,384 characters; empty when nothing was said.
    EscalationReason, max 16_384, blank true;
    /// The kind of reason for an escalation: 1 to 64 characters, not blank.
    ReasonCategory, max 64, blank false;
    /// How to ask or do what a node of a flow says: 1 to 4,096 characters, not blank.
    HelpText, max 4_096, blank false;
    /// What a flow is for: 1 to 4,096 characters, not blank.
    FlowDescription, max 4_096, blank false;
    /// A word or two that a customer may use for a problem: 1 to 64 characters, not blank.
    Keyword, max 64, blank false;
    /// The resolution text that a flow suggests: 1 to 65,536 characters, not blank.
    ResolutionSuggestion, max 65_536, blank false;
    /// The reason for an escalation that a flow suggests: 1 to 16,384 characters, not blank.
    EscalationSuggestion, max 16_384, blank false;
    /// What an account, a flow or a flow proposal is called: 1 to 200 characters, not blank.
    Name, max 200, blank false;
    /// A user's e-mail address as the directory has it: 1 to 320 characters, `name@domain` without white space.
    Email, max 320, blank false, form email::check;
    /// Who vouches for a user, as the `iss` of their tokens has it: 1 to 512 characters, not blank.
    Issuer, max 512, blank false;
    /// What their issuer calls a user, as the `sub` of their tokens has it: 1 to 255 characters, not blank.
    Subject, max 255, blank false;
}

impl EscalationReason {
    /// The reason of an escalation for which none was given.
    #[must_use]
    pub fn none_given() -> Self {
        Self(String::new())
    }
}

/// The rule for `customer_name` and `customer_contact`: the empty text is kept as none.
#[must_use]
pub fn customer_text(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// The mark that some editors and systems put before a text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// `text` without the byte order mark at its beginning. A mark inside a text is kept.
#[must_use]
pub fn without_byte_order_mark(text: &str) -> &str {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)
}

/// How many of `bytes`, a text in UTF-8, are a byte order mark at its beginning.
#[must_use]
pub fn byte_order_mark_len(bytes: &[u8]) -> usize {
    let mut mark = [0; 4];
    let mark = BYTE_ORDER_MARK.encode_utf8(&mut mark).as_bytes();
    if bytes.starts_with(mark) { mark.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_takes_its_limit_and_refuses_one_more() {
        for (chars, fits) in [(1, true), (128, true), (129, false)] {
            assert_eq!(NodeId::new("ü".repeat(chars)).is_ok(), fits, "{chars} characters");
        }
    }

    #[test]
    fn white_space_alone_is_blank_only_where_blank_is_refused() {
        assert_eq!(Question::new(" \t\n\u{3000}"), Err(TextDefect::Blank));
        assert!(StepNote::new("  ").is_ok());
    }

    #[test]
    fn a_tightened_rule_binds_what_comes_in_and_not_what_is_kept() {
        assert_eq!(ProblemStatement::new("\u{200b}"), Err(TextDefect::Blank));
        assert_eq!(ProblemStatement::stored("\u{200b}").unwrap().as_str(), "\u{200b}");
        assert_eq!(serde_json::from_str::<Answer>("\"\u{ad}\"").unwrap().as_str(), "\u{ad}");
        for (text, defect) in [(" ".to_owned(), TextDefect::Blank), ("a\0".to_owned(), TextDefect::Nul)] {
            assert_eq!(Answer::stored(text), Err(defect));
        }
        assert_eq!(Answer::stored("a".repeat(4_097)), Err(TextDefect::TooLong { max: 4_096 }));
        assert!(CustomerName::new("\u{200b}").is_ok());
    }

    #[test]
    fn nul_is_refused_in_every_field() {
        assert_eq!(ResolutionNotes::new("a\0b"), Err(TextDefect::Nul));
        assert_eq!(ProblemStatement::new("\0"), Err(TextDefect::Nul));
    }

    #[test]
    fn the_debug_form_does_not_show_the_text() {
        let shown = format!("{:?}", Answer::new("secret").unwrap());
        assert!(!shown.contains("secret"), "{shown}");
    }

    #[test]
    fn one_byte_order_mark_is_left_out_and_only_at_the_beginning() {
        for (text, without) in [
            ("\u{feff}{}", "{}"),
            ("{}", "{}"),
            ("\u{feff}\u{feff}a", "\u{feff}a"),
            ("a\u{feff}", "a\u{feff}"),
            ("", ""),
        ] {
            assert_eq!(without_byte_order_mark(text), without);
            assert_eq!(text.len() - byte_order_mark_len(text.as_bytes()), without.len());
        }
    }

    #[test]
    fn text_is_kept_as_it_came() {
        assert_eq!(Answer::new("  yes ").unwrap().as_str(), "  yes ");
    }
}
