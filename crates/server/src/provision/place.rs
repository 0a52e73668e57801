//! Reads JSON field by field and notes each defect with the place where it is.

use serde_json::{Map, Value};

/// Something is wrong, and stands among the defects.
pub(super) struct Noted;

/// One object of the file. What is taken from it is checked; what is left over at the end was not expected.
pub(super) struct Place<'a> {
    path: String,
    fields: Map<String, Value>,
    defects: &'a mut Vec<String>,
}

impl<'a> Place<'a> {
    /// The object at `path`, or a defect.
    pub(super) fn new(path: String, value: Value, defects: &'a mut Vec<String>) -> Option<Self> {
        if let Value::Object(fields) = value {
            return Some(Self { path, fields, defects });
        }
        defects.push(format!("{path}: must be an object"));
        None
    }

    /// The path of a field.
    pub(super) fn at(&self, key: &str) -> String {
        format!("{}.{key}", self.path)
    }

    fn defect(&mut self, key: &str, what: impl std::fmt::Display) {
        self.defects.push(format!("{}: {what}", self.at(key)));
    }

    /// The list in a field; a missing one is empty.
    pub(super) fn list(&mut self, key: &str) -> Vec<Value> {
        match self.fields.remove(key) {
            None => Vec::new(),
            Some(Value::Array(entries)) => entries,
            Some(_) => {
                self.defect(key, "must be a list");
                Vec::new()
            }
        }
    }

    /// The text in a field, made into what it stands for by `read`.
    pub(super) fn text<T, E: std::fmt::Display>(
        &mut self,
        key: &str,
        read: impl FnOnce(String) -> Result<T, E>,
    ) -> Option<T> {
        match self.fields.remove(key) {
            Some(Value::String(text)) => match read(text) {
                Ok(value) => return Some(value),
                Err(error) => self.defect(key, error),
            },
            Some(_) => self.defect(key, "must be a text"),
            None => self.defect(key, "is missing"),
        }
        None
    }

    /// As [`text`](Self::text), but a missing field has a default.
    pub(super) fn text_or<T, E: std::fmt::Display>(
        &mut self,
        key: &str,
        default: T,
        read: impl FnOnce(String) -> Result<T, E>,
    ) -> Option<T> {
        if self.fields.contains_key(key) { self.text(key, read) } else { Some(default) }
    }

    /// The flag in a field; a missing one has a default.
    pub(super) fn flag(&mut self, key: &str, default: bool) -> Option<bool> {
        match self.fields.remove(key) {
            None => Some(default),
            Some(Value::Bool(flag)) => Some(flag),
            Some(_) => {
                self.defect(key, "must be true or false");
                None
            }
        }
    }

    /// The object in a field, made into what it stands for by `read`; a missing one is nothing.
    pub(super) fn maybe<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(Place<'_>) -> Option<T>,
    ) -> Result<Option<T>, Noted> {
        let Some(value) = self.fields.remove(key) else { return Ok(None) };
        let place = Place::new(self.at(key), value, self.defects).ok_or(Noted)?;
        read(place).map(Some).ok_or(Noted)
    }

    /// Notes what nobody asked for.
    pub(super) fn finish(self) {
        for key in self.fields.keys() {
            self.defects.push(format!("{}.{key}: is not known here", self.path));
        }
    }
}
