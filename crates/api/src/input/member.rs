//! Reading the members of a body. Nothing is coerced, null counts as missing, unknown members are left alone.

use std::borrow::Cow;

use firstline_domain::account::Role;
use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::json::{Dialect, Fault, Kind, Location, ObjectReader};
use firstline_domain::paging::PageLimit;
use firstline_domain::text::TextDefect;
use serde_json::Value;
use utoipa::openapi::ObjectBuilder;
use uuid::Uuid;

use super::described::{Components, Described, or_null, with_description};
use super::invalid::InvalidParams;

/// An object of a body.
pub(crate) type Reader<'v, 'd> = ObjectReader<'v, 'd, InvalidParams>;

impl Dialect for InvalidParams {
    const NULL_IS_MISSING: bool = true;

    type Rule = Cow<'static, str>;

    fn note(&mut self, at: &Location<'_>, fault: Fault<'_, Cow<'static, str>>) {
        let detail = match fault {
            Fault::Missing => return self.add_missing(at.pointer()),
            Fault::Unknown { .. } => "is not known".into(),
            Fault::Type { expected: Kind::Object, .. } if *at == Location::Root => "must be a JSON object".into(),
            Fault::Type { expected: Kind::Object, .. } => "must be an object".into(),
            Fault::Type { expected: Kind::Array, .. } => "must be an array".into(),
            Fault::Type { expected: Kind::String, .. } => "must be a string".into(),
            Fault::Type { expected: Kind::Boolean, .. } => "must be true or false".into(),
            Fault::Rule(detail) => detail,
        };
        self.add(at.pointer(), detail);
    }
}

/// What stands in one place of a request's struct: usually a member of that name.
pub(crate) trait Member: Sized {
    /// Reads it. `None` is a defect that is noted.
    fn read(reader: &mut Reader<'_, '_>, name: &'static str) -> Option<Self>;

    /// Adds it to the description of the object.
    fn describe(object: ObjectBuilder, name: &'static str, lines: &[&str]) -> ObjectBuilder;

    /// Adds the schemas that the description refers to.
    fn components(components: &mut Components);
}

/// A value that a member may have.
pub(crate) trait JsonValue: Described + Sized {
    /// Whether `value` counts as missing.
    fn is_missing(_value: &Value) -> bool {
        false
    }

    /// Takes `value`, which is the member `name`. `None` is a defect that is noted.
    fn take<'v>(reader: &mut Reader<'v, '_>, name: &'static str, value: &'v Value) -> Option<Self>;
}

/// A member that must be there.
impl<T: JsonValue> Member for T {
    fn read(reader: &mut Reader<'_, '_>, name: &'static str) -> Option<Self> {
        let value = reader.required(name)?;
        Self::take(reader, name, value)
    }

    fn describe(object: ObjectBuilder, name: &'static str, lines: &[&str]) -> ObjectBuilder {
        object.property(name, with_description(Self::schema(), lines)).required(name)
    }

    fn components(components: &mut Components) {
        <Self as Described>::components(components);
    }
}

/// A member that may be missing.
impl<T: JsonValue> Member for Option<T> {
    fn read(reader: &mut Reader<'_, '_>, name: &'static str) -> Option<Self> {
        match reader.get(name).filter(|value| !T::is_missing(value)) {
            None => Some(None),
            Some(value) => T::take(reader, name, value).map(Some),
        }
    }

    fn describe(object: ObjectBuilder, name: &'static str, lines: &[&str]) -> ObjectBuilder {
        object.property(name, or_null(with_description(T::schema(), lines)))
    }

    fn components(components: &mut Components) {
        T::components(components);
    }
}

/// Makes texts values of members: described and read by the rule of their field, and missing where `$is_missing` is
/// true of what is sent.
macro_rules! texts {
    ($($text:ident $(missing if $is_missing:expr)?;)+) => {$(
        impl $crate::input::Described for $text {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::input::described::text::<Self>()
            }
        }

        impl $crate::input::JsonValue for $text {
            $(fn is_missing(value: &serde_json::Value) -> bool {
                let is_missing: fn(&serde_json::Value) -> bool = $is_missing;
                is_missing(value)
            })?

            fn take<'v>(
                reader: &mut $crate::input::Reader<'v, '_>,
                name: &'static str,
                value: &'v serde_json::Value,
            ) -> Option<Self> {
                reader.parsed(name, value, |text| Self::try_from(text).map_err($crate::input::of_text))
            }
        }
    )+};
}

pub(crate) use texts;

/// What is said of a text that breaks the rule of its field.
pub(crate) fn of_text(defect: TextDefect) -> Cow<'static, str> {
    defect.to_string().into()
}

impl JsonValue for bool {
    fn take<'v>(reader: &mut Reader<'v, '_>, name: &'static str, value: &'v Value) -> Option<Self> {
        reader.boolean(name, value)
    }
}

/// A number of things.
impl JsonValue for u32 {
    fn take<'v>(reader: &mut Reader<'v, '_>, name: &'static str, value: &'v Value) -> Option<Self> {
        let number = value.as_u64().and_then(|number| Self::try_from(number).ok());
        number.or_else(|| reader.refuse(name, "must be a whole number, from 0".into()))
    }
}

impl<const DEFAULT: u16, const MAX: u16> JsonValue for PageLimit<DEFAULT, MAX> {
    fn take<'v>(reader: &mut Reader<'v, '_>, name: &'static str, value: &'v Value) -> Option<Self> {
        let limit = value.as_u64().and_then(Self::new);
        limit.or_else(|| reader.refuse(name, format!("must be an integer from 1 to {MAX}").into()))
    }
}

impl JsonValue for VersionNumber {
    fn take<'v>(reader: &mut Reader<'v, '_>, name: &'static str, value: &'v Value) -> Option<Self> {
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        number.and_then(Self::new).or_else(|| reader.refuse(name, "must be a version's number, from 1".into()))
    }
}

impl JsonValue for Uuid {
    fn take<'v>(reader: &mut Reader<'v, '_>, name: &'static str, value: &'v Value) -> Option<Self> {
        reader.parsed(name, value, |text| Self::parse_str(&text).map_err(|_| "must be a UUID"))
    }
}

impl JsonValue for Role {
    fn take<'v>(reader: &mut Reader<'v, '_>, name: &'static str, value: &'v Value) -> Option<Self> {
        let must = || format!("must be one of {}", Self::ALL.map(Self::as_str).join(", "));
        reader.parsed(name, value, |text| Self::parse(&text).ok_or_else(must))
    }
}
