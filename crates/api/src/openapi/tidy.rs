//! Adapts the generated document to client generators.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use utoipa::openapi::{Object, OpenApi, RefOr, Schema};

use super::bounds::bound;

type Schemas = BTreeMap<String, RefOr<Schema>>;

/// Replaces each `allOf` of objects by one object, bounds its integers, and drops components that nothing refers to.
pub(super) fn tidy(document: &mut OpenApi) {
    if let Some(components) = &mut document.components {
        let whole: Schemas = components
            .schemas
            .iter()
            .map(|(name, schema)| (name.clone(), written_out(schema, &components.schemas)))
            .collect();
        components.schemas = whole;
        components.schemas.values_mut().for_each(bound);
    }
    // Serialization cannot fail: the document has only strings, numbers and maps with string keys.
    let referenced = referenced(&serde_json::to_value(&*document).unwrap_or_default());
    let is_used = |kind: &str, name: &str| referenced.contains(&format!("#/components/{kind}/{name}"));
    if let Some(components) = &mut document.components {
        components.schemas.retain(|name, _| is_used("schemas", name));
        components.responses.retain(|name, _| is_used("responses", name));
        components.headers.retain(|name, _| is_used("headers", name));
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

/// The references to components that the operations of `document` reach, directly or through others.
fn referenced(document: &Value) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut left: Vec<&Value> = document.get("paths").into_iter().collect();
    while let Some(value) = left.pop() {
        match value {
            Value::Array(items) => left.extend(items),
            Value::Object(members) => {
                left.extend(members.values());
                let reference = members.get("$ref").and_then(Value::as_str);
                if let Some(reference) = reference.filter(|reference| reached.insert((*reference).to_owned())) {
                    let component = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
                    left.extend(component);
                }
            }
            _ => {}
        }
    }
    reached
}
