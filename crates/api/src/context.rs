//! The state of one request, shared by all layers: its id and span, and what the access log and the metrics report.

use std::cell::Cell;
use std::net::IpAddr;
use std::rc::Rc;

use actix_web::{HttpMessage, HttpRequest};
use firstline_domain::ids::{AccountId, UserId};
use tracing::field::Empty;
use tracing::{Span, record_all};

use crate::edge::rates::standing::Standings;

/// The route template of requests that match no route.
pub(crate) const UNMATCHED: &str = "unmatched";

/// One request. The outermost layer adds it to the request's extensions; each layer records here what it learns.
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
        // The log shows a line's ids only if `log.filter` also enables this span. It is at level error, so that every
        // filter by level does; a filter that turns off `firstline_api` itself does not.
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

    /// The context of `request`. It is empty if the outermost layer is missing.
    pub(crate) fn of(request: &HttpRequest) -> Rc<Self> {
        let found = request.extensions().get::<Rc<Self>>().cloned();
        found.unwrap_or_else(|| Rc::new(Self::new(String::new())))
    }

    pub(crate) fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The span of the request. Log lines inside it have its fields.
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
        // Recorded together: the JSON log parses and writes a span's fields again for each record.
        record_all!(self.span, account_id = %account, user_id = %user);
        self.caller.set(Some((user, account)));
    }

    pub(crate) fn caller(&self) -> Option<(UserId, AccountId)> {
        self.caller.get()
    }

    pub(crate) fn set_address(&self, address: IpAddr) {
        self.address.set(Some(address));
    }

    /// The client address that rates are counted by; `None` for health probes.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.address.get()
    }

    /// Records that the request has an invalid token.
    pub(crate) fn set_token_refused(&self) {
        self.token_refused.set(true);
    }

    pub(crate) fn is_token_refused(&self) -> bool {
        self.token_refused.get()
    }

    /// The state of the rate limits that apply to the request.
    pub(crate) fn standings(&self) -> &Standings {
        &self.standings
    }
}
