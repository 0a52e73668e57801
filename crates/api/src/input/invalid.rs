//! The defects of one request.

use std::borrow::Cow;

use firstline_domain::json::{find_nul, pointer_token};
use firstline_domain::text::TextDefect;
use serde_json::Value;

use crate::problem::{Defect, Problem};

/// What is wrong with one request, in the order in which it was found, so that one answer names it all.
#[derive(Debug, Default)]
pub(crate) struct InvalidParams {
    found: Vec<Defect>,
    /// How many of them are defects only for some objects: told beside others, as the object is not looked at then.
    possible: usize,
}

impl InvalidParams {
    /// Notes that what stands at `pointer` breaks a rule. The same defect is noted once.
    pub(crate) fn add(&mut self, pointer: impl Into<String>, detail: impl Into<Cow<'static, str>>) {
        let defect = Defect { pointer: pointer.into(), detail: detail.into() };
        // Only the members' own defects can repeat an earlier one, and members are few.
        if self.found.len() > 64 || !self.found.contains(&defect) {
            self.found.push(defect);
        }
    }

    /// Notes that what stands at `pointer` breaks a rule that not every object has.
    pub(crate) fn add_possible(&mut self, pointer: impl Into<String>, detail: impl Into<Cow<'static, str>>) {
        self.found.push(Defect { pointer: pointer.into(), detail: detail.into() });
        self.possible += 1;
    }

    /// Notes for each member of `body` the first U+0000 in it, also where nothing reads it.
    pub(super) fn add_nul(&mut self, body: &Value) {
        for (key, value) in body.as_object().into_iter().flatten() {
            let inside = if key.contains('\0') { Some(String::new()) } else { find_nul(value) };
            if let Some(rest) = inside {
                self.add(format!("/{}{rest}", pointer_token(key)), TextDefect::Nul.to_string());
            }
        }
    }

    /// `value`, if there is no defect and everything needed is there.
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
