//! Five hundred clients that are slow in every way at once, and people who work meanwhile.

mod load;
mod service;
mod sockets;
mod unread;

use std::time::Duration;

use crate::env::Env;
use crate::proof::Proof;
use crate::report::Report;
use crate::test_database::StoreKind;
use crate::world::World;
use load::{Load, Measured};
use service::metric;
use sockets::{Attack, Slow};

pub(crate) const PROOF: Proof = Proof {
    name: "slow",
    promise: "slow or hostile clients starve nobody: with 500 slow sockets, the p99 of others is at most twice what it was right \
              before, and each slow socket is ended by the service within its deadline; 100 connections that ask for \
              25 MB each and read nothing take no more than 300 MiB, and other users are not refused",
    does_not_show: &[
        "anything about a p99 below 5 ms: up to there it counts as unharmed, since the machine alone moves it by more",
        "the first second, in which the 500 open and ask: bursts are what the rates are for, which are off here",
        "more sockets than one address may have, nor floods of packets below HTTP",
        "databases: it runs on the store in memory, as what is attacked lies before any store",
    ],
    attack,
};

/// How many are slow at once.
const SLOW_SOCKETS: usize = 500;

/// How long the others are measured, before and meanwhile: less than any deadline, so that all sockets last that long.
const MEASURED: Duration = Duration::from_millis(2_500);

/// How long they are let settle first: that they open and ask is work, and not slowness.
const SETTLING: Duration = Duration::from_secs(1);

/// The deadlines under attack. Those for bodies and answers are shorter than the shipped ones, so that a round is short.
const DEADLINE: Duration = Duration::from_secs(5);

/// How much later a deadline may take effect on a machine that is busy.
const SLACK: Duration = Duration::from_secs(5);

/// A p99 that nobody notices, whatever it was before.
const UNNOTICED: Duration = Duration::from_millis(5);

fn attack(env: &Env, report: &Report) {
    let store = if env.wants(StoreKind::Memory) { StoreKind::Memory } else { env.stores()[0] };
    let settings = [("FIRSTLINE__LIMITS__BODY_TIMEOUT", "5s"), ("FIRSTLINE__LIMITS__SEND_TIMEOUT", "5s")];
    let world = World::start(env, store, &settings);
    let load = Load::new(&world);
    // The first requests of a process are its slowest.
    load.run(Duration::from_secs(1), report);
    let mut rounds = Vec::new();
    // A machine that is busy with something else looks like starvation: then more rounds decide, unless that is what is wanted.
    let patient = |rounds: &[_]| !report.looks_for_a_bug() && mostly_starved(rounds);
    while rounds.len() < env.size(3, 11) || (rounds.len() < env.size(7, 21) && patient(&rounds)) {
        rounds.push(round(&world, &load, report, rounds.len()));
        if report.is_enough() {
            return;
        }
    }
    verdict(&rounds, report);
    unread::attack(&world, &load, report);
}

/// One round: the others alone, then the others among the slow.
fn round(world: &World, load: &Load, report: &Report, number: usize) -> [Measured; 2] {
    let before = load.run(MEASURED, report);
    let attack = Attack::begin(world, SLOW_SOCKETS);
    load.run(SETTLING, report);
    let during = load.run(MEASURED, report);
    let slow = attack.end(DEADLINE + SLACK);
    eprintln!("    round {number}: p99 {:?} before, {:?} among {} slow sockets", before.p99, during.p99, slow.len());
    report.count("slow_sockets", slow.len() as u64);
    for socket in &slow {
        judge(socket, report);
    }
    let left = open_connections(world);
    report.check(left == 0, "left-open", || format!("after round {number} the service still has {left} connections"));
    [before, during]
}

fn judge(socket: &Slow, report: &Report) {
    let kind = socket.kind;
    let Some(lasted) = socket.lasted else {
        report.finding("not-ended", format_args!("a {kind} was not ended within {:?}", DEADLINE + SLACK));
        return;
    };
    // One that ends before its time was not slow, and the measurement would be of nothing.
    report.check(lasted >= SETTLING + MEASURED, "ended-early", || format!("a {kind} was ended after {lasted:?}"));
    report.check(lasted <= DEADLINE + SLACK, "not-ended", || format!("a {kind} was ended only after {lasted:?}"));
    let last = socket.last_answer();
    report.check(kind.ends_with().is_none_or(|status| last.starts_with(status)), "answer", || {
        format!("a {kind} was ended with {last:?}")
    });
}

fn is_starved([before, during]: &[Measured; 2]) -> bool {
    during.p99 > (before.p99 * 2).max(UNNOTICED)
}

/// More than half of the rounds decide: a machine may stumble.
fn mostly_starved(rounds: &[[Measured; 2]]) -> bool {
    rounds.iter().filter(|round| is_starved(round)).count() * 2 > rounds.len()
}

fn verdict(rounds: &[[Measured; 2]], report: &Report) {
    report.check(!mostly_starved(rounds), "starved", || {
        let seen: Vec<String> =
            rounds.iter().map(|[before, during]| format!("{:?} became {:?}", before.p99, during.p99)).collect();
        format!("in most of {} rounds the p99 of others grew too far: {}", rounds.len(), seen.join(", "))
    });
    report.count("rounds", rounds.len() as u64);
    report.count("p99_before_us", median(rounds.iter().map(|round| round[0].p99)));
    report.count("p99_among_slow_us", median(rounds.iter().map(|round| round[1].p99)));
}

fn median(values: impl Iterator<Item = Duration>) -> u64 {
    let mut values: Vec<Duration> = values.collect();
    values.sort_unstable();
    u64::try_from(values[values.len() / 2].as_micros()).expect("a latency")
}

fn open_connections(world: &World) -> u64 {
    metric(world, "firstline_connections_open ")
}
