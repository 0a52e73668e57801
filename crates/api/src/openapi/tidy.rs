//! Adapts the generated document to client generators.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use utoipa::openapi::{Object, OpenApi, RefOr, Schema};

type Schemas = BTreeMap<String, RefOr<Schema>>;

/// Replaces each `allOf` of objects by one object, and drops schemas that nothing refers to.
pub(super) fn tidy(document: &mut OpenApi) {
    if let Some(components) = &mut document.components {
        let whole: Schemas = components
            .schemas
            .iter()
            .map(|(name, schema)| (name.clone(), written_out(schema, &components.schemas)))
            .collect();
        components.schemas = whole;
    }
    // Serialization cannot fail: the document has only strings, numbers and maps with string keys.
    let referenced = referenced(&serde_json::to_value(&*document).unwrap_or_default());
    if let Some(components) = &mut document.components {
        components.schemas.retain(|name, _| referenced.contains(name));
    }
}

/// The schema; as one object if it is an `allOf`.
fn written_out(schema: &RefOr<Schema>, all: &Schemas) -> RefOr<Schema> {
    let together = matches!(schema, RefOr::T(Schema::AllOf(_)));
    let object = if together { object(schema, all) } else { None };
    object.map_or_else(|| schema.clone(), |object| Schema::Object(object).into())
}

fn object(schema: &RefOr<Schema>, all: &Schemas) -> Option<Object> {
    match schema {
        RefOr::Ref(reference) => object(all.get(reference.ref_location.rsplit('/').next()?)?, all),
        RefOr::T(Schema::Object(object)) => Some(object.clone()),
        RefOr::T(Schema::AllOf(parts)) => {
            let mut whole = Object::new();
            whole.description.clone_from(&parts.description);
            whole.example.clone_from(&parts.example);
            for part in &parts.items {
                let part = object(part, all)?;
                whole.properties.extend(part.properties);
                whole.required.extend(part.required);
            }
            Some(whole)
        }
        RefOr::T(_) => None,
    }
}

/// The names of the schemas that the operations of `document` refer to, directly or through others.
fn referenced(document: &Value) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let schemas = document.pointer("/components/schemas");
    let roots = ["/paths", "/components/responses"];
    let mut left: Vec<&Value> = roots.iter().filter_map(|root| document.pointer(root)).collect();
    while let Some(value) = left.pop() {
        match value {
            Value::Array(items) => left.extend(items),
            Value::Object(members) => {
                for (key, member) in members {
                    let name = member.as_str().and_then(|text| text.strip_prefix("#/components/schemas/"));
                    match name {
                        Some(name) if key == "$ref" => {
                            if reached.insert(name.to_owned()) {
                                left.extend(schemas.and_then(|schemas| schemas.get(name)));
                            }
                        }
                        _ => left.push(member),
                    }
                }
            }
            _ => {}
        }
    }
    reached
}
