//! Walk notes: a JSON array of objects, replaced whole at each autosave, kept with its key order.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

use crate::digest::sha256_hex;
use crate::json::find_nul;

/// The most bytes of notes that a session keeps, as compact JSON in UTF-8.
pub const MAX_NOTES_BYTES: usize = 262_144;

/// Walk notes, as the compact JSON text that is stored and answered.
///
/// Any size can be held; that a session keeps at most [`MAX_NOTES_BYTES`] is decided with the session.
#[derive(Clone)]
pub struct Notes {
    json: Box<RawValue>,
    count: u32,
}

impl PartialEq for Notes {
    fn eq(&self, other: &Self) -> bool {
        self.as_json() == other.as_json()
    }
}

impl Eq for Notes {}

/// A string or key of the notes holds U+0000.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must not contain the character U+0000")]
pub struct NulInNotes {
    /// JSON pointer (RFC 6901) of the value, or of the member whose key it is, from the notes' root: `/0/text`.
    pub pointer: String,
}

/// Stored text is no array of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stored notes are no JSON array of objects")]
pub struct NotesUnreadable;

impl Notes {
    /// No notes: `[]`.
    #[must_use]
    pub fn empty() -> Self {
        Self { json: raw::<[(); 0]>(&[]), count: 0 }
    }

    /// Takes what a client sent.
    ///
    /// # Errors
    /// [`NulInNotes`] when a string or key, at any depth, holds U+0000.
    pub fn new(notes: Vec<Map<String, Value>>) -> Result<Self, NulInNotes> {
        let notes: Vec<Value> = notes.into_iter().map(Value::Object).collect();
        Self::of_objects(&notes)
    }

    /// Takes what a client sent, as it was parsed: `objects` are objects.
    ///
    /// # Errors
    /// [`NulInNotes`] when a string or key, at any depth, holds U+0000.
    pub fn of_objects(objects: &[Value]) -> Result<Self, NulInNotes> {
        let count = u32::try_from(objects.len()).unwrap_or(u32::MAX);
        let nul = objects.iter().enumerate().find_map(|(index, one)| Some(format!("/{index}{}", find_nul(one)?)));
        if let Some(pointer) = nul {
            return Err(NulInNotes { pointer });
        }
        Ok(Self { json: raw(objects), count })
    }

    /// Takes back what a store kept.
    ///
    /// # Errors
    /// [`NotesUnreadable`] when the text is no array of objects: the row is damaged.
    pub fn from_stored(json: String) -> Result<Self, NotesUnreadable> {
        let notes: Vec<AnyObject> = serde_json::from_str(&json).map_err(|_| NotesUnreadable)?;
        let count = u32::try_from(notes.len()).map_err(|_| NotesUnreadable)?;
        Ok(Self { json: RawValue::from_string(json).map_err(|_| NotesUnreadable)?, count })
    }

    /// The notes as compact JSON, UTF-8.
    #[must_use]
    pub fn as_json(&self) -> &str {
        self.json.get()
    }

    /// The same as a value that a serializer copies.
    #[must_use]
    pub fn as_raw_json(&self) -> &RawValue {
        &self.json
    }

    /// What an event keeps of them.
    #[must_use]
    pub fn digest(&self) -> NotesDigest {
        let sha256 = sha256_hex(self.as_json().as_bytes());
        NotesDigest { count: self.count, bytes: u32::try_from(self.as_json().len()).unwrap_or(u32::MAX), sha256 }
    }
}

/// The JSON text of a value whose maps have texts as keys, which can always be written.
fn raw<T: Serialize + ?Sized>(value: &T) -> Box<RawValue> {
    to_raw_value(value).unwrap_or_default()
}

/// An object of which nothing is kept.
struct AnyObject;

impl<'de> Deserialize<'de> for AnyObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = AnyObject;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<AnyObject, A::Error> {
                while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(AnyObject)
            }
        }

        deserializer.deserialize_map(Members)
    }
}

// Notes are customer text: only their size may be shown.
impl fmt::Debug for Notes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Notes({} entries, {} bytes)", self.count, self.as_json().len())
    }
}

/// The fingerprint of notes: what their event holds instead of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotesDigest {
    /// How many objects.
    pub count: u32,
    /// How many bytes of compact JSON.
    pub bytes: u32,
    /// SHA-256 of those bytes, lower-case hexadecimal.
    pub sha256: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(json: &str) -> Result<Notes, NulInNotes> {
        Notes::new(serde_json::from_str(json).unwrap())
    }

    #[test]
    fn key_order_is_kept_and_white_space_is_not() {
        assert_eq!(notes(r#"[ {"b": 1, "a": [2.50, null]} ]"#).unwrap().as_json(), r#"[{"b":1,"a":[2.5,null]}]"#);
    }

    #[test]
    fn nul_is_found_in_values_and_keys_at_any_depth() {
        let pointer = |json: &str| notes(json).unwrap_err().pointer;
        assert_eq!(pointer(r#"[{}, {"a": [{"b": "x\u0000"}]}]"#), "/1/a/0/b");
        assert_eq!(pointer(r#"[{"a/b~": {"k\u0000": 1}}]"#), "/0/a~1b~0/k\u{fffd}");
    }

    #[test]
    fn the_digest_counts_entries_and_bytes_and_knows_one_text_from_another() {
        let digest = notes(r#"[{"a":"ü"}]"#).unwrap().digest();
        assert_eq!((digest.count, digest.bytes), (1, 12));
        assert_eq!(Notes::empty().digest().sha256, "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945");
        assert_ne!(digest.sha256, notes(r#"[{"a":"u"}]"#).unwrap().digest().sha256);
    }

    #[test]
    fn stored_text_that_is_no_array_of_objects_is_damage() {
        for text in ["", "{}", "[1]", "[{}"] {
            assert_eq!(Notes::from_stored(text.to_owned()), Err(NotesUnreadable), "{text}");
        }
        assert_eq!(Notes::from_stored("[{}]".to_owned()).unwrap().digest().count, 1);
    }

    #[test]
    fn the_debug_form_does_not_show_the_text() {
        assert!(!format!("{:?}", notes(r#"[{"a":"secret"}]"#).unwrap()).contains("secret"));
    }
}
