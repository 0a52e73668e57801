//! How values of requests are described: by the rules that read them.

use firstline_domain::account::Role;
use firstline_domain::flow::FlowStatus;
use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::paging::PageLimit;
use firstline_domain::text::TextRule;
use utoipa::openapi::schema::{KnownFormat, SchemaFormat, SchemaType};
use utoipa::openapi::{ObjectBuilder, OneOfBuilder, Ref, RefOr, Schema, Type};
use uuid::Uuid;

/// The schemas that a document holds by name.
pub(crate) type Components = Vec<(String, RefOr<Schema>)>;

/// A value that a request may have.
pub(crate) trait Described {
    /// What it looks like, or where that is described.
    fn schema() -> RefOr<Schema>;

    /// Adds the schemas that [`schema`](Self::schema) refers to.
    fn components(_components: &mut Components) {}
}

/// A text of the field `T`.
pub(crate) fn text<T: TextRule>() -> RefOr<Schema> {
    let text = ObjectBuilder::new().schema_type(Type::String).max_length(Some(T::MAX_CHARS));
    if T::MAY_BE_BLANK { text.into() } else { text.min_length(Some(1)).pattern(Some(r"\S")).into() }
}

/// A text that is one of `names`.
pub(crate) fn one_of(names: impl IntoIterator<Item = &'static str>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names))
}

fn integer(least: u32, most: u32) -> ObjectBuilder {
    // What goes beyond 32 bits with a sign is described as what holds it.
    let format = if i32::try_from(most).is_ok() { KnownFormat::Int32 } else { KnownFormat::Int64 };
    let integer = ObjectBuilder::new().schema_type(Type::Integer).format(Some(SchemaFormat::KnownFormat(format)));
    integer.minimum(Some(least)).maximum(Some(most))
}

impl Described for bool {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Boolean).into()
    }
}

impl Described for u32 {
    fn schema() -> RefOr<Schema> {
        integer(Self::MIN, Self::MAX).into()
    }
}

impl Described for VersionNumber {
    fn schema() -> RefOr<Schema> {
        integer(1, u32::MAX).into()
    }
}

impl<const DEFAULT: u16, const MAX: u16> Described for PageLimit<DEFAULT, MAX> {
    fn schema() -> RefOr<Schema> {
        integer(1, MAX.into()).default(Some(DEFAULT.into())).into()
    }
}

impl Described for Uuid {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Uuid);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

/// As answers describe it.
impl Described for Role {
    fn schema() -> RefOr<Schema> {
        Ref::from_schema_name("AccountRole").into()
    }
}

/// As answers describe it.
impl Described for FlowStatus {
    fn schema() -> RefOr<Schema> {
        Ref::from_schema_name("FlowStatus").into()
    }
}

/// `schema` with what `lines` say of it.
pub(crate) fn with_description(schema: RefOr<Schema>, lines: &[&str]) -> RefOr<Schema> {
    let text = description(lines);
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            object.description = text.or(object.description);
            object.into()
        }
        RefOr::T(Schema::Array(mut array)) => {
            array.description = text.or(array.description);
            array.into()
        }
        RefOr::Ref(mut reference) => {
            reference.description = text.unwrap_or_default();
            RefOr::Ref(reference)
        }
        other @ RefOr::T(_) => other,
    }
}

/// The text of a doc comment; `None` where there is none.
pub(crate) fn description(lines: &[&str]) -> Option<String> {
    let lines: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
    Some(lines.join("\n")).filter(|text| !text.is_empty())
}

/// `schema` that allows null too.
pub(crate) fn or_null(schema: RefOr<Schema>) -> RefOr<Schema> {
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            if let SchemaType::Type(only) = object.schema_type {
                object.schema_type = SchemaType::Array(vec![only, Type::Null]);
            }
            object.into()
        }
        other => {
            let null = ObjectBuilder::new().schema_type(Type::Null);
            RefOr::T(OneOfBuilder::new().item(other).item(null).into())
        }
    }
}
