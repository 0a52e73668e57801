//! Health: whether the process lives, and whether the instance wants requests.

use actix_web::HttpResponse;
use serde::Serialize;
use utoipa::ToSchema;

use crate::endpoint::PublicCall;
use crate::problem::{Code, Problem};
use crate::readiness::NotReady;
use crate::resources::literal::literals;
use crate::respond::json;

literals! {
    Healthy = "ok";
}

/// The instance's health.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    #[schema(inline)]
    status: Healthy,
}

/// Tells whether the process is alive.
#[utoipa::path(get, path = "/livez", tag = "health", operation_id = "livez",
    responses((status = 200, description = "The process is alive.", body = Health)))]
pub(crate) async fn livez(_call: PublicCall) -> Result<HttpResponse, Problem> {
    ok()
}

/// Tells whether the instance takes requests. It does not while it starts or drains, or while its store takes no
/// writes.
#[utoipa::path(get, path = "/readyz", tag = "health", operation_id = "readyz",
    responses((status = 200, description = "The instance takes requests.", body = Health)))]
pub(crate) async fn readyz(call: PublicCall) -> Result<HttpResponse, Problem> {
    let (cause, detail) = match call.state.shared.readiness().check().await {
        Ok(()) => return ok(),
        Err(NotReady::Draining) => {
            return Err(Problem::unavailable(Code::Draining, "The instance is about to stop"));
        }
        Err(NotReady::ClockSkew(cause)) => {
            (cause, "The clock of this instance differs from the store's by more than 30 s")
        }
        Err(NotReady::Store(cause)) => (cause, "The store cannot be reached or takes no writes; try again"),
    };
    tracing::warn!(cause, "not ready");
    Err(Problem::unavailable(Code::StoreUnavailable, detail))
}

fn ok() -> Result<HttpResponse, Problem> {
    Ok(json(&Health { status: Healthy }, 16)?)
}
