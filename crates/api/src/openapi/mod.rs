//! The `OpenAPI` document, generated from the handlers and the route table.

mod bounds;
#[cfg(test)]
mod rules;
mod tidy;

use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Ref, RefOr, Required, Response, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use crate::edge::describe::describe;
use crate::problem::{Code, PROBLEM_JSON, ProblemBody};
use crate::resources::flows::requests::ExportFormat;
use crate::resources::tickets::requests::StatusFilter;
use crate::route::{Access, BodyRule, RouteSpec, Verb};
use crate::routes::{Handlers, ROUTES};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Firstline",
        description = "The L1 workspace of a helpdesk: intake, queue, walk sessions, escalation, and the flows that \
                       walks follow.\n\nEvery answer with a status of 400 or more is a problem (RFC 9457). The checks \
                       have this order: rate of the address (429), head of the request (400, 414, 431), route (404, \
                       405), token (401), rate of user and account (429), access (403), body (413, 415, 400), fields \
                       (422), object (404), state machine (400), the account's users (403, 409) or the flow (400, 412, \
                       422).\n\nIn a JSON body, a member that is null counts as missing, unknown members are ignored, \
                       and of members with the same name the last counts. The body itself must not be null. The \
                       character U+0000 is refused in every text and key, even in a member that no route reads. A text \
                       is blank where it shows nothing: white space, control characters, characters without width. The \
                       document of a flow is stricter: null, an unknown member and a repeated member are defects.\n\n\
                       Ids are UUIDs. Answers have them in lower case with hyphens; requests may have any spelling. \
                       Times are RFC 3339 in UTC with microseconds. A later version may add members to answers.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    servers((url = "/", description = "The instance that serves this document.")),
    // What parameters refer to is found nowhere else.
    components(schemas(ProblemBody<'_>, StatusFilter, ExportFormat)),
    tags(
        (name = "l1", description = "The first line: calls, tickets, walk sessions, suggested flows."),
        (name = "users", description = "The signed-in user, and the users of the account."),
        (name = "flows", description = "Flows: drafts, versions, statistics, export."),
        (name = "health", description = "Whether the instance is alive and takes requests."),
        (name = "documentation", description = "This document, and a page that shows it.")
    )
)]
struct Document;

/// The description of every route that [`app`](crate::app()) has.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    document.merge(Handlers::openapi());
    FromTable.modify(&mut document);
    tidy::tidy(&mut document);
    document
}

/// The document as it is served and committed: indented JSON that ends with a line break.
#[must_use]
pub fn openapi_json() -> String {
    // Strings, numbers and maps with string keys: this cannot fail.
    let mut json = openapi().to_pretty_json().unwrap_or_default();
    json.push('\n');
    json
}

/// Adds what follows from the route table: who may call, and which problems a route can answer.
struct FromTable;

impl Modify for FromTable {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.bearer_format = Some("JWT".to_owned());
        let description = "A JWT of the service (HS256, `sub` is the user's id) or of an identity provider that the \
                           settings name. `exp`, `iss` and `aud` are required.";
        bearer.description = Some(description.to_owned());
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        for status in statuses() {
            components.responses.insert(format!("Problem{status}"), RefOr::T(problem_response(status)));
        }
        for spec in ROUTES {
            let item = document.paths.paths.get_mut(spec.template);
            let operation = item.and_then(|item| match spec.verb {
                Verb::Get => item.get.as_mut(),
                Verb::Post => item.post.as_mut(),
                Verb::Put => item.put.as_mut(),
                Verb::Patch => item.patch.as_mut(),
            });
            if let Some(operation) = operation {
                complete(operation, spec);
            }
        }
        describe(document);
    }
}

/// Every status that a problem can have, ascending.
fn statuses() -> std::collections::BTreeSet<u16> {
    Code::ALL.iter().map(|code| code.status().as_u16()).collect()
}

fn problem_response(status: u16) -> Response {
    let of_status = Code::ALL.iter().filter(|code| code.status().as_u16() == status);
    let codes: Vec<String> = of_status.map(|code| format!("`{}`", code.as_str())).collect();
    let which = if codes.len() == 1 { "the code" } else { "one of the codes" };
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new()
        .description(format!("A problem with {which} {}.", codes.join(", ")))
        .content(PROBLEM_JSON, content)
        .build()
}

fn complete(operation: &mut Operation, spec: &RouteSpec) {
    for status in spec.statuses() {
        let reference = Ref::from_response_name(format!("Problem{status}"));
        operation.responses.responses.insert(status.to_string(), RefOr::Ref(reference));
    }
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        body.required = Some(match spec.body {
            BodyRule::Required => Required::True,
            BodyRule::None | BodyRule::Optional => Required::False,
        });
    }
    operation.security = Some(match spec.access {
        Access::SignedIn | Access::L1 | Access::UserManagement | Access::FlowReading | Access::FlowAuthoring => {
            vec![SecurityRequirement::new("bearer", Vec::<String>::new())]
        }
        Access::Public => Vec::new(),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_has_exactly_the_routes_of_the_table() {
        let document = openapi();
        let described: std::collections::BTreeSet<(&str, String)> = document
            .paths
            .paths
            .iter()
            .flat_map(|(path, item)| {
                let get = item.get.as_ref().map(|_| ("GET", path.clone()));
                let post = item.post.as_ref().map(|_| ("POST", path.clone()));
                let patch = item.patch.as_ref().map(|_| ("PATCH", path.clone()));
                let put = item.put.as_ref().map(|_| ("PUT", path.clone()));
                let others = [&item.delete, &item.head, &item.options, &item.trace];
                assert!(others.iter().all(|other| other.is_none()), "{path}");
                get.into_iter().chain(post).chain(put).chain(patch)
            })
            .collect();
        let routed = ROUTES.iter().map(|spec| (spec.verb.allowed()[0], spec.template.to_owned())).collect();
        assert_eq!(described, routed);
    }

    #[test]
    fn the_documented_lengths_are_the_rules() {
        use firstline_domain::text::{
            Answer, CustomerContact, CustomerName, Email, EscalationReason, Issuer, NodeId, ProblemStatement, Question,
            ReasonCategory, ResolutionNotes, StepNote, Subject, TextRule,
        };
        fn rule<T: TextRule>(name: &'static str) -> (&'static str, usize, bool) {
            (name, T::MAX_CHARS, T::MAY_BE_BLANK)
        }
        let rules = [
            rule::<ProblemStatement>("problem_statement"),
            rule::<ProblemStatement>("q"),
            rule::<CustomerName>("customer_name"),
            rule::<CustomerContact>("customer_contact"),
            rule::<NodeId>("node_id"),
            rule::<Question>("question"),
            rule::<Answer>("answer"),
            rule::<StepNote>("note"),
            rule::<ResolutionNotes>("resolution_notes"),
            rule::<ReasonCategory>("reason_category"),
            rule::<EscalationReason>("reason"),
            rule::<Email>("email"),
            rule::<Issuer>("issuer"),
            rule::<Subject>("subject"),
        ];
        let document = serde_json::to_value(openapi()).unwrap();
        let mut compared = 0;
        for schema in [
            "Intake",
            "NewStep",
            "Resolve",
            "Escalate",
            "EscalateWithoutWalk",
            "NewUser",
            "UserChange",
            "Identity",
            "SuggestQuestion",
        ] {
            for (name, property) in document["components"]["schemas"][schema]["properties"].as_object().unwrap() {
                if let Some((_, max, may_be_blank)) = rules.iter().find(|rule| rule.0 == name) {
                    assert_eq!(property["maxLength"], *max, "{schema}.{name}");
                    assert_eq!(property.get("minLength").is_none(), *may_be_blank, "{schema}.{name}");
                    compared += 1;
                }
            }
        }
        assert_eq!(compared, 20);
    }
}
