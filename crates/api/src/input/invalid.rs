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
    /// How many of them depend on the object. They are listed only beside other defects: the object is not read then.
    possible: usize,
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

    /// Adds a defect of the value at `pointer` under a rule that not every object has.
    pub(crate) fn add_possible(&mut self, pointer: impl Into<String>, detail: impl Into<Cow<'static, str>>) {
        self.found.push(Defect { pointer: pointer.into(), detail: detail.into() });
        self.possible += 1;
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
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Problem> {
        match value {
            Some(value) if self.found.len() == self.possible => Ok(value),
            _ => Err(Problem::invalid(self.found)),
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
    fn the_same_defect_is_noted_once_and_a_possible_one_refuses_nothing() {
        let mut invalid = InvalidParams::default();
        invalid.add_possible("/a", "is required, unless");
        assert!(invalid.finish(Some(())).is_ok());
        let mut invalid = InvalidParams::default();
        invalid.add("/a", "is required");
        invalid.add("/a", "is required");
        invalid.add_possible("/b", "is required, unless");
        assert_eq!(pointers(&invalid), ["/a", "/b"]);
        assert!(invalid.finish(Some(())).is_err());
        assert!(InvalidParams::default().finish(None::<()>).is_err());
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
