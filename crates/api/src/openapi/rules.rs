//! Rules that the whole document keeps, so that generators make clients of it with the right names and types.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::openapi_json;
use crate::route::BodyRule;
use crate::routes::ROUTES;

/// Properties that name a node, an answer or a request, not a row: their ids are no UUIDs.
const OTHER_IDS: [&str; 6] =
    ["node_id", "current_node_id", "next_node_id", "expected_node_id", "answer_id", "request_id"];

/// A schema of the document, and where it stands.
struct Place<'a> {
    pointer: String,
    schema: &'a Value,
    /// Its name, of a property.
    property: Option<&'a str>,
}

impl Place<'_> {
    fn has(&self, keyword: &str) -> bool {
        self.schema.get(keyword).is_some()
    }

    fn is(&self, type_name: &str) -> bool {
        let types = &self.schema["type"];
        *types == type_name || types.as_array().is_some_and(|types| types.contains(&json!(type_name)))
    }

    fn is_component(&self) -> bool {
        self.pointer.strip_prefix("/components/schemas/").is_some_and(|name| !name.contains('/'))
    }

    /// The alternatives that are not null.
    fn alternatives(&self) -> Vec<&Value> {
        let of = ["oneOf", "anyOf"].into_iter().filter_map(|keyword| self.schema[keyword].as_array());
        of.flatten().filter(|one| one["type"] != "null").collect()
    }
}

/// Every schema of the document.
fn places(document: &Value) -> Vec<Place<'_>> {
    let mut found = Vec::new();
    for (name, schema) in members(&document["components"]["schemas"]) {
        within(schema, format!("/components/schemas/{name}"), None, &mut found);
    }
    roots(document, "", &mut found);
    found
}

/// The schemas of parameters, headers, bodies and answers.
fn roots<'a>(node: &'a Value, pointer: &str, found: &mut Vec<Place<'a>>) {
    for (index, item) in node.as_array().into_iter().flatten().enumerate() {
        roots(item, &format!("{pointer}/{index}"), found);
    }
    for (key, member) in members(node) {
        let pointer = format!("{pointer}/{}", key.replace('/', "~1"));
        match key.as_str() {
            "schema" => within(member, pointer, None, found),
            "schemas" | "example" => {}
            _ => roots(member, &pointer, found),
        }
    }
}

/// `schema` and the schemas in it.
fn within<'a>(schema: &'a Value, pointer: String, property: Option<&'a str>, found: &mut Vec<Place<'a>>) {
    for (name, inner) in members(&schema["properties"]) {
        within(inner, format!("{pointer}/properties/{name}"), Some(name), found);
    }
    for keyword in ["items", "additionalProperties", "propertyNames"] {
        if let Some(inner) = schema.get(keyword).filter(|inner| inner.is_object()) {
            within(inner, format!("{pointer}/{keyword}"), None, found);
        }
    }
    for keyword in ["oneOf", "anyOf", "allOf"] {
        for (index, inner) in schema[keyword].as_array().into_iter().flatten().enumerate() {
            within(inner, format!("{pointer}/{keyword}/{index}"), None, found);
        }
    }
    found.push(Place { pointer, schema, property });
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Where the document breaks a rule, by pointer.
fn broken(document: &Value, breaks: impl Fn(&Place<'_>) -> bool) -> Vec<String> {
    let mut found: Vec<String> =
        places(document).into_iter().filter(|place| breaks(place)).map(|place| place.pointer).collect();
    found.sort_unstable();
    found
}

/// A generator makes a type of its own of it, and finds no name for it.
fn is_nameless(place: &Place<'_>) -> bool {
    let has_values = place.schema["enum"].as_array().is_some_and(|values| values.len() > 1);
    !place.is_component() && (has_values || place.alternatives().len() > 1 || place.is("object"))
}

fn is_unbounded(place: &Place<'_>) -> bool {
    let is_open_below = !place.has("minimum") && !place.has("exclusiveMinimum");
    place.is("integer") && (is_open_below || !place.has("maximum")) || place.is("number") && is_open_below
}

fn is_untyped(place: &Place<'_>) -> bool {
    !["type", "$ref", "oneOf", "anyOf"].into_iter().any(|keyword| place.has(keyword))
}

/// A property that says in words nothing of itself.
fn is_undescribed(place: &Place<'_>) -> bool {
    let described = |schema: &Value| schema["description"].as_str().is_some_and(|text| !text.is_empty());
    let is_described = described(place.schema) || place.alternatives().into_iter().any(described);
    (place.property.is_some() || place.is_component()) && !is_described
}

/// An id or a time without its format.
fn is_unformatted(place: &Place<'_>) -> bool {
    let Some(name) = place.property.filter(|_| !place.has("$ref")) else { return false };
    let is_id = (name == "id" || name.ends_with("_id")) && !OTHER_IDS.contains(&name);
    // Nodes and answers of a flow have ids of their authors' making.
    let is_id = is_id && !["Node/", "FlowAnswer/", "AnswerChoice/"].iter().any(|of| place.pointer.contains(of));
    let is_time = name == "at" || name.ends_with("_at");
    (is_id && place.schema["format"] != "uuid") || (is_time && place.schema["format"] != "date-time")
}

/// One of several objects that no member tells apart.
fn is_indistinct(document: &Value, place: &Place<'_>) -> bool {
    let Some(variants) = place.schema["oneOf"].as_array().filter(|_| place.alternatives().len() > 1) else {
        return false;
    };
    let discriminator = &place.schema["discriminator"];
    let property = discriminator["propertyName"].as_str().unwrap_or_default();
    let named: BTreeSet<_> = members(&discriminator["mapping"]).map(|(_, variant)| variant.as_str()).collect();
    let told = members(&discriminator["mapping"]).all(|(value, variant)| {
        let schema = &document["components"]["schemas"][variant.as_str().unwrap().rsplit('/').next().unwrap()];
        let required = schema["required"].as_array().is_some_and(|names| names.contains(&json!(property)));
        required && schema["properties"][property]["const"] == *value
    });
    !told || named != variants.iter().map(|variant| variant["$ref"].as_str()).collect()
}

/// The components that nothing refers to.
fn unused(document: &Value) -> Vec<String> {
    let text = document.to_string();
    let kinds = members(&document["components"]).filter(|(kind, _)| *kind != "securitySchemes");
    let names = kinds.flat_map(|(kind, all)| members(all).map(move |(name, _)| format!("#/components/{kind}/{name}")));
    names.filter(|name| !text.contains(&format!("\"$ref\":\"{name}\""))).collect()
}

fn current() -> Value {
    serde_json::from_str(&openapi_json()).unwrap()
}

#[test]
fn no_generator_must_invent_a_name() {
    assert_eq!(broken(&current(), is_nameless), [""; 0]);
}

#[test]
fn every_number_is_bounded() {
    assert_eq!(broken(&current(), is_unbounded), [""; 0]);
}

#[test]
fn every_schema_has_a_type_and_every_property_a_description() {
    assert_eq!(broken(&current(), is_untyped), [""; 0]);
    assert_eq!(broken(&current(), is_undescribed), [""; 0]);
}

#[test]
fn every_id_and_every_time_has_its_format() {
    assert_eq!(broken(&current(), is_unformatted), [""; 0]);
}

#[test]
fn one_of_several_objects_is_told_by_a_member() {
    let document = current();
    let several = places(&document).iter().filter(|place| place.has("discriminator")).count();
    assert_eq!((broken(&document, |place| is_indistinct(&document, place)), several), (Vec::new(), 4));
}

#[test]
fn every_component_is_used() {
    assert_eq!(unused(&current()), [""; 0]);
}

#[test]
fn a_body_is_an_object_and_required_as_the_route_reads_it() {
    let document = current();
    for route in ROUTES {
        let operation = &document["paths"][route.template][route.verb.as_str().to_lowercase()];
        let body = &operation["requestBody"];
        assert_eq!(body.is_null(), route.body == BodyRule::None, "{}", route.template);
        if !body.is_null() {
            assert_eq!(body["required"], route.body == BodyRule::Required, "{}", route.template);
            let reference = body["content"]["application/json"]["schema"]["$ref"].as_str().unwrap();
            assert_eq!(document.pointer(&reference[1..]).unwrap()["type"], "object", "{reference}");
        }
    }
}

#[test]
fn a_request_id_is_described_alike_wherever_it_stands() {
    let document = current();
    let in_a_problem = &document["components"]["schemas"]["Problem"]["properties"]["request_id"]["pattern"];
    let header = &document["components"]["headers"]["RequestId"]["schema"]["pattern"];
    assert!(in_a_problem.is_string() && in_a_problem == header, "{in_a_problem} {header}");
}

#[test]
fn a_document_that_breaks_the_rules_is_found_out() {
    let parameters = json!([
        { "schema": { "enum": ["a", "b"] } },
        { "schema": { "oneOf": [{ "type": "string" }, { "type": "boolean" }] } },
        { "schema": { "type": "array", "items": { "type": "object" } } },
    ]);
    let properties = json!({
        "seq": { "type": ["integer", "null"], "minimum": 1 }, "score": { "type": "number", "maximum": 1 },
        "walk_id": { "type": "string", "description": "An id." }, "at": { "type": "string", "description": "A time." },
        "data": { "description": "Anything." },
    });
    let document = json!({
        "paths": { "/a": { "get": { "parameters": parameters } } },
        "components": { "schemas": {
            "A": { "type": "object", "description": "A.", "properties": properties },
            "B": { "description": "B.", "oneOf": [{ "$ref": "#/components/schemas/A" }, { "type": "string" }] },
        } },
    });
    let of_a = |names: &[&str]| -> Vec<String> {
        names.iter().map(|name| format!("/components/schemas/A/properties/{name}")).collect()
    };
    let at = |index: &str| format!("/paths/~1a/get/parameters/{index}");
    let nameless = [at("0/schema"), at("1/schema"), at("2/schema/items")];
    assert_eq!(broken(&document, is_nameless), nameless);
    assert_eq!(broken(&document, is_unbounded), of_a(&["score", "seq"]));
    assert_eq!(broken(&document, is_untyped), [of_a(&["data"]), vec![at("0/schema")]].concat());
    assert_eq!(broken(&document, is_undescribed), of_a(&["score", "seq"]));
    assert_eq!(broken(&document, is_unformatted), of_a(&["at", "walk_id"]));
    let indistinct = broken(&document, |place| is_indistinct(&document, place));
    assert_eq!(indistinct, ["/components/schemas/B".to_owned(), at("1/schema")]);
    assert_eq!(unused(&document), ["#/components/schemas/B"]);
}
