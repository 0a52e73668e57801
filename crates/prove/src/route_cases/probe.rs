//! What a proof must know of a route to call it.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

/// Who may call a route, as the documentation has it; written down here again, so that the service's own idea of it is
/// tested and not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Anybody, without a token.
    Anybody,
    /// L1 technicians, and engineers, admins and owners with the flag.
    FirstLine,
    /// Any signed-in user.
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
pub(crate) struct Probe {
    /// What is special about it.
    pub(crate) label: &'static str,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    /// What it names, if anything.
    pub(crate) names: Option<Object>,
    /// What stands beside it, always of the caller's own account.
    pub(crate) beside: Option<Object>,
    /// The status for a user who may call it, on an object of their own account.
    pub(crate) own: u16,
    /// The status when the object is not there, and when it is another account's.
    pub(crate) missing: u16,
    /// The status when the id is none.
    pub(crate) malformed: u16,
    /// Whether a success changes the object, so that the next call needs another.
    pub(crate) changes: bool,
}

/// Everything about a route that the proofs need.
pub(crate) struct RouteCase {
    pub(crate) who: Who,
    pub(crate) probes: Vec<Probe>,
}

impl RouteCase {
    pub(super) fn of(who: Who, probes: impl IntoIterator<Item = Probe>) -> Self {
        Self { who, probes: probes.into_iter().collect() }
    }
}

impl Probe {
    pub(super) fn get(path: &str) -> Self {
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

    pub(super) fn post(path: &str, body: Value) -> Self {
        Self { body: Some(body), changes: true, ..Self::get(path) }
    }

    pub(super) fn reading(self) -> Self {
        Self { changes: false, ..self }
    }

    pub(super) fn changing(self) -> Self {
        Self { changes: true, ..self }
    }

    pub(super) fn naming(self, object: Object) -> Self {
        Self { names: Some(object), ..self }
    }

    pub(super) fn beside(self, object: Object) -> Self {
        Self { beside: Some(object), ..self }
    }

    pub(super) fn labelled(self, label: &'static str) -> Self {
        Self { label, ..self }
    }

    pub(super) fn own(self, own: u16) -> Self {
        Self { own, changes: self.changes && own < 300, ..self }
    }

    pub(super) fn missing(self, missing: u16) -> Self {
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
