//! The one table of routes: the router, the documentation and the tests are made from it.

mod active;
mod docs;
mod flow_stats;
mod flows;
mod intake;
mod me;
mod queue;
mod sessions;
mod suggest;
mod tickets;
mod users;

pub(crate) use active::__path_active_sessions;
pub(crate) use docs::{__path_documentation, __path_openapi_document};
pub(crate) use flow_stats::__path_flow_stats;
pub(crate) use flows::export::{__path_export_draft, __path_export_version};
pub(crate) use flows::life::{__path_archive_flow, __path_check_flow, __path_publish_flow, __path_restore_flow};
pub(crate) use flows::versions::{__path_diff_flow, __path_flow_version, __path_flow_versions};
pub(crate) use flows::{__path_create_flow, __path_edit_flow, __path_list_flows, __path_read_flow};
pub(crate) use intake::{__path_escalate_without_walk, __path_intake};
pub(crate) use me::__path_me;
pub(crate) use queue::__path_queue;
pub(crate) use sessions::{
    __path_escalate, __path_read_session, __path_record_step, __path_replace_notes, __path_resolve,
    __path_session_events, __path_undo,
};
pub(crate) use suggest::{__path_suggest_flows, __path_suggest_flows_for_body};
pub(crate) use tickets::{__path_read_ticket, __path_walk_ticket};
pub(crate) use users::{
    __path_change_user, __path_create_user, __path_list_users, __path_read_user, __path_user_events,
};

use actix_web::Route;

use crate::endpoint::{only, public};
use crate::health::{livez, readyz};

/// A method of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Post,
    Put,
    Patch,
}

impl Verb {
    /// The method's own name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
        }
    }

    /// What `Allow` names for it.
    pub(crate) const fn allowed(self) -> &'static [&'static str] {
        match self {
            Self::Get => &["GET", "HEAD"],
            Self::Post => &["POST"],
            Self::Put => &["PUT"],
            Self::Patch => &["PATCH"],
        }
    }
}

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody, without a token.
    Public,
    /// Whoever is signed in.
    SignedIn,
    /// Who may work on the first line.
    L1,
    /// Who manages the account's users.
    UserManagement,
    /// Who authors flows, and who works on the first line.
    FlowReading,
    /// Who authors flows.
    FlowAuthoring,
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
    ROUTES.iter().map(|spec| RouteInfo {
        name: spec.name,
        method: spec.verb.as_str(),
        template: spec.template,
        access: spec.access,
        has_body: spec.body != BodyRule::None,
    })
}

/// One route.
pub(crate) struct RouteSpec {
    pub(crate) name: RouteName,
    pub(crate) verb: Verb,
    /// The path as the documentation, the log and the metrics name it.
    pub(crate) template: &'static str,
    /// The path as the router matches it.
    pub(crate) pattern: &'static str,
    pub(crate) access: Access,
    pub(crate) body: BodyRule,
    pub(crate) route: fn(&'static Self) -> Route,
}

impl RouteSpec {
    /// Whether the route changes anything. Checks and suggestions answer a POST and save nothing.
    pub(crate) const fn writes(&self) -> bool {
        !matches!((self.verb, self.name), (Verb::Get, _) | (_, RouteName::CheckFlow | RouteName::SuggestFlowsForBody))
    }
}

macro_rules! table {
    ($($name:ident: $verb:ident $template:literal $(as $pattern:literal)?, $access:ident, $body:ident,
       $wrap:ident($handler:expr);)+) => {
        /// The name of each route: what does something for every route matches on it, so that a new one cannot be
        /// forgotten.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RouteName {
            $(#[doc = concat!("`", stringify!($verb), " ", $template, "`")] $name,)+
        }

        /// Every route. Of two patterns that match one path the first one wins.
        pub(crate) static ROUTES: &[RouteSpec] = &[$(RouteSpec {
            name: RouteName::$name,
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
    Intake: Post "/api/v1/l1/intake", L1, Required, only(intake::intake);
    Queue: Get "/api/v1/l1/queue", L1, None, only(queue::queue);
    ActiveSessions: Get "/api/v1/l1/sessions/active", L1, None, only(active::active_sessions);
    ReadSession: Get "/api/v1/l1/sessions/{session_id}", L1, None, only(sessions::read_session);
    SessionEvents: Get "/api/v1/l1/sessions/{session_id}/events", L1, None, only(sessions::session_events);
    RecordStep: Post "/api/v1/l1/sessions/{session_id}/step", L1, Required, only(sessions::record_step);
    Undo: Post "/api/v1/l1/sessions/{session_id}/undo", L1, Optional, only(sessions::undo);
    ReplaceNotes: Post "/api/v1/l1/sessions/{session_id}/notes", L1, Required, only(sessions::replace_notes);
    Resolve: Post "/api/v1/l1/sessions/{session_id}/resolve", L1, Required, only(sessions::resolve);
    Escalate: Post "/api/v1/l1/sessions/{session_id}/escalate", L1, Required, only(sessions::escalate);
    EscalateWithoutWalk: Post "/api/v1/l1/escalate-without-walk", L1, Required, only(intake::escalate_without_walk);
    ReadTicket: Get "/api/v1/l1/tickets/{ticket_id}", L1, None, only(tickets::read_ticket);
    WalkTicket: Post "/api/v1/l1/tickets/{ticket_id}/walk", L1, Optional, only(tickets::walk_ticket);
    Me: Get "/api/v1/me", SignedIn, None, only(me::me);
    ListUsers: Get "/api/v1/users", UserManagement, None, only(users::list_users);
    CreateUser: Post "/api/v1/users", UserManagement, Required, only(users::create_user);
    ReadUser: Get "/api/v1/users/{user_id}", UserManagement, None, only(users::read_user);
    ChangeUser: Patch "/api/v1/users/{user_id}", UserManagement, Required, only(users::change_user);
    UserEvents: Get "/api/v1/users/{user_id}/events", UserManagement, None, only(users::user_events);
    SuggestFlows: Get "/api/v1/l1/flows/suggest", L1, None, only(suggest::suggest_flows);
    SuggestFlowsForBody: Post "/api/v1/l1/flows/suggest", L1, Required, only(suggest::suggest_flows_for_body);
    ListFlows: Get "/api/v1/flows", FlowReading, None, only(flows::list_flows);
    CreateFlow: Post "/api/v1/flows", FlowAuthoring, Required, only(flows::create_flow);
    ReadFlow: Get "/api/v1/flows/{flow_id}", FlowReading, None, only(flows::read_flow);
    EditFlow: Put "/api/v1/flows/{flow_id}/draft", FlowAuthoring, Required, only(flows::edit_flow);
    ExportFlowDraft: Get "/api/v1/flows/{flow_id}/draft/export", FlowAuthoring, None, only(flows::export::export_draft);
    CheckFlow: Post "/api/v1/flows/{flow_id}/check", FlowAuthoring, None, only(flows::life::check_flow);
    PublishFlow: Post "/api/v1/flows/{flow_id}/publish", FlowAuthoring, None, only(flows::life::publish_flow);
    ArchiveFlow: Post "/api/v1/flows/{flow_id}/archive", FlowAuthoring, None, only(flows::life::archive_flow);
    RestoreFlow: Post "/api/v1/flows/{flow_id}/restore", FlowAuthoring, Required, only(flows::life::restore_flow);
    DiffFlow: Get "/api/v1/flows/{flow_id}/diff", FlowAuthoring, None, only(flows::versions::diff_flow);
    FlowVersions: Get "/api/v1/flows/{flow_id}/versions", FlowReading, None, only(flows::versions::flow_versions);
    FlowVersion: Get "/api/v1/flows/{flow_id}/versions/{version}", FlowReading, None,
        only(flows::versions::flow_version);
    ExportFlowVersion: Get "/api/v1/flows/{flow_id}/versions/{version}/export", FlowReading, None,
        only(flows::export::export_version);
    FlowStats: Get "/api/v1/flows/{flow_id}/stats", FlowAuthoring, None, only(flow_stats::flow_stats);
    OpenApiDocument: Get "/api/v1/openapi.json", Public, None, public(docs::openapi_document);
    Documentation: Get "/api/v1/docs/{file}" as "/api/v1/docs{file:(?:/.*)?}", Public, None,
        public(docs::documentation);
    Livez: Get "/livez", Public, None, public(livez);
    Readyz: Get "/readyz", Public, None, public(readyz);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_routes_that_are_no_get_only_checks_and_suggestions_change_nothing() {
        let changeless = ROUTES.iter().filter(|spec| spec.verb != Verb::Get && !spec.writes()).map(|spec| spec.name);
        assert!(changeless.eq([RouteName::SuggestFlowsForBody, RouteName::CheckFlow]));
        assert!(ROUTES.iter().all(|spec| spec.verb != Verb::Get || !spec.writes()));
    }
}
