//! The one table of routes: the router, the document and the tests are made from it.

use crate::endpoint::{only, public};
use crate::resources::{docs, flows, health, sessions, tickets, users};
use crate::route::{Access, BodyRule, RouteSpec, Verb};

/// A route as others may know it: the documentation's tests and the proofs that call each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteInfo {
    /// Which it is.
    pub name: RouteName,
    /// Its method.
    pub method: &'static str,
    /// Its path, with `{NAME}` where an id or a file's name stands.
    pub template: &'static str,
    /// Who may call it.
    pub access: Access,
    /// Whether it reads a body.
    pub has_body: bool,
}

/// Every route that [`app`](crate::app()) has, in the table's order.
pub fn routes() -> impl Iterator<Item = RouteInfo> {
    RouteName::ALL.iter().zip(ROUTES).map(|(name, spec)| RouteInfo {
        name: *name,
        method: spec.verb.as_str(),
        template: spec.template,
        access: spec.access,
        has_body: spec.body != BodyRule::None,
    })
}

/// Makes of each line of the table a name, a route and a path of the document. A line has the route's name, method,
/// path (and the router's pattern where that is another), access rule, body, effect (`reads` or `writes`), the statuses
/// of its refusals, and its handler.
macro_rules! table {
    ($($name:ident: $verb:ident $template:literal $(as $pattern:literal)?, $access:ident, $body:ident, $effect:ident,
       [$($status:literal),*], $($handler:ident)::+;)+) => {
        /// The name of each route: what does something for every route matches on it, so that a new one cannot be
        /// forgotten.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RouteName {
            $(#[doc = concat!("`", stringify!($verb), " ", $template, "`")] $name,)+
        }

        impl RouteName {
            const ALL: &[Self] = &[$(Self::$name,)+];
        }

        /// Every route. Of two patterns that match one path the first one wins.
        pub(crate) static ROUTES: &[RouteSpec] = &[$(RouteSpec {
            verb: Verb::$verb,
            template: $template,
            pattern: table!(@pattern $template $($pattern)?),
            access: Access::$access,
            body: BodyRule::$body,
            writes: table!(@writes $effect),
            refusals: &[$($status),*],
            route: |spec| table!(@route $access)(spec, $($handler)::+),
        },)+];

        /// What the handlers say of themselves.
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($($handler)::+),+))]
        pub(crate) struct Handlers;
    };
    (@pattern $template:literal) => { $template };
    (@pattern $template:literal $pattern:literal) => { $pattern };
    (@writes reads) => { false };
    (@writes writes) => { true };
    (@route Public) => { public };
    (@route $access:ident) => { only };
}

table! {
    Intake: Post "/api/v1/l1/intake", L1, Required, writes, [404, 422], sessions::intake::intake;
    Queue: Get "/api/v1/l1/queue", L1, None, reads, [422], tickets::queue::queue;
    ActiveSessions: Get "/api/v1/l1/sessions/active", L1, None, reads, [422], sessions::active::active_sessions;
    ReadSession: Get "/api/v1/l1/sessions/{session_id}", L1, None, reads, [404, 422], sessions::read::read_session;
    SessionEvents: Get "/api/v1/l1/sessions/{session_id}/events", L1, None, reads, [404, 422],
        sessions::events::session_events;
    RecordStep: Post "/api/v1/l1/sessions/{session_id}/step", L1, Required, writes, [400, 404, 422],
        sessions::change::record_step;
    Undo: Post "/api/v1/l1/sessions/{session_id}/undo", L1, Optional, writes, [400, 404, 422], sessions::change::undo;
    ReplaceNotes: Post "/api/v1/l1/sessions/{session_id}/notes", L1, Required, writes, [400, 404, 422],
        sessions::change::replace_notes;
    Resolve: Post "/api/v1/l1/sessions/{session_id}/resolve", L1, Required, writes, [400, 404, 422],
        sessions::change::resolve;
    Escalate: Post "/api/v1/l1/sessions/{session_id}/escalate", L1, Required, writes, [400, 404, 422],
        sessions::change::escalate;
    EscalateWithoutWalk: Post "/api/v1/l1/escalate-without-walk", L1, Required, writes, [422],
        sessions::intake::escalate_without_walk;
    ReadTicket: Get "/api/v1/l1/tickets/{ticket_id}", L1, None, reads, [404, 422], tickets::ticket::read_ticket;
    WalkTicket: Post "/api/v1/l1/tickets/{ticket_id}/walk", L1, Optional, writes, [400, 404, 422],
        tickets::ticket::walk_ticket;
    Me: Get "/api/v1/me", SignedIn, None, reads, [], users::me::me;
    ListUsers: Get "/api/v1/users", UserManagement, None, reads, [422], users::manage::list_users;
    CreateUser: Post "/api/v1/users", UserManagement, Required, writes, [403, 409, 422], users::manage::create_user;
    ReadUser: Get "/api/v1/users/{user_id}", UserManagement, None, reads, [404, 422], users::manage::read_user;
    ChangeUser: Patch "/api/v1/users/{user_id}", UserManagement, Required, writes, [403, 404, 409, 422],
        users::manage::change_user;
    UserEvents: Get "/api/v1/users/{user_id}/events", UserManagement, None, reads, [404, 422],
        users::events::user_events;
    SuggestFlows: Get "/api/v1/l1/flows/suggest", L1, None, reads, [422], flows::suggest::suggest_flows;
    SuggestFlowsForBody: Post "/api/v1/l1/flows/suggest", L1, Required, reads, [422],
        flows::suggest::suggest_flows_for_body;
    ListFlows: Get "/api/v1/flows", FlowReading, None, reads, [422], flows::drafts::list_flows;
    CreateFlow: Post "/api/v1/flows", FlowAuthoring, Required, writes, [400, 422], flows::drafts::create_flow;
    ReadFlow: Get "/api/v1/flows/{flow_id}", FlowReading, None, reads, [404, 422], flows::drafts::read_flow;
    EditFlow: Put "/api/v1/flows/{flow_id}/draft", FlowAuthoring, Required, writes, [400, 404, 412, 422],
        flows::drafts::edit_flow;
    ExportFlowDraft: Get "/api/v1/flows/{flow_id}/draft/export", FlowAuthoring, None, reads, [404, 422],
        flows::export::export_draft;
    CheckFlow: Post "/api/v1/flows/{flow_id}/check", FlowAuthoring, None, reads, [404, 422], flows::life::check_flow;
    PublishFlow: Post "/api/v1/flows/{flow_id}/publish", FlowAuthoring, None, writes, [400, 404, 412, 422],
        flows::life::publish_flow;
    ArchiveFlow: Post "/api/v1/flows/{flow_id}/archive", FlowAuthoring, None, writes, [400, 404, 412, 422],
        flows::life::archive_flow;
    RestoreFlow: Post "/api/v1/flows/{flow_id}/restore", FlowAuthoring, Required, writes, [400, 404, 412, 422],
        flows::life::restore_flow;
    DiffFlow: Get "/api/v1/flows/{flow_id}/diff", FlowAuthoring, None, reads, [404, 422], flows::versions::diff_flow;
    FlowVersions: Get "/api/v1/flows/{flow_id}/versions", FlowReading, None, reads, [404, 422],
        flows::versions::flow_versions;
    FlowVersion: Get "/api/v1/flows/{flow_id}/versions/{version}", FlowReading, None, reads, [404, 422],
        flows::versions::flow_version;
    ExportFlowVersion: Get "/api/v1/flows/{flow_id}/versions/{version}/export", FlowReading, None, reads, [404, 422],
        flows::export::export_version;
    FlowStats: Get "/api/v1/flows/{flow_id}/stats", FlowAuthoring, None, reads, [404, 422], flows::stats::flow_stats;
    OpenApiDocument: Get "/api/v1/openapi.json", Public, None, reads, [], docs::openapi_document;
    Documentation: Get "/api/v1/docs/{file}" as "/api/v1/docs{file:(?:/.*)?}", Public, None, reads, [404],
        docs::documentation;
    Livez: Get "/livez", Public, None, reads, [], health::livez;
    Readyz: Get "/readyz", Public, None, reads, [], health::readyz;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_routes_that_are_no_get_only_checks_and_suggestions_change_nothing() {
        let named = || RouteName::ALL.iter().zip(ROUTES);
        let changeless = named().filter(|(_, spec)| spec.verb != Verb::Get && !spec.writes).map(|(name, _)| *name);
        assert!(changeless.eq([RouteName::SuggestFlowsForBody, RouteName::CheckFlow]));
        assert!(named().all(|(_, spec)| spec.verb != Verb::Get || !spec.writes));
    }
}
