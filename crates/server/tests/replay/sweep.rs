//! The same requests to every route of the table: without a token, without the right, with bad and unknown ids.

use firstline_api::{Access, RouteInfo, routes};

use crate::script::Exchange;
use crate::values::UNKNOWN;

/// The requests for every route.
pub fn exchanges() -> Vec<Exchange> {
    routes().filter(|route| route.access != Access::Public).flat_map(|route| of_route(&route)).collect()
}

fn of_route(route: &RouteInfo) -> Vec<Exchange> {
    let unknown = filled(route.template, UNKNOWN);
    let request = |what: &str, caller: &str, path: &str, body: Option<&str>| Exchange {
        name: format!("{what}: {} {}", route.method, route.template),
        caller: caller.to_owned(),
        method: route.method.to_owned(),
        path: path.to_owned(),
        body: body.map(str::to_owned),
        ..Exchange::default()
    };
    let empty = route.has_body.then_some("{}");
    let able = match route.access {
        Access::L1 | Access::SignedIn | Access::FlowReading => "technician",
        Access::UserManagement => "admin",
        _ => "engineer",
    };
    let unable = match route.access {
        Access::L1 | Access::FlowReading => "viewer",
        Access::UserManagement => "engineer",
        _ => "technician",
    };
    let mut requests = vec![
        request("without a token", "anonymous", &unknown, empty),
        request("unknown ids", able, &unknown, empty),
        request("unknown parameter", able, &format!("{unknown}?unknown=1"), empty),
    ];
    if route.access != Access::SignedIn {
        requests.push(request("without the right", unable, &unknown, empty));
    }
    if route.template.contains('{') {
        requests.push(request("bad ids", able, &filled(route.template, "7x"), empty));
    }
    if route.has_body {
        requests.push(request("an array as body", able, &unknown, Some("[]")));
        requests.push(request("no JSON", able, &unknown, Some("{")));
    }
    requests
}

/// The template with `id` where a parameter stands.
fn filled(template: &str, id: &str) -> String {
    let part = |part: &str| match part {
        "{version}" if id == UNKNOWN => "1".to_owned(),
        part if part.starts_with('{') => id.to_owned(),
        part => part.to_owned(),
    };
    template.split('/').map(part).collect::<Vec<String>>().join("/")
}
