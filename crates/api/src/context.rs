//! What one request carries with it from the outermost layer inwards, and what the log wants to know of it in the end.

use std::cell::Cell;
use std::net::IpAddr;
use std::rc::Rc;

use actix_web::{HttpMessage, HttpRequest};
use firstline_domain::ids::{AccountId, UserId};
use tracing::field::Empty;
use tracing::{Span, record_all};

use crate::edge::rates::standing::Standings;

/// The route's template of requests that no route took.
pub(crate) const UNMATCHED: &str = "unmatched";

/// One request. The outermost layer puts it into the request's extensions; each layer writes down here what it learns.
#[derive(Debug)]
pub(crate) struct RequestContext {
    request_id: String,
    span: Span,
    route: Cell<&'static str>,
    caller: Cell<Option<(UserId, AccountId)>>,
    address: Cell<Option<IpAddr>>,
    token_refused: Cell<bool>,
    standings: Standings,
}

impl RequestContext {
    pub(crate) fn new(request_id: String) -> Self {
        // Of the highest level, so that no filter takes the ids from a line that it lets through.
        let span = tracing::error_span!("request", request_id, route = Empty, account_id = Empty, user_id = Empty);
        Self {
            request_id,
            span,
            route: Cell::new(UNMATCHED),
            caller: Cell::new(None),
            address: Cell::new(None),
            token_refused: Cell::new(false),
            standings: Standings::default(),
        }
    }

    /// The context of `request`. Without the outermost layer, left out by mistake, it is empty.
    pub(crate) fn of(request: &HttpRequest) -> Rc<Self> {
        let found = request.extensions().get::<Rc<Self>>().cloned();
        found.unwrap_or_else(|| Rc::new(Self::new(String::new())))
    }

    pub(crate) fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The span of everything that is done for the request. Log lines inside it have its fields.
    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    pub(crate) fn set_route(&self, template: &'static str) {
        self.span.record("route", template);
        self.route.set(template);
    }

    pub(crate) fn route(&self) -> &'static str {
        self.route.get()
    }

    pub(crate) fn set_caller(&self, user: UserId, account: AccountId) {
        // Together: a log of JSON lines reads and writes a span's fields anew for each record.
        record_all!(self.span, account_id = %account, user_id = %user);
        self.caller.set(Some((user, account)));
    }

    pub(crate) fn caller(&self) -> Option<(UserId, AccountId)> {
        self.caller.get()
    }

    pub(crate) fn set_address(&self, address: IpAddr) {
        self.address.set(Some(address));
    }

    /// The address that the request counts for; none for health probes.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.address.get()
    }

    /// A token came with the request, and it does not count.
    pub(crate) fn set_token_refused(&self) {
        self.token_refused.set(true);
    }

    pub(crate) fn is_token_refused(&self) -> bool {
        self.token_refused.get()
    }

    /// How the request stands with the limits of rates.
    pub(crate) fn standings(&self) -> &Standings {
        &self.standings
    }
}
