//! Members that have one value: what tells the variants of an object apart.

use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::{ObjectBuilder, Type};

/// The schema of a text that is always `text`.
pub(crate) fn literal(text: &'static str) -> ObjectBuilder {
    // utoipa has no `const`. It writes extensions among the members of a schema, whatever their names.
    let constant = Extensions::from_iter([("const", text)]);
    let schema = ObjectBuilder::new().schema_type(Type::String).description(Some(format!("Always `{text}`.")));
    schema.extensions(Some(constant))
}

/// Makes types whose only value is a text.
macro_rules! literals {
    ($($name:ident = $text:expr;)+) => {$(
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct $name;

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($text)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::resources::literal::literal($text).into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )+};
}

pub(crate) use literals;
