//! Codes in JSON, as lists that are open: each is a text of which the document names the values that there are.

use firstline_domain::flow::check::DefectCode;
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::AnyOfBuilder;
use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::code::Code;

macro_rules! open_lists {
    ($($(#[doc = $doc:literal])+ $name:ident($code:ty), known as $known:literal;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy)]
        pub(super) struct $name(pub(super) $code);

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0.as_str())
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let schema = AnyOfBuilder::new().item(Ref::from_schema_name($known));
                let schema = schema.item(ObjectBuilder::new().schema_type(Type::String));
                schema.description(Some(concat!($($doc),+).trim_start())).into()
            }
        }

        impl ToSchema for $name {
            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                let known = ObjectBuilder::new().schema_type(Type::String);
                let known = known.enum_values(Some(<$code>::ALL.iter().map(|code| code.as_str())));
                let description = "The codes of this version.";
                schemas.push(($known.to_owned(), known.description(Some(description)).into()));
            }
        }
    )+};
}

open_lists! {
    /// What went wrong, for programs. A later version may have more codes.
    ProblemCode(Code), known as "KnownProblemCode";
    /// What is wrong with a flow, for programs. A later version may have more codes.
    FlowDefectCode(DefectCode), known as "KnownFlowDefectCode";
}
