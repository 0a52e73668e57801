//! How each route is called: a row for every route of the service's own table. The match has no wildcard, so a route
//! without a row is an error of the compiler.

pub(crate) mod flows;
mod open;
mod sessions;
mod tickets;
mod users;

use std::sync::atomic::{AtomicUsize, Ordering};

use firstline_api::RouteName;
use serde_json::Value;

/// Who may call a route, as the documentation has it; written down here again, so that the service's own idea of it is
/// tested and not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Anybody, without a token.
    Anybody,
    /// L1 technicians, and engineers, admins and owners with the flag.
    FirstLine,
    /// Whoever is signed in.
    SignedIn,
    /// Admins and owners.
    Managers,
    /// Engineers, admins and owners.
    FlowAuthors,
    /// Those, and L1 technicians.
    FlowReaders,
}

/// What kind of thing a call names by an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Object {
    /// An active walk of a flow.
    Session,
    /// One with a step that can be undone.
    WalkedSession,
    /// The ticket of one.
    Ticket,
    /// A ticket without an active session. Not on every store: it takes a sweep to have one.
    OpenTicket,
    /// A published flow.
    Flow,
    /// A flow proposal.
    Proposal,
    /// A cursor of the queue.
    Cursor,
    /// A user whom an owner made and changed once.
    User,
    /// A cursor of the users.
    UserCursor,
    /// A cursor of that user's events.
    UserEventCursor,
    /// A published flow that was written here, with two versions.
    AuthoredFlow,
    /// A cursor of the flows.
    FlowCursor,
    /// A cursor of that flow's versions.
    FlowVersionCursor,
}

/// One way of calling a route. `{}` in path and body is where the object's id goes, `{own}` where that of an object of
/// the caller's own account goes, `{fresh}` where what was never sent before goes.
#[derive(Debug, Clone)]
pub(crate) struct Shot {
    /// What is special about it.
    pub(crate) label: &'static str,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    /// What it names, if anything.
    pub(crate) names: Option<Object>,
    /// What stands beside it, always of the caller's own account.
    pub(crate) beside: Option<Object>,
    /// The status for somebody who may call it, on an object of their own account.
    pub(crate) own: u16,
    /// The status when the object is not there, and when it is another account's.
    pub(crate) missing: u16,
    /// The status when the id is none.
    pub(crate) malformed: u16,
    /// Whether a success changes the object, so that the next call needs another.
    pub(crate) changes: bool,
}

/// Everything about a route that the proofs need.
pub(crate) struct Row {
    pub(crate) who: Who,
    pub(crate) shots: Vec<Shot>,
}

/// The row of a route. Every text that the calls bring is drawn from `words`.
pub(crate) fn row(route: RouteName, words: &dyn Fn(&str) -> String) -> Row {
    match route {
        RouteName::Intake => tickets::intake(words),
        RouteName::Queue => tickets::queue(),
        RouteName::ReadTicket => tickets::read(),
        RouteName::WalkTicket => tickets::walk(),
        RouteName::EscalateWithoutWalk => tickets::escalate_without_walk(words),
        RouteName::ActiveSessions => sessions::active(),
        RouteName::ReadSession => sessions::read(),
        RouteName::SessionEvents => sessions::events(),
        RouteName::RecordStep => sessions::step(words),
        RouteName::Undo => sessions::undo(words),
        RouteName::ReplaceNotes => sessions::notes(words),
        RouteName::Resolve => sessions::resolve(words),
        RouteName::Escalate => sessions::escalate(words),
        RouteName::Me => users::me(),
        RouteName::ListUsers => users::list(),
        RouteName::CreateUser => users::create(words),
        RouteName::ReadUser => users::read(),
        RouteName::ChangeUser => users::change(),
        RouteName::UserEvents => users::events(),
        RouteName::SuggestFlows => flows::suggest(words),
        RouteName::SuggestFlowsForBody => flows::suggest_for_body(words),
        RouteName::ListFlows => flows::list(),
        RouteName::CreateFlow => flows::create(words),
        RouteName::ReadFlow => flows::read(),
        RouteName::EditFlow => flows::edit(words),
        RouteName::ExportFlowDraft => flows::export_draft(),
        RouteName::CheckFlow => flows::check(),
        RouteName::PublishFlow => flows::publish(),
        RouteName::ArchiveFlow => flows::archive(),
        RouteName::RestoreFlow => flows::restore(),
        RouteName::DiffFlow => flows::diff(),
        RouteName::FlowVersions => flows::versions(),
        RouteName::FlowVersion => flows::version(),
        RouteName::ExportFlowVersion => flows::export_version(),
        RouteName::FlowStats => flows::stats(),
        RouteName::OpenApiDocument => open::document(),
        RouteName::Documentation => open::page(),
        RouteName::Livez => open::live(),
        RouteName::Readyz => open::ready(),
    }
}

impl Row {
    fn of(who: Who, shots: impl IntoIterator<Item = Shot>) -> Self {
        Self { who, shots: shots.into_iter().collect() }
    }
}

impl Shot {
    fn get(path: &str) -> Self {
        let (label, path) = ("plain", path.to_owned());
        Self {
            label,
            path,
            body: None,
            names: None,
            beside: None,
            own: 200,
            missing: 404,
            malformed: 422,
            changes: false,
        }
    }

    fn post(path: &str, body: Value) -> Self {
        Self { body: Some(body), changes: true, ..Self::get(path) }
    }

    fn reading(self) -> Self {
        Self { changes: false, ..self }
    }

    fn changing(self) -> Self {
        Self { changes: true, ..self }
    }

    fn naming(self, object: Object) -> Self {
        Self { names: Some(object), ..self }
    }

    fn beside(self, object: Object) -> Self {
        Self { beside: Some(object), ..self }
    }

    fn labelled(self, label: &'static str) -> Self {
        Self { label, ..self }
    }

    fn own(self, own: u16) -> Self {
        Self { own, changes: self.changes && own < 300, ..self }
    }

    fn missing(self, missing: u16) -> Self {
        Self { missing, ..self }
    }

    /// The path and the body's text with `id` in the object's place, and `own` in that of the one beside it.
    pub(crate) fn with(&self, id: &str, own: &str) -> (String, Option<String>) {
        static SENT: AtomicUsize = AtomicUsize::new(0);
        let fresh = SENT.fetch_add(1, Ordering::Relaxed).to_string();
        let filled = |text: &str| text.replace("{}", id).replace("{own}", own);
        // An empty object of JSON looks like the id's place, so only what is in quotes is filled in there.
        let in_quotes =
            |text: &str| text.replace("\"{}\"", &format!("\"{id}\"")).replace("{own}", own).replace("{fresh}", &fresh);
        (filled(&self.path), self.body.as_ref().map(|body| in_quotes(&body.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_called_in_the_form_of_its_template() {
        for route in firstline_api::routes() {
            let row = row(route.name, &|field| field.to_owned());
            assert!(!row.shots.is_empty(), "{route:?}");
            for shot in row.shots {
                let (path, body) = shot.with("ID", "OWN");
                let path = path.split('?').next().unwrap();
                let parts = || path.split('/').zip(route.template.split('/'));
                let fits =
                    |(of_path, of_template): (&str, &str)| of_template.starts_with('{') || of_path == of_template;
                assert!(path.split('/').count() == route.template.split('/').count() && parts().all(fits), "{path}");
                assert_eq!(body.is_some(), route.has_body, "{route:?}");
                let (path, body) = shot.with("{}", "{own}");
                let named = path.contains("{}") || body.is_some_and(|body| body.contains("\"{}\""));
                assert_eq!(named, shot.names.is_some(), "{route:?} {}", shot.label);
            }
        }
    }
}
