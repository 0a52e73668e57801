//! The one table of routes: the router, the documentation and the tests are made from it.

mod docs;
mod intake;
mod queue;
mod sessions;
mod tickets;

pub(crate) use docs::{__path_documentation, __path_openapi_document};
pub(crate) use intake::{__path_escalate_without_walk, __path_intake};
pub(crate) use queue::__path_queue;
pub(crate) use sessions::{
    __path_active_sessions, __path_escalate, __path_read_session, __path_record_step, __path_replace_notes,
    __path_resolve, __path_session_events,
};
pub(crate) use tickets::{__path_read_ticket, __path_walk_ticket};

use actix_web::Route;

use crate::endpoint::{l1, public};
use crate::health::{livez, readyz};

/// A method of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Post,
}

impl Verb {
    /// What `Allow` names for it.
    pub(crate) const fn allowed(self) -> &'static [&'static str] {
        match self {
            Self::Get => &["GET", "HEAD"],
            Self::Post => &["POST"],
        }
    }
}

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anybody, without a token.
    Public,
    /// Who may work on the first line.
    L1,
}

/// What body a route reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyRule {
    /// None: one that is sent is not looked at.
    None,
    /// A JSON object.
    Required,
    /// A JSON object; an empty body counts as `{}`.
    Optional,
}

/// One route.
pub(crate) struct RouteSpec {
    pub(crate) verb: Verb,
    /// The path as the documentation, the log and the metrics name it.
    pub(crate) template: &'static str,
    /// The path as the router matches it.
    pub(crate) pattern: &'static str,
    pub(crate) access: Access,
    pub(crate) body: BodyRule,
    pub(crate) route: fn(&'static Self) -> Route,
}

macro_rules! table {
    ($($verb:ident $template:literal $(as $pattern:literal)?, $access:ident, $body:ident, $wrap:ident($handler:expr);)+) => {
        /// Every route. Of two patterns that match one path the first one wins.
        pub(crate) static ROUTES: &[RouteSpec] = &[$(RouteSpec {
            verb: Verb::$verb,
            template: $template,
            pattern: table!(@pattern $template $($pattern)?),
            access: Access::$access,
            body: BodyRule::$body,
            route: |spec| $wrap(spec, $handler),
        },)+];
    };
    (@pattern $template:literal) => { $template };
    (@pattern $template:literal $pattern:literal) => { $pattern };
}

table! {
    Post "/api/v1/l1/intake", L1, Required, l1(intake::intake);
    Get "/api/v1/l1/queue", L1, None, l1(queue::queue);
    Get "/api/v1/l1/sessions/active", L1, None, l1(sessions::active_sessions);
    Get "/api/v1/l1/sessions/{session_id}", L1, None, l1(sessions::read_session);
    Get "/api/v1/l1/sessions/{session_id}/events", L1, None, l1(sessions::session_events);
    Post "/api/v1/l1/sessions/{session_id}/step", L1, Required, l1(sessions::record_step);
    Post "/api/v1/l1/sessions/{session_id}/notes", L1, Required, l1(sessions::replace_notes);
    Post "/api/v1/l1/sessions/{session_id}/resolve", L1, Required, l1(sessions::resolve);
    Post "/api/v1/l1/sessions/{session_id}/escalate", L1, Required, l1(sessions::escalate);
    Post "/api/v1/l1/escalate-without-walk", L1, Required, l1(intake::escalate_without_walk);
    Get "/api/v1/l1/tickets/{ticket_id}", L1, None, l1(tickets::read_ticket);
    Post "/api/v1/l1/tickets/{ticket_id}/walk", L1, Optional, l1(tickets::walk_ticket);
    Get "/api/v1/openapi.json", Public, None, public(docs::openapi_document);
    Get "/api/v1/docs/{file}" as "/api/v1/docs{file:(?:/.*)?}", Public, None, public(docs::documentation);
    Get "/livez", Public, None, public(livez);
    Get "/readyz", Public, None, public(readyz);
}
