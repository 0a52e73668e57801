//! The HTTP side of Firstline: the routes under `/api/v1`, health, metrics and the description of it all.
//!
//! [`app`] is the whole service as an actix application over a [`Workspace`](firstline_domain::service::Workspace)
//! and a [`Directory`](firstline_domain::ports::Directory); it knows no database and no configuration.
//! [`serve()`] serves it; every phase of a connection has a deadline. [`metrics_app`] belongs on a listener of its own,
//! which [`serve_metrics()`] serves. [`openapi()`] describes every route that [`app`] has: both are built from one
//! table.
//!
//! A request passes, in this order: the rate of its address (429), its head (400, 414, 431), the router (404, 405),
//! authentication (401), the rates of user and account (429), the access rule (403), the body (413, 415, 400), the
//! fields (422), and then the use case (404, 400). `docs/API.md` has the details, `docs/ERRORS.md` every error code.

mod app;
pub mod auth;
mod authenticate;
mod context;
mod edge;
mod endpoint;
mod input;
mod metrics;
mod observe;
mod openapi;
mod paging;
mod problem;
mod readiness;
mod resources;
mod respond;
mod route;
mod routes;
mod serve;
mod state;

pub use app::{app, metrics_app};
pub use auth::{
    AccountRule, Hs256Secret, IssueError, IssuedToken, KeySet, KeySetError, KeySource, MAX_JWKS_BYTES, Named, NoKey,
    ProviderAlgorithm, PublicKey, SkippedKey, SubjectRule, TokenDefect, TokenIssuer, TokenRefused, TokenSettings,
    TokenVerifier, TrustedIssuer, VerificationKey, WeakSecret,
};
pub use edge::{BadOrigin, ClientAddressRule, EdgeSettings, ForwardedHeader, Origin, Rate, RateSettings};
pub use firstline_http_guard::ServeSettings;
pub use metrics::Metrics;
pub use openapi::{openapi, openapi_json};
pub use problem::Code;
pub use readiness::{Readiness, ReadinessProbe};
pub use route::Access;
pub use routes::{RouteInfo, RouteName, routes};
pub use serve::{serve, serve_metrics};
pub use state::{HttpLimits, HttpSettings, Services, Shared};
