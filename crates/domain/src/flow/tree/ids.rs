//! The short names inside one tree: of its nodes, of a question's answers, and the keys of the keyboard.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The most characters of a node's or an answer's id. Small enough that `call/node` fits into a
/// [`NodeId`](crate::text::NodeId).
pub const MAX_ID_CHARS: usize = 64;

/// A text is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must have 1 to {MAX_ID_CHARS} characters, only letters A to Z and a to z, digits, `_` and `-`")]
pub struct IdDefect;

macro_rules! short_id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        /// 1 to 64 characters, only ASCII letters and digits, `_` and `-`.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks `text` and keeps it.
            ///
            /// # Errors
            /// [`IdDefect`] when it is too long, empty or has other characters.
            pub fn new(text: impl Into<String>) -> Result<Self, IdDefect> {
                let text = text.into();
                let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
                if text.is_empty() || text.len() > MAX_ID_CHARS || !text.bytes().all(allowed) {
                    return Err(IdDefect);
                }
                Ok(Self(text))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdDefect;

            fn try_from(text: String) -> Result<Self, IdDefect> {
                Self::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )+};
}

short_id! {
    /// A node's id within its own tree. In a walk the nodes of a sub-flow are named `call/node`: see
    /// [`NodeId`](crate::text::NodeId).
    LocalNodeId;
    /// An answer's id within its question.
    AnswerId;
}

/// The key that gives an answer on the keyboard: 1 to 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct AnswerKey(u8);

impl AnswerKey {
    /// The key 1.
    pub const FIRST: Self = Self(1);

    /// The key with that digit, if it is 1 to 9.
    #[must_use]
    pub const fn new(digit: u8) -> Option<Self> {
        if matches!(digit, 1..=9) { Some(Self(digit)) } else { None }
    }

    /// The digit, 1 to 9.
    #[must_use]
    pub const fn digit(self) -> u8 {
        self.0
    }

    /// Whether `text` is this key's digit and nothing else.
    #[must_use]
    pub fn is_written(self, text: &str) -> bool {
        text.as_bytes() == [b'0' + self.0]
    }
}

impl fmt::Display for AnswerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_takes_64_plain_characters_and_nothing_else() {
        for good in ["a", "Z-9_x", &"n".repeat(64)] {
            assert!(LocalNodeId::new(good).is_ok(), "{good}");
        }
        for bad in ["", "a/b", "ä", "a b", " a", "a.b", &"n".repeat(65)] {
            assert_eq!(LocalNodeId::new(bad), Err(IdDefect), "{bad}");
        }
    }

    #[test]
    fn a_key_is_a_digit_from_1_to_9() {
        let keys: Vec<u8> = (0..=u8::MAX).filter_map(AnswerKey::new).map(AnswerKey::digit).collect();
        assert_eq!(keys, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let two = AnswerKey::new(2).unwrap();
        assert!(two.is_written("2"));
        for text in ["", "02", "2 ", "3", "二"] {
            assert!(!two.is_written(text), "{text}");
        }
    }
}
