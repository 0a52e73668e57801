//! What the application is built over.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use firstline_domain::clock::Clock;
use firstline_domain::ids::IdSource;
use firstline_domain::ports::Directory;
use firstline_domain::service::{FlowManagement, FlowStatistics, Suggestions, UserManagement, Workspace};

use crate::auth::TokenVerifier;
use crate::edge::answers::AnswerBudget;
use crate::edge::{Edge, EdgeSettings, Origin};
use crate::metrics::Metrics;
use crate::readiness::{Readiness, ReadinessProbe};

/// The limits of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpLimits {
    /// The most bytes of a body. Default 512 KiB.
    pub body_bytes: usize,
    /// How long a body may take to arrive. Default 10 s.
    pub body_timeout: Duration,
    /// How long an answer may take, the body's arrival not counted. Default 10 s.
    pub request_timeout: Duration,
    /// The most bytes of answers above 16 KiB that wait to be sent, of all clients together. Default 64 MiB.
    pub answer_bytes: u64,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            body_bytes: 524_288,
            body_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(10),
            answer_bytes: 67_108_864,
        }
    }
}

/// The settings of the HTTP side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HttpSettings {
    /// The limits of one request.
    pub limits: HttpLimits,
    /// What stands between the network and the routes.
    pub edge: EdgeSettings,
}

impl From<HttpLimits> for HttpSettings {
    fn from(limits: HttpLimits) -> Self {
        Self { limits, edge: EdgeSettings::default() }
    }
}

/// What each worker has of its own.
#[derive(Clone)]
pub struct Services {
    /// The use cases of the first line.
    pub workspace: Workspace,
    /// The use cases of user management.
    pub users: UserManagement,
    /// The use cases of authored flows.
    pub flows: FlowManagement,
    /// Suggesting flows.
    pub suggestions: Suggestions,
    /// What walks tell of flows.
    pub statistics: FlowStatistics,
    /// Who the users are.
    pub directory: Arc<dyn Directory>,
}

/// What all workers share. Build it once, outside the factory of the workers; a clone is another handle to the same.
#[derive(Clone)]
pub struct Shared(Arc<Inner>);

struct Inner {
    tokens: TokenVerifier,
    limits: HttpLimits,
    edge: Edge,
    cors_origins: Vec<Origin>,
    ids: Arc<dyn IdSource>,
    clock: Arc<dyn Clock>,
    readiness: Readiness,
    metrics: Metrics,
    answers: AnswerBudget,
}

impl Shared {
    /// Puts together what all workers share.
    #[must_use]
    pub fn new(
        tokens: TokenVerifier,
        settings: impl Into<HttpSettings>,
        ids: Arc<dyn IdSource>,
        clock: Arc<dyn Clock>,
        probe: Arc<dyn ReadinessProbe>,
    ) -> Self {
        let HttpSettings { limits, edge } = settings.into();
        let (edge, cors_origins) = (Edge::new(&edge), edge.cors_origins);
        let (readiness, metrics) = (Readiness::new(probe), Metrics::new());
        let answers = AnswerBudget::new(limits.answer_bytes, metrics.answer_bytes());
        Self(Arc::new(Inner { tokens, limits, edge, cors_origins, ids, clock, readiness, metrics, answers }))
    }

    /// Whether the instance wants requests, and the switch that says no.
    #[must_use]
    pub fn readiness(&self) -> &Readiness {
        &self.0.readiness
    }

    /// The counters.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn tokens(&self) -> &TokenVerifier {
        &self.0.tokens
    }

    pub(crate) fn limits(&self) -> &HttpLimits {
        &self.0.limits
    }

    pub(crate) fn answers(&self) -> &AnswerBudget {
        &self.0.answers
    }

    pub(crate) fn edge(&self) -> &Edge {
        &self.0.edge
    }

    pub(crate) fn cors_origins(&self) -> &[Origin] {
        &self.0.cors_origins
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.0.clock.as_ref()
    }

    pub(crate) fn ids(&self) -> &dyn IdSource {
        self.0.ids.as_ref()
    }
}

/// What a request finds.
pub(crate) struct State {
    /// The `OpenAPI` document as it is served.
    pub(crate) document: Bytes,
    pub(crate) shared: Shared,
    pub(crate) services: Services,
}
