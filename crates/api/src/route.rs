//! What a route is: its method, path, access rule and body.

use actix_web::Route;
use actix_web::http::Method;

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

    /// HEAD is answered wherever GET is: the protocol layer leaves the body out.
    pub(crate) fn takes(self, method: &Method) -> bool {
        match self {
            Self::Get => method == Method::GET || method == Method::HEAD,
            Self::Post => method == Method::POST,
            Self::Put => method == Method::PUT,
            Self::Patch => method == Method::PATCH,
        }
    }
}

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody, without a token.
    Public,
    /// Every signed-in user.
    SignedIn,
    /// Users who may work on the first line.
    L1,
    /// Users who manage the account's users.
    UserManagement,
    /// Users who author flows or work on the first line.
    FlowReading,
    /// Users who author flows.
    FlowAuthoring,
}

impl Access {
    /// The statuses with which the rule refuses a call.
    pub(crate) const fn statuses(self) -> &'static [u16] {
        match self {
            Self::Public => &[],
            Self::SignedIn => &[401],
            Self::L1 | Self::UserManagement | Self::FlowReading | Self::FlowAuthoring => &[401, 403],
        }
    }
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

impl BodyRule {
    /// The statuses of a body that cannot be read.
    pub(crate) const fn statuses(self) -> &'static [u16] {
        match self {
            Self::None => &[],
            Self::Required | Self::Optional => &[400, 408, 413, 415],
        }
    }
}

/// The statuses that any route can answer: a head that cannot be read, an encoding that the service does not have, a
/// failure.
const ANY_ROUTE: [u16; 6] = [400, 406, 414, 431, 500, 503];

/// One route.
pub(crate) struct RouteSpec {
    pub(crate) verb: Verb,
    /// The path as the documentation, the log and the metrics name it.
    pub(crate) template: &'static str,
    /// The path as the router matches it.
    pub(crate) pattern: &'static str,
    pub(crate) access: Access,
    pub(crate) body: BodyRule,
    /// Whether a call changes anything.
    pub(crate) writes: bool,
    /// The statuses, from 400 up, that the handler answers.
    pub(crate) refusals: &'static [u16],
    pub(crate) route: fn(&'static Self) -> Route,
}

impl RouteSpec {
    /// The statuses, from 400 up, that a call of the route can meet, those of rates left out.
    pub(crate) fn statuses(&self) -> impl Iterator<Item = u16> {
        let layers = ANY_ROUTE.iter().chain(self.access.statuses()).chain(self.body.statuses());
        layers.chain(self.refusals).copied()
    }
}
