//! One route, each way of calling it, each caller, each kind of id.

use firstline_api::RouteInfo;
use firstline_testkit::http::{Answer, Client};

use super::access::refused;
use super::snapshot::Snapshot;
use crate::env::Env;
use crate::report::Report;
use crate::route_cases::{Probe, RouteCase, route_case};
use crate::world::{Objects, Person, World, random_id};

/// Sent with each request, so that two answers can be compared byte for byte.
const REQUEST_ID: (&str, &str) = ("x-request-id", "matrix");

/// Ids that are none.
const MALFORMED: [&str; 3] = ["7", "0%27%20OR%20%271%27=%271", "00000000-0000-0000-0000-00000000000g"];

/// Everybody who calls, and what must not be in their answers.
pub(super) struct Matrix<'a> {
    env: &'a Env,
    pub(super) world: &'a World,
    pub(super) report: &'a Report,
    callers: Vec<(Person, Client)>,
    /// The other account's marker and every id that is there.
    secrets: Vec<String>,
}

impl<'a> Matrix<'a> {
    pub(super) fn new(env: &'a Env, world: &'a World, theirs: &Snapshot, report: &'a Report) -> Self {
        let account = &world.ours;
        let mut callers = Person::nobodies(&mut env.rng("nobodies"), account.technician().user);
        callers.extend(account.people.iter().chain(&account.inactive).cloned());
        let callers = callers.into_iter().map(|person| (world.client(&person), person)).map(|(a, b)| (b, a)).collect();
        let ids = world.theirs.ids().into_iter().map(|id| id.to_string());
        let secrets = ids.chain(theirs.ids()).chain([world.theirs.marker.clone()]).collect();
        Self { env, world, report, callers, secrets }
    }

    /// How a route is called, with our account's texts.
    pub(super) fn case(&self, route: RouteInfo) -> RouteCase {
        route_case(route.name, &self.world.ours.words())
    }

    /// Somebody who may do everything an L1 technician may, and somebody without a token.
    pub(super) fn extremes(&self) -> [&(Person, Client); 2] {
        let technician = self.callers.iter().find(|(person, _)| person.label == "l1_tech").expect("a technician");
        [technician, &self.callers[0]]
    }

    /// Calls the route in every way.
    pub(super) fn run(&self, route: RouteInfo, ours: &mut Objects<'_>, theirs: &Objects<'_>) {
        let case = self.case(route);
        for probe in &case.probes {
            for (person, client) in &self.callers {
                if self.report.is_enough() {
                    return;
                }
                let cell = Cell { matrix: self, route, case: &case, probe, person, client };
                cell.own(ours);
                cell.foreign_is_missing(ours, theirs);
            }
        }
        self.report.count("routes", 1);
    }

    /// Nothing of the other account is in an answer, except what the caller has named.
    pub(super) fn no_leak(&self, what: &str, named: &str, answer: &Answer) {
        let text = format!("{:?} {}", answer.headers, String::from_utf8_lossy(&answer.body));
        let leaked = self.secrets.iter().find(|secret| *secret != named && text.contains(secret.as_str()));
        self.report.check(leaked.is_none(), "leak", || {
            format!("{what}: {} of the other account in {answer}", leaked.expect("one"))
        });
    }
}

struct Cell<'a> {
    matrix: &'a Matrix<'a>,
    route: RouteInfo,
    case: &'a RouteCase,
    probe: &'a Probe,
    person: &'a Person,
    client: &'a Client,
}

impl Cell<'_> {
    fn name(&self, id: &str) -> String {
        let Self { matrix, route, probe, person, .. } = self;
        format!(
            "{}: {} {} ({}) by {}, {id} id",
            matrix.world.store, route.method, route.template, probe.label, person.label
        )
    }

    fn send(&self, id: &str, own: &str) -> Answer {
        let (path, body) = self.probe.with(id, own);
        let json = ("content-type", "application/json");
        let headers: &[(&str, &str)] = if body.is_some() { &[REQUEST_ID, json] } else { &[REQUEST_ID] };
        self.matrix.report.count("requests", 1);
        self.client.send(self.route.method, &path, headers, body.as_ref().map(String::as_bytes))
    }

    /// Sends it and compares the status with the model's.
    fn expect(&self, kind: &str, id: &str, own: &str, may: u16) -> Answer {
        let answer = self.send(id, own);
        let expected = refused(self.case.who, self.person.standing).unwrap_or(may);
        self.matrix.report.check(answer.status == expected, "status", || {
            format!("{}: expected {expected}, got {answer}", self.name(kind))
        });
        self.matrix.no_leak(&self.name(kind), id, &answer);
        answer
    }

    /// An object of the caller's own account: a fresh one for those who may change it.
    fn own(&self, ours: &mut Objects<'_>) {
        let may = refused(self.case.who, self.person.standing).is_none();
        let Some(id) = self.probe.names.map_or(Some(String::new()), |object| {
            if may && self.probe.changes { ours.fresh(object) } else { ours.kept(object) }
        }) else {
            return;
        };
        let own = self.beside(ours);
        let answer = self.expect("own", &id, &own, self.probe.own);
        if answer.status < 300 && self.case.who != crate::route_cases::Who::Anybody {
            // Their own data is there: a service that says nothing to anybody would pass every other check.
            let names_ours = String::from_utf8_lossy(&answer.body).contains(&self.matrix.world.ours.marker);
            self.matrix.report.count(if names_ours { "answers_with_own_data" } else { "answers_without" }, 1);
        }
    }

    /// A foreign id, one that nothing has, and ones that are none.
    fn foreign_is_missing(&self, ours: &Objects<'_>, theirs: &Objects<'_>) {
        let Some(object) = self.probe.names else { return };
        let own = self.beside(ours);
        if let Some(foreign) = theirs.kept(object) {
            let mut rng = self.matrix.env.rng(&self.name("random"));
            let told = self.expect("foreign", &foreign, &own, self.probe.missing);
            let missing = self.expect("random", &random_id(object, &mut rng), &own, self.probe.missing);
            self.matrix.report.check(same(&told, &missing), "told-apart", || {
                format!("{}: {told} differs from a missing one's {missing}", self.name("foreign"))
            });
        }
        for malformed in MALFORMED {
            self.expect("malformed", malformed, &own, self.probe.malformed);
        }
    }

    fn beside(&self, ours: &Objects<'_>) -> String {
        self.probe.beside.and_then(|object| ours.kept(object)).unwrap_or_default()
    }
}

/// Whether two answers are the same, byte for byte and header for header, but for the time of day and for `Connection`:
/// a connection is closed when a refusal goes out before the request's body has come in, which is a matter of chance.
pub(super) fn same(one: &Answer, other: &Answer) -> bool {
    let plain = |answer: &Answer| {
        let mut headers = answer.headers.clone();
        headers.remove("date");
        headers.remove("connection");
        headers
    };
    one.status == other.status && one.body == other.body && plain(one) == plain(other)
}
