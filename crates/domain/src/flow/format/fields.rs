//! The fields of one object of a document: each is read by its rule, and what breaks it becomes a defect.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::flow::defect::{Defect, DefectCode, MAX_ERRORS_READ, Place, shown};
use crate::flow::tree::{AnswerKey, IdDefect};
use crate::ids::FlowId;
use crate::text::{StoredText, TextDefect};

/// Where a document comes from: rules of texts that were tightened bind only what comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It comes in.
    New,
    /// It was accepted before, and is kept.
    Stored,
}

impl Origin {
    /// A text by the rule of its field.
    pub(super) fn text<T>(self, text: String) -> Result<T, TextDefect>
    where
        T: TryFrom<String, Error = TextDefect> + StoredText,
    {
        match self {
            Self::New => T::try_from(text),
            Self::Stored => T::from_stored(text),
        }
    }
}

/// An object of the document, where it stands, and the list that its defects go to.
pub(super) struct Fields<'a, 'f> {
    members: &'a Map<String, Value>,
    pub(super) place: Place,
    pub(super) origin: Origin,
    pub(super) found: &'f mut Vec<Defect>,
}

impl<'a, 'f> Fields<'a, 'f> {
    /// The fields of `value`, which must be an object with no other fields than `allowed`.
    pub(super) fn of(
        value: &'a Value,
        place: Place,
        allowed: &[&str],
        origin: Origin,
        found: &'f mut Vec<Defect>,
    ) -> Option<Self> {
        let Some(members) = value.as_object() else {
            found.push(wrong_type(&place, "an object", value));
            return None;
        };
        let room = MAX_ERRORS_READ.saturating_sub(found.len());
        for field in members.keys().filter(|field| !allowed.contains(&field.as_str())).take(room) {
            let message = format!(
                "`{}` is no field of the format here: take it out; there are {}",
                shown(field),
                allowed.join(", ")
            );
            found.push(place.at(field).defect(DefectCode::FieldUnknown, message));
        }
        Some(Self { members, place, origin, found })
    }

    fn value(&mut self, field: &str) -> Option<&'a Value> {
        let value = self.members.get(field);
        if value.is_none() {
            let message = format!("`{field}` is missing: add it");
            self.found.push(self.place.at(field).defect(DefectCode::FieldMissing, message));
        }
        value
    }

    fn refuse(&mut self, field: &str, code: DefectCode, message: impl Into<String>) {
        self.found.push(self.place.at(field).defect(code, message));
    }

    /// A string that must be there.
    pub(super) fn string(&mut self, field: &str) -> Option<&'a str> {
        let value = self.value(field)?;
        if !value.is_string() {
            self.found.push(wrong_type(&self.place.at(field), "a string", value));
        }
        value.as_str()
    }

    /// A list that must be there.
    pub(super) fn list(&mut self, field: &str) -> Option<&'a [Value]> {
        let value = self.value(field)?;
        if !value.is_array() {
            self.found.push(wrong_type(&self.place.at(field), "a list", value));
        }
        value.as_array().map(Vec::as_slice)
    }

    /// Whether the field is there.
    pub(super) fn has(&self, field: &str) -> bool {
        self.members.contains_key(field)
    }

    /// A checked text that must be there.
    pub(super) fn text<T>(&mut self, field: &str) -> Option<T>
    where
        T: TryFrom<String, Error = TextDefect> + StoredText,
    {
        let text = self.string(field)?;
        match self.origin.text(text.to_owned()) {
            Ok(text) => Some(text),
            Err(defect) => {
                self.found.push(text_defect(&self.place.at(field), field, defect));
                None
            }
        }
    }

    /// A checked text that may be left out. Also `None` for one that breaks its rule, which is then a defect.
    pub(super) fn optional_text<T>(&mut self, field: &str) -> Option<T>
    where
        T: TryFrom<String, Error = TextDefect> + StoredText,
    {
        if self.has(field) { self.text(field) } else { None }
    }

    /// An id of a node or an answer, as it is written and as it counts.
    pub(super) fn id<T: TryFrom<String, Error = IdDefect>>(&mut self, field: &str) -> (Option<&'a str>, Option<T>) {
        let Some(text) = self.string(field) else { return (None, None) };
        let id = T::try_from(text.to_owned());
        if let Err(defect) = &id {
            self.refuse(field, DefectCode::IdInvalid, format!("`{field}` {defect}: choose another"));
        }
        (Some(text), id.ok())
    }

    /// The node that follows: without it the walk ends nowhere.
    pub(super) fn next<T: TryFrom<String, Error = IdDefect>>(&mut self) -> (Option<&'a str>, Option<T>) {
        if !self.has("next") {
            let message = "leads nowhere: say with `next` which node follows";
            self.found.push(self.place.defect(DefectCode::DeadEnd, message));
            return (None, None);
        }
        self.id("next")
    }

    /// An answer's key.
    pub(super) fn key(&mut self, field: &str) -> Option<AnswerKey> {
        let value = self.value(field)?;
        let digit = value.as_u64().and_then(|digit| u8::try_from(digit).ok());
        let key = digit.and_then(AnswerKey::new);
        if key.is_none() {
            self.refuse(field, DefectCode::KeyInvalid, "the key must be a whole number from 1 to 9, without quotes");
        }
        key
    }

    /// The id of another flow.
    pub(super) fn flow_id(&mut self, field: &str) -> Option<FlowId> {
        let text = self.string(field)?;
        let id = Uuid::parse_str(text).ok().filter(|id| id.hyphenated().to_string() == text);
        if id.is_none() {
            let message = "must be the id of a flow: a UUID in lower case with hyphens";
            self.refuse(field, DefectCode::FlowIdInvalid, message);
        }
        id.map(FlowId::from)
    }
}

pub(super) fn wrong_type(place: &Place, wanted: &str, value: &Value) -> Defect {
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    place.defect(DefectCode::TypeWrong, format!("must be {wanted}, and is {is}"))
}

pub(super) fn text_defect(place: &Place, field: &str, defect: TextDefect) -> Defect {
    let (code, remedy) = match defect {
        TextDefect::Blank => (DefectCode::TextBlank, "write something"),
        TextDefect::TooLong { .. } => (DefectCode::TextTooLong, "shorten it"),
        TextDefect::Nul => (DefectCode::TextNul, "take it out"),
        TextDefect::NoEmail => (DefectCode::TypeWrong, "write it out"),
    };
    place.defect(code, format!("`{field}` {defect}: {remedy}"))
}
