//! The fields of text: each is a type of its own.

use std::fmt;

use serde::Serialize;

use super::email;
use super::rule::{StoredText, TextDefect, TextRule, check, check_stored};

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

impl Email {
    /// The form in which addresses are the same, as [`comparable`](super::comparable) gives it; a digest of what is
    /// very long, or shows nothing.
    #[must_use]
    pub fn folded(&self) -> String {
        email::folded_email(self.as_str())
    }
}

/// The rule for `customer_name` and `customer_contact`: the empty text is kept as none.
#[must_use]
pub fn customer_text(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
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
    fn text_is_kept_as_it_came() {
        assert_eq!(Answer::new("  yes ").unwrap().as_str(), "  yes ");
    }

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
}
