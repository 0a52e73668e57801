//! Reading the fields of a body. Nothing is coerced, null counts as missing, unknown fields are left alone.

use std::ops::RangeInclusive;

use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::json::{find_nul, pointer_token};
use firstline_domain::session::{Notes, Target};
use firstline_domain::text::{Question, TextDefect, customer_text};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::Defects;

const REQUIRED: &str = "is required";

/// The fields of a body, taken one by one. What breaks a rule goes to the defects.
pub(crate) struct Fields<'a> {
    /// Where the object stands in the body: a JSON pointer.
    base: String,
    members: Option<Map<String, Value>>,
    defects: &'a mut Defects,
}

impl<'a> Fields<'a> {
    /// Takes `body` apart. Anything but an object is one defect, not one for each field that is missing then.
    pub(crate) fn of(body: Value, defects: &'a mut Defects) -> Self {
        let members = if let Value::Object(members) = body {
            Some(members)
        } else {
            defects.add("", "must be a JSON object");
            None
        };
        let mut fields = Self { base: String::new(), members, defects };
        fields.look_for_nul();
        fields
    }

    /// Looks through everything, also what no field reads.
    fn look_for_nul(&mut self) {
        for (key, value) in self.members.iter().flatten() {
            let inside = if key.contains('\0') { Some(String::new()) } else { find_nul(value) };
            if let Some(rest) = inside {
                self.defects.add(format!("/{}{rest}", pointer_token(key)), TextDefect::Nul.to_string());
            }
        }
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.members.as_mut()?.get_mut(name).map(Value::take).filter(|value| !value.is_null())
    }

    pub(super) fn required(&mut self, name: &str) -> Option<Value> {
        let value = self.take(name);
        if value.is_none() && self.members.is_some() {
            self.defects.add(self.pointer(name), REQUIRED);
        }
        value
    }

    pub(super) fn refuse<T>(&mut self, name: &str, detail: impl Into<std::borrow::Cow<'static, str>>) -> Option<T> {
        self.defects.add(self.pointer(name), detail);
        None
    }

    fn pointer(&self, name: &str) -> String {
        format!("{}/{name}", self.base)
    }

    /// Whether the field is there and null.
    pub(super) fn is_null(&self, name: &str) -> bool {
        self.members.as_ref().and_then(|members| members.get(name)).is_some_and(Value::is_null)
    }

    /// The fields of an object that may be missing. Also `None` for what is no object, which is then a defect.
    pub(super) fn object(&mut self, name: &str) -> Option<Fields<'_>> {
        match self.take(name)? {
            Value::Object(members) => {
                Some(Fields { base: self.pointer(name), members: Some(members), defects: self.defects })
            }
            _ => self.refuse(name, "must be an object"),
        }
    }

    pub(super) fn string(&mut self, name: &str, value: Value) -> Option<String> {
        if let Value::String(text) = value { Some(text) } else { self.refuse(name, "must be a string") }
    }

    pub(super) fn checked<T: TryFrom<String, Error = TextDefect>>(&mut self, name: &str, text: String) -> Option<T> {
        T::try_from(text).map_err(|defect| self.refuse::<T>(name, defect.to_string())).ok()
    }

    /// A text that must be there.
    pub(crate) fn text<T: TryFrom<String, Error = TextDefect>>(&mut self, name: &str) -> Option<T> {
        let value = self.required(name)?;
        let text = self.string(name, value)?;
        self.checked(name, text)
    }

    /// A text that may be missing. Also `None` for one that breaks a rule, which is then a defect.
    pub(crate) fn optional_text<T: TryFrom<String, Error = TextDefect>>(&mut self, name: &str) -> Option<T> {
        let value = self.take(name)?;
        let text = self.string(name, value)?;
        self.checked(name, text)
    }

    /// The text of a question, which only a guided walk does without: whether it is one, the session tells later.
    pub(crate) fn question(&mut self, name: &str) -> Option<Question> {
        if let Some(value) = self.take(name) {
            let text = self.string(name, value)?;
            return self.checked(name, text);
        }
        if self.members.is_some() {
            self.defects.add_possible(self.pointer(name), "is required, unless the walk is guided");
        }
        None
    }

    /// A text about the customer: missing and empty are the same.
    pub(crate) fn customer_text<T: TryFrom<String, Error = TextDefect>>(&mut self, name: &str) -> Option<T> {
        let value = self.take(name)?;
        let text = customer_text(self.string(name, value))?;
        self.checked(name, text)
    }

    /// A bool that must be there.
    pub(crate) fn boolean(&mut self, name: &str) -> Option<bool> {
        match self.required(name)? {
            Value::Bool(value) => Some(value),
            _ => self.refuse(name, "must be true or false"),
        }
    }

    /// A number of things that may be missing. Also `None` for one that is none, which is then a defect.
    pub(crate) fn optional_count(&mut self, name: &str) -> Option<u32> {
        let value = self.take(name)?;
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        number.or_else(|| self.refuse(name, "must be a whole number, from 0"))
    }

    /// A whole number of `range` that may be missing. Also `None` for another value, which is then a defect.
    pub(crate) fn optional_count_within(&mut self, name: &str, range: RangeInclusive<usize>) -> Option<usize> {
        let value = self.take(name)?;
        let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
        let number = number.filter(|number| range.contains(number));
        number.or_else(|| self.refuse(name, format!("must be an integer from {} to {}", range.start(), range.end())))
    }

    /// The number of a version that must be there.
    pub(crate) fn version_number(&mut self, name: &str) -> Option<VersionNumber> {
        let number = self.required(name)?.as_u64().and_then(|number| u32::try_from(number).ok());
        number.and_then(VersionNumber::new).or_else(|| self.refuse(name, "must be a version's number, from 1"))
    }

    /// What is to be walked: a flow, a proposal or nothing. `None` is a defect.
    pub(crate) fn target(&mut self) -> Option<Target> {
        let (flow, proposal) = (self.take("flow_id"), self.take("flow_proposal_id"));
        let both = flow.is_some() && proposal.is_some();
        let flow = flow.map(|value| self.id("flow_id", value));
        let proposal = proposal.map(|value| self.id("flow_proposal_id", value));
        if both {
            return self.refuse("flow_proposal_id", "must not be given together with flow_id");
        }
        match (flow, proposal) {
            (Some(id), _) => id.map(|id| Target::Flow(id.into())),
            (None, Some(id)) => id.map(|id| Target::Proposal(id.into())),
            (None, None) => Some(Target::Adhoc),
        }
    }

    fn id(&mut self, name: &str, value: Value) -> Option<Uuid> {
        let text = self.string(name, value)?;
        Uuid::parse_str(&text).ok().or_else(|| self.refuse(name, "must be a UUID"))
    }

    /// The notes: an array of objects that must be there.
    pub(crate) fn notes(&mut self, name: &str) -> Option<Notes> {
        let Value::Array(items) = self.required(name)? else {
            return self.refuse(name, "must be an array of objects");
        };
        let count = items.len();
        let mut notes = Vec::with_capacity(count);
        for (index, item) in items.into_iter().enumerate() {
            if let Value::Object(note) = item {
                notes.push(note);
            } else {
                self.defects.add(format!("/{name}/{index}"), "must be an object");
            }
        }
        if notes.len() < count {
            return None;
        }
        Notes::new(notes).map_err(|nul| self.defects.add(format!("/{name}{}", nul.pointer), nul.to_string())).ok()
    }
}
