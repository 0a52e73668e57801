//! The words of a file to provision from. A place in it is written as `$.users[0].email`.

use std::fmt::Write as _;

use firstline_domain::json::{Dialect, Fault, Kind, Location, ObjectReader, Segment};
use serde_json::Value;

/// What is wrong with a file, with its places.
#[derive(Debug, Default)]
pub(super) struct Invalid(pub(super) Vec<String>);

impl Dialect for Invalid {
    const NULL_IS_MISSING: bool = false;

    type Rule = String;

    fn note(&mut self, at: &Location<'_>, fault: Fault<'_, String>) {
        let what = match fault {
            Fault::Missing => "is missing",
            Fault::Unknown { .. } => "is not known here",
            Fault::Type { expected: Kind::Object, .. } => "must be an object",
            Fault::Type { expected: Kind::Array, .. } => "must be a list",
            Fault::Type { expected: Kind::String, .. } => "must be a text",
            Fault::Type { expected: Kind::Boolean, .. } => "must be true or false",
            Fault::Rule(ref rule) => rule.as_str(),
        };
        self.0.push(format!("{}: {what}", written(at)));
    }
}

fn written(at: &Location<'_>) -> String {
    let mut path = String::from("$");
    for segment in at.segments() {
        // Writing to a String cannot fail.
        let _ = match segment {
            Segment::Member(name) => write!(path, ".{name}"),
            Segment::Item(index) => write!(path, "[{index}]"),
        };
    }
    path
}

/// A member that may be missing, and something is wrong with it, which is noted.
pub(super) struct Noted;

/// One object of the file. Each method reads a member; what has no reader is refused at the end.
pub(super) trait Place<'v> {
    /// The list in a member; a missing one is empty.
    fn list(&mut self, name: &str) -> &'v [Value];

    /// The text in a member, made into what it stands for by `read`.
    fn text<T, E: std::fmt::Display>(&mut self, name: &str, read: impl FnOnce(String) -> Result<T, E>) -> Option<T>;

    /// As [`text`](Self::text), but a missing member has a default.
    fn text_or<T, E: std::fmt::Display>(
        &mut self,
        name: &str,
        default: T,
        read: impl FnOnce(String) -> Result<T, E>,
    ) -> Option<T>;

    /// The flag in a member; a missing one has a default.
    fn flag(&mut self, name: &str, default: bool) -> Option<bool>;

    /// The object in a member, made into what it stands for by `read`; a missing one is nothing.
    fn maybe<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(ObjectReader<'v, '_, Invalid>) -> Option<T>,
    ) -> Result<Option<T>, Noted>;
}

impl<'v> Place<'v> for ObjectReader<'v, '_, Invalid> {
    fn list(&mut self, name: &str) -> &'v [Value] {
        self.get(name).and_then(|value| self.array(name, value)).unwrap_or_default()
    }

    fn text<T, E: std::fmt::Display>(&mut self, name: &str, read: impl FnOnce(String) -> Result<T, E>) -> Option<T> {
        let value = self.required(name)?;
        self.parsed(name, value, |text| read(text).map_err(|error| error.to_string()))
    }

    fn text_or<T, E: std::fmt::Display>(
        &mut self,
        name: &str,
        default: T,
        read: impl FnOnce(String) -> Result<T, E>,
    ) -> Option<T> {
        if self.has(name) { self.text(name, read) } else { Some(default) }
    }

    fn flag(&mut self, name: &str, default: bool) -> Option<bool> {
        match self.get(name) {
            None => Some(default),
            Some(value) => self.boolean(name, value),
        }
    }

    fn maybe<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(ObjectReader<'v, '_, Invalid>) -> Option<T>,
    ) -> Result<Option<T>, Noted> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let object = self.object(name, value).ok_or(Noted)?;
        read(object).map(Some).ok_or(Noted)
    }
}
