//! Members that have one value: what tells the variants of an object apart.

/// Makes types whose only value is a text.
macro_rules! literals {
    ($($name:ident = $text:literal;)+) => {$(
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct $name;

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($text)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let schema = utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::Type::String);
                schema.enum_values(Some([$text])).into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )+};
}

pub(crate) use literals;
