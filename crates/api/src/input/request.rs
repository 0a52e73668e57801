//! The structs of requests: one struct is what is read and what is described.

use actix_web::HttpRequest;
use firstline_domain::json::Location;
use serde_json::Value;
use utoipa::openapi::ObjectBuilder;

use super::described::Components;
use super::invalid::InvalidParams;
use super::member::{Member, Reader};
use super::params::Params;
use super::query::Query;
use crate::problem::Problem;

/// What a route reads a JSON object as. Made by [`request!`].
pub(crate) trait Request: Sized {
    /// Reads the object. `None` where a member has a defect, which is noted.
    fn read(reader: &mut Reader<'_, '_>) -> Option<Self>;

    /// Adds its members to the description of an object.
    fn describe(object: ObjectBuilder) -> ObjectBuilder;

    /// Adds the schemas that the description refers to.
    fn components(components: &mut Components);
}

/// Reads a body as `T`. `None` is a defect that is noted.
fn read_members<T: Request>(body: &Value, invalid: &mut InvalidParams) -> Option<T> {
    invalid.add_nul(body);
    let mut reader = Reader::of(body, Location::Root, invalid)?;
    T::read(&mut reader)
}

/// Reads the body.
pub(crate) fn read_body<T: Request>(body: &Value) -> Result<T, Problem> {
    let mut invalid = InvalidParams::default();
    let body = read_members(body, &mut invalid);
    invalid.finish(body)
}

/// Reads the path.
pub(crate) fn read_path<P: Params>(request: &HttpRequest) -> Result<P, Problem> {
    let mut invalid = InvalidParams::default();
    let path = P::read(request, &mut invalid);
    invalid.finish(path)
}

/// Reads the path and the body.
pub(crate) fn read_path_and_body<P: Params, T: Request>(
    request: &HttpRequest,
    body: &Value,
) -> Result<(P, T), Problem> {
    let mut invalid = InvalidParams::default();
    let (path, body) = (P::read(request, &mut invalid), read_members(body, &mut invalid));
    invalid.finish(path.zip(body))
}

/// Reads the path and the query, which has no other parameters.
pub(crate) fn read_path_and_query<P: Params, Q: Params>(request: &HttpRequest) -> Result<(P, Q), Problem> {
    let mut invalid = InvalidParams::default();
    let path = P::read(request, &mut invalid);
    let query = Query::only(request, Q::NAMES, &mut invalid);
    let query = Q::read(&query, &mut invalid);
    invalid.finish(path.zip(query))
}

/// Members that several requests have: they stand in the object itself, not in one of their own.
pub(crate) struct Shared<T>(pub(crate) T);

impl<T: Request> Member for Shared<T> {
    fn read(reader: &mut Reader<'_, '_>, _name: &'static str) -> Option<Self> {
        T::read(reader).map(Self)
    }

    fn describe(object: ObjectBuilder, _name: &'static str, _lines: &[&str]) -> ObjectBuilder {
        T::describe(object)
    }

    fn components(components: &mut Components) {
        T::components(components);
    }
}

/// Declares the structs of requests. What is read and what is described both follow from the types of the fields, in
/// their order; the doc comments are the descriptions.
macro_rules! request {
    ($(
        $(#[doc = $doc:literal])+
        $(#[example = $example:expr])?
        $vis:vis struct $name:ident {$(
            $(#[doc = $field_doc:literal])*
            $field:ident: $type:ty,
        )+}
    )+) => {$(
        $(#[doc = $doc])+
        $vis struct $name {$(
            $(#[doc = $field_doc])*
            $vis $field: $type,
        )+}

        impl $crate::input::Request for $name {
            fn read(reader: &mut $crate::input::Reader<'_, '_>) -> Option<Self> {
                $(let $field = <$type as $crate::input::Member>::read(reader, stringify!($field));)+
                Some(Self { $($field: $field?),+ })
            }

            fn describe(object: utoipa::openapi::ObjectBuilder) -> utoipa::openapi::ObjectBuilder {
                $(let object = <$type as $crate::input::Member>::describe(
                    object, stringify!($field), &[$($field_doc),*],
                );)+
                object
            }

            fn components(components: &mut $crate::input::described::Components) {
                $(<$type as $crate::input::Member>::components(components);)+
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let object = utoipa::openapi::ObjectBuilder::new();
                let object = object.description($crate::input::described::description(&[$($doc),+]));
                $(
                    #[expect(deprecated, reason = "what utoipa derives for the other schemas")]
                    let object = object.example(Some($example));
                )?
                <Self as $crate::input::Request>::describe(object).into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schemas(schemas: &mut $crate::input::described::Components) {
                <Self as $crate::input::Request>::components(schemas);
            }
        }

        /// As the value of a member of another request.
        impl $crate::input::described::Described for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::Ref::from_schema_name(stringify!($name)).into()
            }

            fn components(components: &mut $crate::input::described::Components) {
                components.push((stringify!($name).to_owned(), <Self as utoipa::PartialSchema>::schema()));
                <Self as $crate::input::Request>::components(components);
            }
        }

        impl $crate::input::JsonValue for $name {
            fn take<'v>(
                reader: &mut $crate::input::Reader<'v, '_>,
                name: &'static str,
                value: &'v serde_json::Value,
            ) -> Option<Self> {
                let mut object = reader.object(name, value)?;
                <Self as $crate::input::Request>::read(&mut object)
            }
        }
    )+};
}

pub(crate) use request;

#[cfg(test)]
mod tests {
    use firstline_domain::paging::PageLimit;
    use firstline_domain::text::{CustomerName, NodeId, StepNote};
    use serde_json::json;
    use utoipa::{PartialSchema, ToSchema};

    use super::*;

    request! {
        /// What is within.
        struct Inner {
            /// Whether it is.
            flag: bool,
        }

        /// What several have.
        struct Common {
            node: NodeId,
        }

        /// A thing
        /// of two lines.
        #[example = json!({ "node": "a" })]
        struct Thing {
            common: Shared<Common>,
            /// A remark.
            note: Option<StepNote>,
            name: Option<CustomerName>,
            limit: Option<PageLimit<5, 20>>,
            /// Once.
            inner: Option<Inner>,
        }
    }

    fn defects(body: &Value) -> Vec<(String, String)> {
        let Err(problem) = read_body::<Thing>(body) else { return Vec::new() };
        let answer: Value = serde_json::from_slice(&problem.body("r")).unwrap();
        let text = |defect: &Value, name: &str| defect[name].as_str().unwrap().to_owned();
        let errors = answer["errors"].as_array().unwrap();
        errors.iter().map(|defect| (text(defect, "pointer"), text(defect, "detail"))).collect()
    }

    fn owned<const N: usize>(defects: [(&str, &str); N]) -> Vec<(String, String)> {
        defects.map(|(pointer, detail)| (pointer.to_owned(), detail.to_owned())).into()
    }

    #[test]
    fn every_defect_is_named_in_the_order_of_the_fields_whatever_the_order_of_the_body() {
        let body = json!({ "inner": { "flag": 1 }, "limit": 21, "note": 7, "node": " ", "x": "\0", "name": "" });
        let expected = [
            ("/x", "must not contain the character U+0000"),
            ("/node", "must not be blank"),
            ("/note", "must be a string"),
            ("/limit", "must be an integer from 1 to 20"),
            ("/inner/flag", "must be true or false"),
        ];
        assert_eq!(defects(&body), owned(expected));
        assert_eq!(
            defects(&json!({ "inner": [] })),
            owned([("/node", "is required"), ("/inner", "must be an object")])
        );
        assert_eq!(defects(&json!([])), owned([("", "must be a JSON object")]));
    }

    #[test]
    fn null_and_what_counts_as_missing_are_missing_and_unknown_members_are_left_alone() {
        let body = json!({ "node": "a", "note": null, "name": "", "limit": null, "inner": { "flag": true }, "y": [1] });
        let thing = read_body::<Thing>(&body).unwrap();
        assert_eq!(thing.common.0.node.as_str(), "a");
        assert!(thing.note.is_none() && thing.name.is_none() && thing.limit.is_none());
        assert!(thing.inner.unwrap().flag);
        assert_eq!(defects(&json!({ "node": null })), owned([("/node", "is required")]));
    }

    #[test]
    fn the_description_follows_from_the_rules() {
        let described = serde_json::to_value(Thing::schema()).unwrap();
        let expected = json!({
            "type": "object", "description": "A thing\nof two lines.", "required": ["node"], "example": { "node": "a" },
            "properties": {
                "node": { "type": "string", "minLength": 1, "maxLength": 128, "pattern": r"\S" },
                "note": { "type": ["string", "null"], "maxLength": 16_384, "description": "A remark." },
                "name": { "type": ["string", "null"], "maxLength": 200 },
                "limit": { "type": ["integer", "null"], "format": "int32", "minimum": 1, "maximum": 20, "default": 5 },
                "inner": { "oneOf": [
                    { "$ref": "#/components/schemas/Inner", "description": "Once." }, { "type": "null" },
                ] },
            },
        });
        assert_eq!(described, expected);
        let mut components = Components::new();
        Thing::schemas(&mut components);
        assert_eq!(components.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Inner"]);
    }
}
