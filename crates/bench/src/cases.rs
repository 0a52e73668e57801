//! The cases, each on one store.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use firstline_testkit::people::{Team, token};
use firstline_testkit::postgres::Cluster;
use firstline_testkit::service::Service;
use serde_json::{Value, json};

use crate::load::{Connection, Outcome, Request, request};
use crate::stock::{STEPS, intake, session_path, sessions, step};
use crate::{BESIDE, Options, load, pgbench, report};

/// How often the two versions take turns in a case.
const TURNS: u32 = 3;

/// Measures every case on `store` and prints a line for each.
pub(crate) fn run(
    store: &str,
    service: &Service,
    beside: Option<&Service>,
    team: &Team,
    options: &Options,
    cluster: Option<&Cluster>,
) {
    let bench = Bench::new(service, team, options);
    let beside = beside.map(|service| Bench::new(service, team, options));

    // A database in use has statistics; here they would come only after the first minute.
    if let Some(cluster) = cluster {
        cluster.run_sql(pgbench::DATABASE, "ANALYZE");
        if beside.is_some() {
            cluster.run_sql(BESIDE, "ANALYZE");
        }
    }
    let (hello, other) = in_turn(&bench, beside.as_ref(), |bench| bench.repeat(&[request("GET", "/livez", "", None)]));
    println!("{}", report::case(store, "hello", (&hello, other.as_ref()), &hello, None));

    let baseline = cluster.map(|cluster| pgbench::run(cluster, service, team, options));
    let case = |name: &str, pgbench: Option<f64>, measure: &dyn Fn(&Bench<'_>) -> Outcome| {
        if options.wants_case(name) {
            let (outcome, other) = in_turn(&bench, beside.as_ref(), measure);
            println!("{}", report::case(store, name, (&outcome, other.as_ref()), &hello, pgbench));
        }
    };
    let (me, few) = (team.technician, team.colleague);
    case("session_read", baseline.as_ref().map(|base| base.session_read), &|bench| {
        let reads = bench.walked.iter().map(|id| request("GET", &session_path(id, ""), &token(me), None));
        bench.repeat(&reads.collect::<Vec<_>>())
    });
    let active = request("GET", "/api/v1/l1/sessions/active", &token(few), None);
    let active = std::slice::from_ref(&active);
    case("active", baseline.as_ref().map(|base| base.active), &|bench| bench.repeat(active));
    let queue = request("GET", "/api/v1/l1/queue", &token(me), None);
    let queue = std::slice::from_ref(&queue);
    case("queue", baseline.as_ref().map(|base| base.queue), &|bench| bench.repeat(queue));
    case("intake", None, &|bench| bench.repeat(&[intake(me, team)]));
    case("step", baseline.as_ref().map(|base| base.step), &|bench: &Bench<'_>| bench.steps());
    case("notes", baseline.as_ref().map(|base| base.notes), &|bench: &Bench<'_>| bench.notes());
    case("life_cycle_request", None, &|bench| bench.life_cycles(options.time()));
    bench.life_cycles(Duration::from_secs(options.memory_seconds));
    println!("{}", report::memory(store, service.pid(), options.memory_seconds));
    if let Some(cluster) = cluster {
        println!("{}", pgbench::save_alone(cluster));
    }
}

/// Measures a case; with another version beside, both in turn, so that what else happens on the machine meets both.
fn in_turn(
    bench: &Bench<'_>,
    beside: Option<&Bench<'_>>,
    measure: impl Fn(&Bench<'_>) -> Outcome,
) -> (Outcome, Option<Outcome>) {
    let Some(beside) = beside else { return (measure(bench), None) };
    let (mut one, mut other) = (measure(bench), measure(beside));
    for turn in 1..TURNS {
        // Whoever came second comes first now.
        if turn % 2 == 1 {
            other = other.and(measure(beside));
            one = one.and(measure(bench));
        } else {
            one = one.and(measure(bench));
            other = other.and(measure(beside));
        }
    }
    (one, Some(other))
}

/// A service with something in its database.
struct Bench<'a> {
    service: &'a Service,
    team: &'a Team,
    options: &'a Options,
    /// Sessions with paths of ten steps.
    walked: Vec<String>,
}

impl<'a> Bench<'a> {
    fn new(service: &'a Service, team: &'a Team, options: &'a Options) -> Self {
        let walked = sessions(service, team, team.technician, 64, STEPS);
        sessions(service, team, team.colleague, 1, STEPS);
        Self { service, team, options, walked }
    }

    /// The same requests over and over, each connection beginning at another.
    fn repeat(&self, requests: &[Request]) -> Outcome {
        let requests = requests.to_vec();
        load::run(self.service.address(), self.options.connections, self.options.time(), {
            async move |number: usize, connection: &mut Connection, until: Instant| {
                for request in requests.iter().cycle().skip(number * 7) {
                    connection.call(request).await;
                    if Instant::now() >= until {
                        break;
                    }
                }
            }
        })
    }

    /// Steps on sessions made before, twice ten on each, so that a path is ten steps long on average.
    fn steps(&self) -> Outcome {
        let me = self.team.technician;
        // No store takes ten thousand steps a second here.
        let enough = self.options.seconds as usize * 10_000 / (2 * STEPS);
        let fresh = sessions(self.service, self.team, me, enough.max(self.options.connections), 0);
        let requests: Vec<Vec<Request>> =
            fresh.iter().map(|id| (0..2 * STEPS).map(|number| step(id, me, number)).collect()).collect();
        let requests = RefCell::new(requests);
        load::run(self.service.address(), self.options.connections, self.options.time(), {
            async move |_, connection: &mut Connection, until: Instant| {
                loop {
                    let next = requests.borrow_mut().pop();
                    let Some(walk) = next else { panic!("too few sessions were made for this rate") };
                    for request in walk {
                        if Instant::now() >= until {
                            return;
                        }
                        connection.call(&request).await;
                    }
                }
            }
        })
    }

    /// Autosaves: notes that grow and change, on one session a connection.
    fn notes(&self) -> Outcome {
        let walked = self.walked.clone();
        let token = token(self.team.technician);
        load::run(self.service.address(), self.options.connections, self.options.time(), {
            async move |number: usize, connection: &mut Connection, until: Instant| {
                let path = session_path(&walked[number], "/notes");
                for count in 0_u64.. {
                    if Instant::now() >= until {
                        break;
                    }
                    let notes = json!({ "notes": [{ "at": count, "text": "customer says the update came at eight. ".repeat(8) }] });
                    connection.call(&request("POST", &path, &token, Some(&notes))).await;
                }
            }
        })
    }

    /// Whole calls: intake, five steps, read, resolve. Eight requests each.
    fn life_cycles(&self, time: Duration) -> Outcome {
        let me = self.team.technician;
        let (token, intake) = (token(me), Rc::new(intake(me, self.team)));
        load::run(self.service.address(), self.options.connections, time, {
            async move |_, connection: &mut Connection, until: Instant| {
                while Instant::now() < until {
                    let begun: Value = serde_json::from_slice(connection.call(&intake).await).unwrap();
                    let id = begun["session_id"].as_str().unwrap().to_owned();
                    for number in 0..5 {
                        connection.call(&step(&id, me, number)).await;
                    }
                    connection.call(&request("GET", &session_path(&id, ""), &token, None)).await;
                    let end = json!({ "helpful": true, "resolution_notes": "add-in switched off" });
                    connection.call(&request("POST", &session_path(&id, "/resolve"), &token, Some(&end))).await;
                }
            }
        })
    }
}
