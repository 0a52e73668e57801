//! What the `OpenAPI` document says of the edge: 429, and the headers that go with limits.

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::{ObjectBuilder, OpenApi, Ref, RefOr, Response, Type};

use super::admission::PROBES;

/// Name in the document, name on the wire, and what it is.
const HEADERS: [(&str, &str, &str); 3] = [
    (
        "RateLimitPolicy",
        "RateLimit-Policy",
        "The limits that were applied, as draft-ietf-httpapi-ratelimit-headers-10 has them: `\"user\";q=100;w=5` allows 100 \
         requests at once and in the long run 100 in 5 seconds.",
    ),
    (
        "RateLimit",
        "RateLimit",
        "What is left of them: `\"user\";r=99;t=1` allows 99 requests at once; after a pause of 1 second all of them.",
    ),
    ("RetryAfter", "Retry-After", "After how many whole seconds to try again."),
];

/// Adds it to a document that has its paths and problems already.
pub(crate) fn describe(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for (name, _, description) in HEADERS {
        let schema = ObjectBuilder::new().schema_type(if name == "RetryAfter" { Type::Integer } else { Type::String });
        let header = HeaderBuilder::new().schema(Some(schema)).description(Some(description)).build();
        components.headers.insert(name.to_owned(), RefOr::T(header));
    }
    for (name, response) in &mut components.responses {
        let RefOr::T(response) = response else { continue };
        if ["Problem429", "Problem503"].contains(&name.as_str()) {
            add(response, &HEADERS[2..]);
        }
        if name == "Problem429" {
            add(response, &HEADERS[..2]);
        }
    }
    for (path, item) in &mut document.paths.paths {
        if PROBES.contains(&path.as_str()) {
            continue;
        }
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            for response in operation.responses.responses.values_mut() {
                if let RefOr::T(response) = response {
                    add(response, &HEADERS[..2]);
                }
            }
            let refused = RefOr::Ref(Ref::from_response_name("Problem429"));
            operation.responses.responses.insert("429".to_owned(), refused);
        }
    }
}

fn add(response: &mut Response, headers: &[(&str, &str, &str)]) {
    for (name, on_the_wire, _) in headers {
        let reference = Ref::new(format!("#/components/headers/{name}"));
        response.headers.insert((*on_the_wire).to_owned(), RefOr::Ref(reference));
    }
}
