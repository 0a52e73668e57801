//! The methods that a path does not have, and HEAD.

use firstline_api::{RouteInfo, routes};

use super::cells::{Matrix, same};
use crate::world::{Objects, random_id};

/// The methods that are tried. CONNECT names no path.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Methods of no route of the path answer 405 for own, foreign and random ids alike; HEAD is GET without a body.
pub(super) fn run(matrix: &Matrix<'_>, route: RouteInfo, ours: &Objects<'_>, theirs: &Objects<'_>) {
    let of_path: Vec<&str> =
        routes().filter(|other| other.template == route.template).map(|other| other.method).collect();
    for probe in matrix.case(route).probes {
        let beside = probe.beside.and_then(|object| ours.kept(object)).unwrap_or_default();
        let ids = |objects: &Objects<'_>| probe.names.map_or(Some(String::new()), |object| objects.kept(object));
        let (Some(own), Some(foreign)) = (ids(ours), ids(theirs)) else { continue };
        let random =
            probe.names.map_or_else(String::new, |object| random_id(object, &mut crate::rng::Rng::new(1, probe.label)));
        for method in METHODS {
            let is_head = method == "HEAD" && of_path.contains(&"GET");
            if of_path.contains(&method) {
                continue;
            }
            for (person, client) in matrix.extremes() {
                let answers = [&own, &foreign, &random].map(|id| {
                    let path = probe.with(id, &beside).0;
                    let answer = client.send(method, &path, &[("x-request-id", "matrix")], None);
                    matrix.no_leak(&format!("{method} {} by {}", route.template, person.label), id, &answer);
                    let as_get = is_head.then(|| client.send("GET", &path, &[("x-request-id", "matrix")], None).status);
                    let expected = as_get.unwrap_or(405);
                    matrix.report.count("requests", 1);
                    matrix.report.check(answer.status == expected, "status", || {
                        format!(
                            "{}: {method} {} by {}: expected {expected}, got {answer}",
                            matrix.world.store, route.template, person.label
                        )
                    });
                    matrix
                        .report
                        .check(!is_head || answer.body.is_empty(), "leak", || format!("HEAD with a body: {answer}"));
                    answer
                });
                let [own, foreign, random] = &answers;
                let alike = same(foreign, random) && (is_head || same(own, random));
                matrix.report.check(alike, "told-apart", || {
                    format!(
                        "{}: {method} {} by {} tells ids apart: {own} {foreign} {random}",
                        matrix.world.store, route.template, person.label
                    )
                });
            }
        }
    }
}
