//! What comes in: bodies, fields, paths and queries. Everything that breaks a rule is collected, so that one answer
//! names it all.

mod body;
mod condition;
mod document;
mod fields;
mod url;
mod user_fields;

pub(crate) use body::Body;
pub(crate) use condition::expected_revision;
pub(crate) use document::Document;
pub(crate) use fields::Fields;
pub(crate) use url::{Defective, Query, path_id, path_version, read_boolean, version_number};

use std::borrow::Cow;

use crate::problem::{Defect, Problem};

/// The defects of one request, in the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct Defects {
    found: Vec<Defect>,
    /// How many of them are defects only for some objects: told beside others, as the object is not looked at then.
    possible: usize,
}

impl Defects {
    /// Notes down that what stands at `pointer` breaks a rule. The same defect is noted once.
    pub(crate) fn add(&mut self, pointer: impl Into<String>, detail: impl Into<Cow<'static, str>>) {
        let defect = Defect { pointer: pointer.into(), detail: detail.into() };
        // Only the fields' own defects can repeat an earlier one, and fields are few.
        if self.found.len() > 64 || !self.found.contains(&defect) {
            self.found.push(defect);
        }
    }

    /// Notes down that what stands at `pointer` breaks a rule that not every object has.
    pub(crate) fn add_possible(&mut self, pointer: impl Into<String>, detail: impl Into<Cow<'static, str>>) {
        self.found.push(Defect { pointer: pointer.into(), detail: detail.into() });
        self.possible += 1;
    }

    /// `Some` if there is no defect and everything needed is there.
    pub(crate) fn resolve<T>(self, value: Option<T>) -> Result<T, Problem> {
        match value {
            Some(value) if self.found.len() == self.possible => Ok(value),
            _ => Err(Problem::invalid(self.found)),
        }
    }
}
