//! The members of one object of a document, read by the format's rules; what breaks one becomes a defect.

use serde_json::Value;
use uuid::Uuid;

use crate::flow::defect::{Defect, DefectCode, MAX_ERRORS_READ, shown};
use crate::flow::tree::{AnswerKey, IdDefect};
use crate::ids::FlowId;
use crate::json::{Dialect, Fault, Kind, Location, ObjectReader, Segment};
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
    fn text<T>(self, text: String) -> Result<T, TextDefect>
    where
        T: TryFrom<String, Error = TextDefect> + StoredText,
    {
        match self {
            Self::New => T::try_from(text),
            Self::Stored => T::from_stored(text),
        }
    }
}

/// The words of a flow's document, and the defects that were found in it.
pub(super) struct Findings<'v> {
    pub(super) document: &'v Value,
    pub(super) origin: Origin,
    pub(super) found: Vec<Defect>,
}

/// A rule of the format, what is wrong and what to do about it.
pub(super) struct Broken(pub(super) DefectCode, pub(super) String);

impl Dialect for Findings<'_> {
    const NULL_IS_MISSING: bool = false;

    type Rule = Broken;

    fn note(&mut self, at: &Location<'_>, fault: Fault<'_, Broken>) {
        let name = match at.last() {
            Some(Segment::Member(name)) => name,
            Some(Segment::Item(_)) | None => "",
        };
        let Broken(code, message) = match fault {
            Fault::Missing => Broken(DefectCode::FieldMissing, format!("`{name}` is missing: add it")),
            Fault::Unknown { known } => Broken(
                DefectCode::FieldUnknown,
                format!(
                    "`{}` is no field of the format here: take it out; there are {}",
                    shown(name),
                    known.join(", ")
                ),
            ),
            Fault::Type { expected, found } => wrong_type(expected, found),
            Fault::Rule(broken) => broken,
        };
        let defect = Defect { code, node_id: node_id(self.document, at), pointer: at.pointer(), message };
        self.found.push(defect);
    }
}

impl Findings<'_> {
    /// Whether enough is wrong that nothing else need be read.
    pub(super) const fn is_full(&self) -> bool {
        self.found.len() >= MAX_ERRORS_READ
    }
}

/// The id of the node that `at` is within, fit to be shown.
pub(super) fn node_id(document: &Value, at: &Location<'_>) -> Option<String> {
    let [Segment::Member("nodes"), Segment::Item(index), ..] = at.segments()[..] else { return None };
    document.get("nodes")?.get(index)?.get("id")?.as_str().map(shown)
}

/// An object of the document.
pub(super) type Fields<'v, 'd> = ObjectReader<'v, 'd, Findings<'v>>;

/// The fields of `value`, which must be an object with no other fields than `allowed`.
pub(super) fn fields<'v, 'd>(
    value: &'v Value,
    at: Location<'d>,
    allowed: &[&str],
    findings: &'d mut Findings<'v>,
) -> Option<Fields<'v, 'd>> {
    let room = MAX_ERRORS_READ.saturating_sub(findings.found.len());
    let mut fields = ObjectReader::of(value, at, findings)?;
    fields.refuse_unknown(allowed, room);
    Some(fields)
}

impl<'v> Fields<'v, '_> {
    /// A string that must be there.
    pub(super) fn text_of(&mut self, field: &str) -> Option<&'v str> {
        let value = self.required(field)?;
        self.string(field, value)
    }

    /// A list that must be there.
    pub(super) fn list(&mut self, field: &str) -> Option<&'v [Value]> {
        let value = self.required(field)?;
        self.array(field, value)
    }

    /// A checked text that must be there.
    pub(super) fn text<T>(&mut self, field: &str) -> Option<T>
    where
        T: TryFrom<String, Error = TextDefect> + StoredText,
    {
        let (value, origin) = (self.required(field)?, self.dialect().origin);
        self.parsed(field, value, |text| origin.text(text).map_err(|defect| text_defect(field, defect)))
    }

    /// A checked text that may be left out. Also `None` for one that breaks its rule, which is then a defect.
    pub(super) fn optional_text<T>(&mut self, field: &str) -> Option<T>
    where
        T: TryFrom<String, Error = TextDefect> + StoredText,
    {
        if self.has(field) { self.text(field) } else { None }
    }

    /// A list of checked texts that may be left out.
    pub(super) fn texts<T>(&mut self, field: &str) -> Vec<T>
    where
        T: TryFrom<String, Error = TextDefect> + StoredText,
    {
        let list = if self.has(field) { self.list(field) } else { None };
        let mut texts = Vec::new();
        self.each(field, list.unwrap_or_default(), |item, at, findings| {
            match item.as_str().map(|text| findings.origin.text(text.to_owned())) {
                Some(Ok(text)) => texts.push(text),
                Some(Err(defect)) => findings.note(&at, Fault::Rule(text_defect(field, defect))),
                None => findings.note(&at, Fault::Type { expected: Kind::String, found: item }),
            }
            !findings.is_full()
        });
        texts
    }

    /// An id of a node or an answer, as it is written and as it counts.
    pub(super) fn id<T: TryFrom<String, Error = IdDefect>>(&mut self, field: &str) -> (Option<&'v str>, Option<T>) {
        let Some(text) = self.text_of(field) else { return (None, None) };
        let id = T::try_from(text.to_owned());
        if let Err(defect) = &id {
            self.refuse::<T>(field, Broken(DefectCode::IdInvalid, format!("`{field}` {defect}: choose another")));
        }
        (Some(text), id.ok())
    }

    /// The node that follows: without it the walk ends nowhere.
    pub(super) fn next<T: TryFrom<String, Error = IdDefect>>(&mut self) -> (Option<&'v str>, Option<T>) {
        if !self.has("next") {
            let message = "leads nowhere: say with `next` which node follows";
            self.refuse_whole::<T>(Broken(DefectCode::DeadEnd, message.to_owned()));
            return (None, None);
        }
        self.id("next")
    }

    /// An answer's key.
    pub(super) fn key(&mut self, field: &str) -> Option<AnswerKey> {
        let digit = self.required(field)?.as_u64().and_then(|digit| u8::try_from(digit).ok());
        digit.and_then(AnswerKey::new).or_else(|| {
            let message = "the key must be a whole number from 1 to 9, without quotes";
            self.refuse(field, Broken(DefectCode::KeyInvalid, message.to_owned()))
        })
    }

    /// The id of another flow.
    pub(super) fn flow_id(&mut self, field: &str) -> Option<FlowId> {
        let text = self.text_of(field)?;
        let id = Uuid::parse_str(text).ok().filter(|id| id.hyphenated().to_string() == text);
        id.map(FlowId::from).or_else(|| {
            let message = "must be the id of a flow: a UUID in lower case with hyphens";
            self.refuse(field, Broken(DefectCode::FlowIdInvalid, message.to_owned()))
        })
    }
}

fn wrong_type(expected: Kind, found: &Value) -> Broken {
    let wanted = match expected {
        Kind::Object => "an object",
        Kind::Array => "a list",
        Kind::String => "a string",
        Kind::Boolean => "a truth value",
    };
    let is = match found {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    Broken(DefectCode::TypeWrong, format!("must be {wanted}, and is {is}"))
}

fn text_defect(field: &str, defect: TextDefect) -> Broken {
    let (code, remedy) = match defect {
        TextDefect::Blank => (DefectCode::TextBlank, "write something"),
        TextDefect::TooLong { .. } => (DefectCode::TextTooLong, "shorten it"),
        TextDefect::Nul => (DefectCode::TextNul, "take it out"),
        TextDefect::NoEmail => (DefectCode::TypeWrong, "write it out"),
    };
    Broken(code, format!("`{field}` {defect}: {remedy}"))
}
