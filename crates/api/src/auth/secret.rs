//! The secret that tokens are signed with.

use std::fmt;

/// The least bytes of a secret: as many as the hash has (RFC 7518, section 3.2).
const MIN_BYTES: usize = 32;

/// The least different bytes: `aaaa…` is long and no secret.
const MIN_DIFFERENT_BYTES: usize = 8;

/// Words of secrets that stand in documentation and examples, lower case.
const KNOWN_DEFAULTS: [&str; 9] = [
    "changeme",
    "change-me",
    "change_me",
    "change me",
    "your-256-bit-secret",
    "your-secret",
    "replace-me",
    "insecure",
    "example-secret",
];

/// A secret for HS256 that is neither short nor one from a manual. `Debug` does not show it.
#[derive(Clone)]
pub struct Hs256Secret(Vec<u8>);

/// Why a secret is refused. The message names the remedy and not the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakSecret {
    /// Too few bytes.
    #[error("the secret has {bytes} bytes and needs at least {MIN_BYTES}; make one with `openssl rand -base64 48`")]
    TooShort {
        /// How many it has.
        bytes: usize,
    },
    /// The same few bytes over and over.
    #[error("the secret repeats the same few characters; make one with `openssl rand -base64 48`")]
    Repetitive,
    /// It holds a word that stands in manuals.
    #[error("the secret is a known default; make one with `openssl rand -base64 48`")]
    KnownDefault,
}

impl Hs256Secret {
    /// Takes a secret.
    ///
    /// # Errors
    /// [`WeakSecret`] when it can be guessed.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, WeakSecret> {
        let bytes = bytes.into();
        if bytes.len() < MIN_BYTES {
            return Err(WeakSecret::TooShort { bytes: bytes.len() });
        }
        let different: std::collections::BTreeSet<&u8> = bytes.iter().collect();
        if different.len() < MIN_DIFFERENT_BYTES {
            return Err(WeakSecret::Repetitive);
        }
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if KNOWN_DEFAULTS.iter().any(|word| text.contains(word)) {
            return Err(WeakSecret::KnownDefault);
        }
        Ok(Self(bytes))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Hs256Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hs256Secret(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_secrets_are_refused_and_a_random_one_is_taken() {
        assert_eq!(Hs256Secret::new("x".repeat(31)).unwrap_err(), WeakSecret::TooShort { bytes: 31 });
        assert_eq!(Hs256Secret::new("abc".repeat(20)).unwrap_err(), WeakSecret::Repetitive);
        let manual = "please-CHANGE-ME-before-production-1234567890";
        assert_eq!(Hs256Secret::new(manual).unwrap_err(), WeakSecret::KnownDefault);
        assert!(Hs256Secret::new("q7Zr0vJ3mN8kP5xT2wY6bC9dF1gH4sLa").is_ok());
    }

    #[test]
    fn the_debug_form_does_not_show_the_secret() {
        let secret = Hs256Secret::new("q7Zr0vJ3mN8kP5xT2wY6bC9dF1gH4sLa").unwrap();
        assert!(!format!("{secret:?}").contains("q7Zr"));
    }
}
