//! The codes of problems, for programs.

use actix_web::http::StatusCode;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:ident, $title:literal;)+) => {
        /// What went wrong, as a client's program reads it: the `code` of a problem. A code never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code in JSON, snake case.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// The problem's `type`: a URI that names it and leads nowhere.
            #[must_use]
            pub const fn type_uri(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("urn:firstline:problem:", $text),)+
                }
            }

            /// What kind of problem it is, in words that are the same each time.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$name => $title,)+
                }
            }

            /// The HTTP status that goes with it.
            #[must_use]
            pub fn status_code(self) -> u16 {
                self.status().as_u16()
            }

            pub(crate) const fn status(self) -> StatusCode {
                match self {
                    $(Self::$name => StatusCode::$status,)+
                }
            }
        }
    };
}

codes! {
    /// The request is broken in a way that no other code names, such as a body that ends too early.
    BadRequest = "bad_request", BAD_REQUEST, "Bad request";
    /// The body is no JSON.
    MalformedJson = "malformed_json", BAD_REQUEST, "Malformed JSON";
    /// The head of the request is no HTTP.
    MalformedHead = "malformed_head", BAD_REQUEST, "Malformed request head";
    /// The walk has ended.
    SessionNotActive = "session_not_active", BAD_REQUEST, "Session not active";
    /// An ad hoc session takes no steps.
    AdhocSession = "adhoc_session", BAD_REQUEST, "Ad hoc session";
    /// Another node is named than the walk stands at, or than was answered last where that is to be undone.
    StepNotCurrent = "step_not_current", BAD_REQUEST, "Step not current";
    /// The node does not have that answer.
    AnswerUnknown = "answer_unknown", BAD_REQUEST, "Answer unknown";
    /// Another number of steps stands than the request says.
    WalkMovedOn = "walk_moved_on", BAD_REQUEST, "Walk moved on";
    /// There is no step that could be undone.
    NothingToUndo = "nothing_to_undo", BAD_REQUEST, "Nothing to undo";
    /// The notes are larger than a session keeps.
    NotesTooLarge = "notes_too_large", BAD_REQUEST, "Notes too large";
    /// The session has as many steps as it may have.
    StepLimitReached = "step_limit_reached", BAD_REQUEST, "Step limit reached";
    /// The session would hold more step text than it may.
    SessionTooLarge = "session_too_large", BAD_REQUEST, "Session too large";
    /// Somebody touched the session that was to be abandoned. No route leads here.
    SessionNotIdle = "session_not_idle", BAD_REQUEST, "Session not idle";
    /// The ticket takes no new walk.
    TicketNotOpen = "ticket_not_open", BAD_REQUEST, "Ticket not open";
    /// The body is no document of a flow: its form is wrong.
    FlowUnreadable = "flow_unreadable", BAD_REQUEST, "Flow unreadable";
    /// An archived flow takes no change but restoring one of its versions.
    FlowArchived = "flow_archived", BAD_REQUEST, "Flow archived";
    /// `If-Match` is no list of entity tags.
    InvalidIfMatch = "invalid_if_match", BAD_REQUEST, "Invalid If-Match";
    /// No token, or one that does not count.
    Unauthenticated = "unauthenticated", UNAUTHORIZED, "Not authenticated";
    /// The caller has no part in the first line.
    L1AccessRequired = "l1_access_required", FORBIDDEN, "L1 access required";
    /// The caller has no part in managing users.
    UserManagementRequired = "user_management_required", FORBIDDEN, "User management access required";
    /// The caller does not author flows.
    FlowAuthoringRequired = "flow_authoring_required", FORBIDDEN, "Flow authoring access required";
    /// The caller neither authors nor walks flows.
    FlowAccessRequired = "flow_access_required", FORBIDDEN, "Flow access required";
    /// An owner is to be made, changed or unmade by somebody who is none.
    OwnerRequired = "owner_required", FORBIDDEN, "Owner required";
    /// No such route.
    RouteNotFound = "route_not_found", NOT_FOUND, "Route not found";
    /// No such session in the caller's account.
    SessionNotFound = "session_not_found", NOT_FOUND, "Session not found";
    /// No such ticket in the caller's account.
    TicketNotFound = "ticket_not_found", NOT_FOUND, "Ticket not found";
    /// No such published flow in the caller's account.
    FlowNotFound = "flow_not_found", NOT_FOUND, "Flow not found";
    /// The flow has no such version.
    FlowVersionNotFound = "flow_version_not_found", NOT_FOUND, "Flow version not found";
    /// No such flow proposal in the caller's account.
    FlowProposalNotFound = "flow_proposal_not_found", NOT_FOUND, "Flow proposal not found";
    /// No such user in the caller's account.
    UserNotFound = "user_not_found", NOT_FOUND, "User not found";
    /// The route has other methods.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "Method not allowed";
    /// The client takes no encoding that the service has.
    NotAcceptable = "not_acceptable", NOT_ACCEPTABLE, "Not acceptable";
    /// The head of the request did not arrive in time.
    HeadTimeout = "head_timeout", REQUEST_TIMEOUT, "Head timeout";
    /// The body did not arrive in time.
    BodyTimeout = "body_timeout", REQUEST_TIMEOUT, "Body timeout";
    /// Another user of the account has that e-mail address.
    EmailTaken = "email_taken", CONFLICT, "E-mail address taken";
    /// Another user of the account has that identity.
    IdentityTaken = "identity_taken", CONFLICT, "Identity taken";
    /// The account would be left without an active owner.
    LastOwner = "last_owner", CONFLICT, "Last owner";
    /// The flow has changed since it was read.
    FlowStale = "flow_stale", PRECONDITION_FAILED, "Flow stale";
    /// The body is larger than the service reads.
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE, "Body too large";
    /// The URL is longer than the service reads.
    UrlTooLong = "url_too_long", URI_TOO_LONG, "URL too long";
    /// The body is not of the media type `application/json`.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "Unsupported media type";
    /// Something in path, query or body breaks a rule.
    InvalidRequest = "invalid_request", UNPROCESSABLE_ENTITY, "Invalid request";
    /// The flow has errors that keep it from being published.
    FlowDefective = "flow_defective", UNPROCESSABLE_ENTITY, "Flow defective";
    /// Too many requests: the limit that was met stands in `detail` and in the header `RateLimit`.
    RateLimited = "rate_limited", TOO_MANY_REQUESTS, "Rate limited";
    /// The head of the request is larger than the service reads, or has more headers.
    HeadTooLarge = "head_too_large", REQUEST_HEADER_FIELDS_TOO_LARGE, "Request head too large";
    /// Our bug, or a broken database.
    Internal = "internal", INTERNAL_SERVER_ERROR, "Internal error";
    /// The store cannot be reached or has no room.
    StoreUnavailable = "store_unavailable", SERVICE_UNAVAILABLE, "Store unavailable";
    /// So many others changed the session or the users at once that the deadline passed.
    Contended = "contended", SERVICE_UNAVAILABLE, "Contended";
    /// The change may have been saved, or not: the reply was lost on its way from the store.
    OutcomeUnknown = "outcome_unknown", SERVICE_UNAVAILABLE, "Outcome unknown";
    /// The answer was not ready in time. Nothing was changed.
    RequestTimeout = "request_timeout", SERVICE_UNAVAILABLE, "Request timeout";
    /// The signing keys of the token's issuer are unavailable, so the token cannot be verified.
    IdentityProviderUnavailable =
        "identity_provider_unavailable", SERVICE_UNAVAILABLE, "Identity provider unavailable";
    /// Too many bytes of answers to the caller are not read yet.
    TooManyUnreadAnswers = "too_many_unread_answers", SERVICE_UNAVAILABLE, "Too many unread answers";
    /// The instance is about to stop.
    Draining = "draining", SERVICE_UNAVAILABLE, "Draining";
}

impl Code {
    /// The code for an answer of the framework's own that has `status`, and the status to answer with.
    pub(crate) fn of_framework(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::Unauthenticated,
            StatusCode::NOT_FOUND => Self::RouteNotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::NOT_ACCEPTABLE => Self::NotAcceptable,
            StatusCode::REQUEST_TIMEOUT => Self::BodyTimeout,
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            status if status.is_client_error() => Self::BadRequest,
            _ => Self::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_codes_share_a_name() {
        let names: std::collections::HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
    }
}
