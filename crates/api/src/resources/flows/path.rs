//! Flows and versions that a path names, where nothing else of the request can be wrong.

use actix_web::HttpRequest;
use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::ids::FlowId;

use crate::input::{Defects, path_id, path_version};
use crate::problem::Problem;

/// The flow.
pub(super) fn flow_id(request: &HttpRequest) -> Result<FlowId, Problem> {
    let mut defects = Defects::default();
    let id = path_id(request, "flow_id", &mut defects);
    defects.resolve(id)
}

/// The version.
pub(super) fn flow_and_version(request: &HttpRequest) -> Result<(FlowId, VersionNumber), Problem> {
    let mut defects = Defects::default();
    let (id, number) = (path_id(request, "flow_id", &mut defects), path_version(request, &mut defects));
    defects.resolve(id.zip(number))
}
