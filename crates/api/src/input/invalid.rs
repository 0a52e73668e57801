//! Collects the invalid parameters of one request.

use std::borrow::Cow;

use firstline_domain::json::{find_nul, pointer_token};
use firstline_domain::text::TextDefect;
use serde_json::Value;

use crate::problem::{Defect, Problem};

/// The defects of one request, in the order in which they are found. One answer lists them all.
#[derive(Debug, Default)]
pub(crate) struct InvalidParams {
    found: Vec<Defect>,
    /// Which of them depend on the object. They are listed only beside missing members: the object is not read then.
    possible: Vec<usize>,
    /// Whether a member is missing.
    lacks_member: bool,
}

impl InvalidParams {
    /// Adds a defect of the value at `pointer`. A defect that repeats an earlier one is left out.
    pub(crate) fn add(&mut self, pointer: impl Into<String>, detail: impl Into<Cow<'static, str>>) {
        let defect = Defect { pointer: pointer.into(), detail: detail.into() };
        // Only defects of members can repeat, and members are few.
        if self.found.len() > 64 || !self.found.contains(&defect) {
            self.found.push(defect);
        }
    }

    /// Adds that the member at `pointer` is missing.
    pub(super) fn add_missing(&mut self, pointer: impl Into<String>) {
        self.lacks_member = true;
        self.add(pointer, "is required");
    }

    /// Adds that the member at `pointer` is missing, where only some objects need it.
    pub(crate) fn add_possible(&mut self, pointer: impl Into<String>, detail: impl Into<Cow<'static, str>>) {
        self.possible.push(self.found.len());
        self.found.push(Defect { pointer: pointer.into(), detail: detail.into() });
    }

    /// Adds a defect for the first U+0000 in each member of `body`, unknown members included.
    pub(super) fn add_nul(&mut self, body: &Value) {
        for (key, value) in body.as_object().into_iter().flatten() {
            let inside = if key.contains('\0') { Some(String::new()) } else { find_nul(value) };
            if let Some(rest) = inside {
                self.add(format!("/{}{rest}", pointer_token(key)), TextDefect::Nul.to_string());
            }
        }
    }

    /// Returns `value`, or the problem that lists the defects. Defects that depend on the object refuse nothing alone.
    pub(crate) fn finish<T>(mut self, value: Option<T>) -> Result<T, Problem> {
        match value {
            Some(value) if self.found.len() == self.possible.len() => Ok(value),
            _ => {
                // A client that gave every member that is always needed may well know that it needs no other.
                if !self.lacks_member {
                    let mut index = 0..;
                    self.found.retain(|_| index.next().is_none_or(|index| !self.possible.contains(&index)));
                }
                Err(Problem::invalid(self.found))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pointers(invalid: &InvalidParams) -> Vec<&str> {
        invalid.found.iter().map(|defect| defect.pointer.as_str()).collect()
    }

    #[test]
    fn the_same_defect_is_noted_once() {
        let mut invalid = InvalidParams::default();
        invalid.add_missing("/a");
        invalid.add("/a", "is required");
        assert_eq!(pointers(&invalid), ["/a"]);
        assert!(InvalidParams::default().finish(None::<()>).is_err());
    }

    #[test]
    fn a_possible_defect_refuses_nothing_and_is_told_beside_missing_members_alone() {
        let refusal = |note: &dyn Fn(&mut InvalidParams)| {
            let mut invalid = InvalidParams::default();
            note(&mut invalid);
            invalid.add_possible("/b", "is required, unless");
            invalid.add("/c", "must be a string");
            let body = invalid.finish(Some(())).unwrap_err().body("r");
            let body: Value = serde_json::from_slice(&body).unwrap();
            body["errors"].as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap().to_owned()).collect()
        };
        let told: Vec<String> = refusal(&|invalid| invalid.add_missing("/a"));
        assert_eq!(told, ["/a", "/b", "/c"]);
        let told: Vec<String> = refusal(&|invalid| invalid.add("/a", "must be a string"));
        assert_eq!(told, ["/a", "/c"]);
        let mut alone = InvalidParams::default();
        alone.add_possible("/b", "is required, unless");
        assert!(alone.finish(Some(())).is_ok());
    }

    #[test]
    fn the_first_nul_of_each_member_is_noted() {
        let mut invalid = InvalidParams::default();
        invalid.add_nul(&json!({ "a": "x\0", "b": [1, { "c\0": 1, "d": "\0" }], "\0": "\0", "e": "\\u0000" }));
        assert_eq!(pointers(&invalid), ["/a", "/b/1/c\u{fffd}", "/\u{fffd}"]);
        invalid.add_nul(&json!(["\0"]));
        assert_eq!(invalid.found.len(), 3);
    }
}
