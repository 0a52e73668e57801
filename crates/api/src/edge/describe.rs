//! What the `OpenAPI` document says of the edge: 429, and the headers of limits and of every answer.

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::{Header, ObjectBuilder, OpenApi, Ref, RefOr, Response, Type};

use super::admission::PROBES;

/// A header of answers.
#[derive(Clone, Copy)]
enum Field {
    RequestId,
    RateLimitPolicy,
    RateLimit,
    RetryAfter,
    WwwAuthenticate,
    ETag,
}

impl Field {
    const ALL: [Self; 6] =
        [Self::RequestId, Self::RateLimitPolicy, Self::RateLimit, Self::RetryAfter, Self::WwwAuthenticate, Self::ETag];

    /// Of answers to requests that count against a limit.
    const OF_LIMITS: [Self; 2] = [Self::RateLimitPolicy, Self::RateLimit];

    const fn component(self) -> &'static str {
        match self {
            Self::RequestId => "RequestId",
            Self::RateLimitPolicy => "RateLimitPolicy",
            Self::RateLimit => "RateLimit",
            Self::RetryAfter => "RetryAfter",
            Self::WwwAuthenticate => "WwwAuthenticate",
            Self::ETag => "ETag",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::RequestId => "X-Request-Id",
            Self::RateLimitPolicy => "RateLimit-Policy",
            Self::RateLimit => "RateLimit",
            Self::RetryAfter => "Retry-After",
            Self::WwwAuthenticate => "WWW-Authenticate",
            Self::ETag => "ETag",
        }
    }

    const fn description(self) -> &'static str {
        match self {
            Self::RequestId => {
                "The id of the request: the one that the request has in this header, if it fits the pattern, else a \
                 new UUID."
            }
            Self::RateLimitPolicy => {
                "The limits that were applied, in the form of draft-ietf-httpapi-ratelimit-headers-10: \
                 `\"user\";q=100;w=5` allows 100 requests at once, and 100 in 5 seconds in the long run."
            }
            Self::RateLimit => {
                "What is left of the limits: `\"user\";r=99;t=1` allows 99 requests at once, and all of them after a \
                 pause of 1 second."
            }
            Self::RetryAfter => "The number of whole seconds to wait before another try.",
            Self::WwwAuthenticate => "The scheme of authentication, `Bearer`, with an error where a token was sent.",
            Self::ETag => "The revision that the flow has now.",
        }
    }

    fn header(self) -> Header {
        let schema = match self {
            Self::RequestId => ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[A-Za-z0-9._-]{1,64}$")),
            Self::RateLimitPolicy | Self::RateLimit | Self::WwwAuthenticate | Self::ETag => {
                ObjectBuilder::new().schema_type(Type::String)
            }
            Self::RetryAfter => {
                ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(u32::MAX))
            }
        };
        HeaderBuilder::new().schema(Some(schema)).description(Some(self.description())).build()
    }
}

/// Adds it to a document that has its paths and problems already.
pub(crate) fn describe(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for field in Field::ALL {
        components.headers.insert(field.component().to_owned(), RefOr::T(field.header()));
    }
    for (name, response) in &mut components.responses {
        let RefOr::T(response) = response else { continue };
        add(response, &[Field::RequestId]);
        match name.as_str() {
            "Problem401" => add(response, &[Field::WwwAuthenticate]),
            "Problem412" => add(response, &[Field::ETag]),
            "Problem429" => add(response, &[Field::RateLimitPolicy, Field::RateLimit, Field::RetryAfter]),
            "Problem503" => add(response, &[Field::RetryAfter]),
            _ => {}
        }
    }
    for (path, item) in &mut document.paths.paths {
        let is_limited = !PROBES.contains(&path.as_str());
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            for response in operation.responses.responses.values_mut() {
                let RefOr::T(response) = response else { continue };
                add(response, &[Field::RequestId]);
                if is_limited {
                    add(response, &Field::OF_LIMITS);
                }
            }
            if is_limited {
                let refused = RefOr::Ref(Ref::from_response_name("Problem429"));
                operation.responses.responses.insert("429".to_owned(), refused);
            }
        }
    }
}

fn add(response: &mut Response, fields: &[Field]) {
    for field in fields {
        let reference = Ref::new(format!("#/components/headers/{}", field.component()));
        response.headers.insert(field.name().to_owned(), RefOr::Ref(reference));
    }
}
