//! The cases, each on one store.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use firstline_testkit::people::{Team, token};
use firstline_testkit::postgres::Cluster;
use firstline_testkit::service::Service;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::cpu::Cpu;
use crate::load::{Connection, Outcome, Request, request};
use crate::options::{BESIDE, Options};
use crate::report::Beside;
use crate::stock::{STEPS, guided_flow, guided_step, intake, session_path, sessions, step};
use crate::{browser, load, pgbench, report, suggest};

/// Measures every case on `store` and prints a line for each.
pub(crate) fn run(
    store: &str,
    service: &Service,
    beside: Option<&Service>,
    team: &Team,
    options: &Options,
    cluster: Option<&Cluster>,
) {
    let database = |name| cluster.map(|_| name);
    let bench = Bench::new(service, team, options, database(pgbench::DATABASE));
    let beside = beside.map(|service| Bench::new(service, team, options, database(BESIDE)));

    // A database in use has statistics; here they would come only after the first minute.
    if let Some(cluster) = cluster {
        cluster.run_sql(pgbench::DATABASE, "ANALYZE");
        if beside.is_some() {
            cluster.run_sql(BESIDE, "ANALYZE");
        }
    }
    let (hello, other) =
        in_turn(&bench, beside.as_ref(), |bench, time| bench.repeat(&[request("GET", "/livez", "", None)], time));
    println!("{}", report::case(store, "hello", (&hello, other.as_ref()), &hello, None));

    // What pgbench writes would burden one of two databases that are compared.
    let alone = cluster.filter(|_| beside.is_none());
    let baseline = alone.map(|cluster| pgbench::run(cluster, service, team, options));
    let case = |name: &str, pgbench: Option<f64>, measure: &dyn Fn(&Bench<'_>, Duration) -> Outcome| {
        if options.wants_case(name) {
            let (outcome, other) = in_turn(&bench, beside.as_ref(), measure);
            println!("{}", report::case(store, name, (&outcome, other.as_ref()), &hello, pgbench));
        }
    };
    let (me, few) = (team.technician, team.colleague);
    case("session_read", baseline.as_ref().map(|base| base.session_read), &|bench, time| {
        let reads = bench.walked.iter().map(|id| request("GET", &session_path(id, ""), &token(me), None));
        bench.repeat(&reads.collect::<Vec<_>>(), time)
    });
    let active = request("GET", "/api/v1/l1/sessions/active", &token(few), None);
    let active = std::slice::from_ref(&active);
    case("active", baseline.as_ref().map(|base| base.active), &|bench, time| bench.repeat(active, time));
    let queue = request("GET", "/api/v1/l1/queue", &token(me), None);
    let queue = std::slice::from_ref(&queue);
    case("queue", baseline.as_ref().map(|base| base.queue), &|bench, time| bench.repeat(queue, time));
    case("intake", None, &|bench, time| bench.repeat(&[intake(me, team.flow)], time));
    case("step", baseline.as_ref().map(|base| base.step), &|bench, time| bench.steps(team.flow, step, time));
    // Beside a version from before authored flows there is nothing to compare.
    if bench.guided.is_some() && beside.as_ref().is_none_or(|beside| beside.guided.is_some()) {
        let guided = |bench: &Bench<'_>, time| bench.steps(bench.guided.expect("a flow"), guided_step, time);
        case("guided_step", baseline.as_ref().map(|base| base.step), &guided);
    }
    case("notes", baseline.as_ref().map(|base| base.notes), &|bench, time| bench.notes(time));
    case("life_cycle_request", None, &|bench, time| bench.life_cycles(time));
    if beside.is_none() && options.wants_case("browser") {
        for line in browser::lines(service, store, team) {
            println!("{line}");
        }
    }
    bench.life_cycles(Duration::from_secs(options.memory_seconds));
    println!("{}", report::memory(store, service.pid(), options.memory_seconds));
    if let Some(cluster) = alone {
        println!("{}", pgbench::save_alone(cluster));
    }
    // Another version may not have them; and what they leave in memory would count above.
    if beside.is_none() {
        suggestions(store, &bench, &hello);
    }
}

/// Suggestions as the account's flows grow.
fn suggestions(store: &str, bench: &Bench<'_>, hello: &Outcome) {
    let mut already = 0;
    for count in suggest::FLOWS {
        let name = format!("suggest_{count}");
        if bench.options.wants_case(&name) {
            suggest::publish(bench.service, bench.team, already, count);
            already = count;
            println!("{}", suggest::first(store, bench.service, bench.team, count));
            let outcome = bench.repeat(&suggest::questions(bench.team), bench.options.time());
            println!("{}", report::case(store, &name, (&outcome, None), hello, None));
        }
    }
}

/// Measures a case; with another version beside, both in turn, a second each, so that what else happens on the machine meets
/// both.
fn in_turn(
    bench: &Bench<'_>,
    beside: Option<&Bench<'_>>,
    measure: impl Fn(&Bench<'_>, Duration) -> Outcome,
) -> (Outcome, Option<Beside>) {
    let whole = bench.options.time();
    let Some(beside) = beside else { return (measure(bench, whole), None) };
    let turn = Duration::from_secs(1);
    let (mut ours, mut theirs, mut ratios) = (Outcome::none(), Outcome::none(), Vec::new());
    for number in 0..bench.options.seconds {
        // Whoever came second comes first now.
        let (one, other) = if number % 2 == 0 {
            let one = measure(bench, turn);
            (one, measure(beside, turn))
        } else {
            let other = measure(beside, turn);
            (measure(bench, turn), other)
        };
        ratios.push(one.rate() / other.rate());
        ours = ours.and(one);
        theirs = theirs.and(other);
    }
    ratios.sort_by(f64::total_cmp);
    (ours, Some(Beside { outcome: theirs, ratio: ratios[ratios.len() / 2] }))
}

/// A service with something in its database.
struct Bench<'a> {
    service: &'a Service,
    team: &'a Team,
    options: &'a Options,
    /// The database on Postgres.
    database: Option<&'static str>,
    /// Sessions with paths of ten steps.
    walked: Vec<String>,
    /// An authored flow, if the service has such.
    guided: Option<Uuid>,
}

impl<'a> Bench<'a> {
    fn new(service: &'a Service, team: &'a Team, options: &'a Options, database: Option<&'static str>) -> Self {
        let walked = sessions(service, team.flow, team.technician, 64, STEPS);
        sessions(service, team.flow, team.colleague, 1, STEPS);
        let guided = guided_flow(service, team);
        Self { service, team, options, database, walked, guided }
    }

    /// Runs a load on the service and reads before and after what it has cost.
    fn load<F>(&self, time: Duration, work: F) -> Outcome
    where
        F: AsyncFn(usize, &mut Connection, Instant) + 'static,
    {
        let cpu = || Cpu::now(self.service.pid(), self.database);
        let before = cpu();
        let outcome = load::run(self.service.address(), self.options.connections, time, work);
        Outcome { cpu: cpu() - before, ..outcome }
    }

    /// The same requests over and over, each connection beginning at another.
    fn repeat(&self, requests: &[Request], time: Duration) -> Outcome {
        let requests = requests.to_vec();
        self.load(time, {
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

    /// Steps on sessions of `flow` made before, twice ten on each, so that a path is ten steps long on average.
    fn steps(&self, flow: Uuid, step: fn(&str, Uuid, usize) -> Request, time: Duration) -> Outcome {
        let me = self.team.technician;
        // No store takes ten thousand steps a second here.
        let enough = usize::try_from(time.as_secs()).unwrap() * 10_000 / (2 * STEPS);
        let fresh = sessions(self.service, flow, me, enough.max(self.options.connections), 0);
        let requests: Vec<Vec<Request>> =
            fresh.iter().map(|id| (0..2 * STEPS).map(|number| step(id, me, number)).collect()).collect();
        let requests = RefCell::new(requests);
        self.load(time, {
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
    fn notes(&self, time: Duration) -> Outcome {
        let walked = self.walked.clone();
        let token = token(self.team.technician);
        self.load(time, {
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
        let (token, intake) = (token(me), Rc::new(intake(me, self.team.flow)));
        self.load(time, {
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
