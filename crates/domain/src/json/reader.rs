//! Reading an object member by member. Nothing is coerced; what breaks a rule is noted and does not end the reading.

use serde_json::{Map, Value};

use super::location::Location;

/// How the documents of one kind are read, and where their faults go.
pub trait Dialect {
    /// Whether a member that is null counts as missing.
    const NULL_IS_MISSING: bool;

    /// A rule that is the documents' own.
    type Rule;

    /// Notes that what stands at `at` has a fault.
    fn note(&mut self, at: &Location<'_>, fault: Fault<'_, Self::Rule>);
}

/// What is wrong with a member.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault<'a, R> {
    /// It is needed and not there.
    Missing,
    /// Its object has no member of that name.
    Unknown {
        /// The names that there are.
        known: &'a [&'a str],
    },
    /// It is of another type.
    Type {
        /// The type that it must have.
        expected: Kind,
        /// What stands there.
        found: &'a Value,
    },
    /// It breaks another rule.
    Rule(R),
}

/// A type of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An object.
    Object,
    /// An array.
    Array,
    /// A string.
    String,
    /// True or false.
    Boolean,
}

/// An object, where it stands, and what its faults are noted in.
pub struct ObjectReader<'v, 'd, D> {
    members: &'v Map<String, Value>,
    at: Location<'d>,
    dialect: &'d mut D,
}

impl<'v, 'd, D: Dialect> ObjectReader<'v, 'd, D> {
    /// The reader of the value at `at`. `None` for what is no object, which is one fault and not one for each member
    /// that is missing then.
    pub fn of(value: &'v Value, at: Location<'d>, dialect: &'d mut D) -> Option<Self> {
        let members = value.as_object();
        if members.is_none() {
            dialect.note(&at, Fault::Type { expected: Kind::Object, found: value });
        }
        members.map(|members| Self { members, at, dialect })
    }

    /// Where the object stands.
    #[must_use]
    pub const fn at(&self) -> Location<'d> {
        self.at
    }

    /// The dialect.
    pub const fn dialect(&mut self) -> &mut D {
        self.dialect
    }

    /// The members.
    #[must_use]
    pub const fn members(&self) -> &'v Map<String, Value> {
        self.members
    }

    /// Notes every member whose name is not among `known`, at most `most` of them.
    pub fn refuse_unknown(&mut self, known: &[&str], most: usize) {
        for name in self.members.keys().filter(|name| !known.contains(&name.as_str())).take(most) {
            self.dialect.note(&self.at.member(name), Fault::Unknown { known });
        }
    }

    /// Notes a fault of the object itself.
    pub fn refuse_whole<T>(&mut self, rule: D::Rule) -> Option<T> {
        self.dialect.note(&self.at, Fault::Rule(rule));
        None
    }

    /// Notes that the member `name` breaks `rule`.
    pub fn refuse<T>(&mut self, name: &str, rule: D::Rule) -> Option<T> {
        self.dialect.note(&self.at.member(name), Fault::Rule(rule));
        None
    }

    /// Whether there is such a member, be it null.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// Whether the member is there and null.
    #[must_use]
    pub fn is_null(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(Value::is_null)
    }

    /// The member `name`, if it is there.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'v Value> {
        self.members.get(name).filter(|value| !D::NULL_IS_MISSING || !value.is_null())
    }

    /// The member `name`, which must be there.
    pub fn required(&mut self, name: &str) -> Option<&'v Value> {
        let value = self.get(name);
        if value.is_none() {
            self.dialect.note(&self.at.member(name), Fault::Missing);
        }
        value
    }

    /// `value`, which is the member `name`, as what `take` makes of it; another type is a fault.
    fn typed<T>(&mut self, name: &str, value: &'v Value, expected: Kind, taken: Option<T>) -> Option<T> {
        if taken.is_none() {
            self.dialect.note(&self.at.member(name), Fault::Type { expected, found: value });
        }
        taken
    }

    /// `value`, which is the member `name`, as a string.
    pub fn string(&mut self, name: &str, value: &'v Value) -> Option<&'v str> {
        self.typed(name, value, Kind::String, value.as_str())
    }

    /// `value`, which is the member `name`, as a boolean.
    pub fn boolean(&mut self, name: &str, value: &'v Value) -> Option<bool> {
        self.typed(name, value, Kind::Boolean, value.as_bool())
    }

    /// `value`, which is the member `name`, as an array.
    pub fn array(&mut self, name: &str, value: &'v Value) -> Option<&'v [Value]> {
        self.typed(name, value, Kind::Array, value.as_array().map(Vec::as_slice))
    }

    /// `value`, which is the member `name`, as an object.
    pub fn object<'s>(&'s mut self, name: &'s str, value: &'v Value) -> Option<ObjectReader<'v, 's, D>> {
        ObjectReader::of(value, self.at.member(name), self.dialect)
    }

    /// The string `value`, which is the member `name`, as what `read` makes of it.
    pub fn parsed<T, E: Into<D::Rule>>(
        &mut self,
        name: &str,
        value: &'v Value,
        read: impl FnOnce(String) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.string(name, value)?;
        match read(text.to_owned()) {
            Ok(read) => Some(read),
            Err(error) => self.refuse(name, error.into()),
        }
    }

    /// Does something with each item of the array that is the member `name`, at the item's place.
    pub fn each(
        &mut self,
        name: &str,
        items: &'v [Value],
        mut each: impl FnMut(&'v Value, Location<'_>, &mut D) -> bool,
    ) {
        let list = self.at.member(name);
        for (index, item) in items.iter().enumerate() {
            if !each(item, list.item(index), self.dialect) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Writes every fault down.
    #[derive(Default)]
    struct Plain<const NULL_IS_MISSING: bool>(Vec<String>);

    impl<const NULL_IS_MISSING: bool> Dialect for Plain<NULL_IS_MISSING> {
        const NULL_IS_MISSING: bool = NULL_IS_MISSING;
        type Rule = &'static str;

        fn note(&mut self, at: &Location<'_>, fault: Fault<'_, &'static str>) {
            let what = match fault {
                Fault::Missing => "missing".to_owned(),
                Fault::Unknown { known } => format!("not {}", known.join(" or ")),
                Fault::Type { expected, found } => format!("{found} is no {expected:?}"),
                Fault::Rule(rule) => rule.to_owned(),
            };
            self.0.push(format!("{} {what}", at.pointer()));
        }
    }

    #[test]
    fn every_fault_is_noted_with_its_place() {
        let value = json!({ "s": 1, "o": { "b": "x", "n": null }, "l": [1, {}], "x/y": 0, "t": "no" });
        let mut plain = Plain::<true>::default();
        let mut reader = ObjectReader::of(&value, Location::Root, &mut plain).unwrap();
        reader.refuse_unknown(&["s", "o", "l", "t"], 9);
        let member = reader.required("s").unwrap();
        assert_eq!(reader.string("s", member), None);
        let member = reader.required("o").unwrap();
        let mut inner = reader.object("o", member).unwrap();
        let flag = inner.required("b").unwrap();
        assert_eq!(inner.boolean("b", flag), None);
        assert_eq!((inner.get("n"), inner.has("n"), inner.is_null("n")), (None, true, true));
        assert_eq!(inner.required("n"), None);
        assert_eq!(inner.refuse_whole::<()>("empty"), None);
        let list = reader.required("l").unwrap();
        let list = reader.array("l", list).unwrap();
        reader.each("l", list, |item, at, plain| {
            ObjectReader::of(item, at, plain);
            true
        });
        let text = reader.required("t").unwrap();
        assert_eq!(reader.parsed("t", text, |_| Err::<(), _>("refused")), None);
        assert_eq!(reader.parsed("t", text, |text| Ok::<_, &str>(text.len())), Some(2));
        let noted = [
            "/x~1y not s or o or l or t",
            "/s 1 is no String",
            "/o/b \"x\" is no Boolean",
            "/o/n missing",
            "/o empty",
            "/l/0 1 is no Object",
            "/t refused",
        ];
        assert_eq!(plain.0, noted);
    }

    #[test]
    fn null_is_missing_only_where_the_dialect_says_so() {
        let value = json!({ "n": null });
        let mut plain = Plain::<false>::default();
        let mut reader = ObjectReader::of(&value, Location::Root, &mut plain).unwrap();
        assert_eq!(reader.required("n"), Some(&Value::Null));
        assert!(ObjectReader::of(&json!([]), Location::Root, &mut plain).is_none());
        assert_eq!(plain.0, [" [] is no Object"]);
    }
}
