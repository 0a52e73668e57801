//! What walks tell of a flow: counted as they are, added up in any order, and equal to counting them anew.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use firstline_domain::account::Role;
use firstline_domain::conformance::recount;
use firstline_domain::flow::walk::CompiledFlow;
use firstline_domain::session::{
    Beginning, By, Command, Event, EventData, Notes, Plan, PlanError, Target, plan, replay, start,
};
use firstline_domain::stats::{Ends, Seconds, Unfoldable, VersionStats, of_walk};
use firstline_domain::text::{Answer, EscalationReason, NodeId, ReasonCategory, ResolutionNotes};
use firstline_domain::ticket::TicketKind;
use proptest::prelude::*;
use proptest::sample::Index;
use uuid::Uuid;

use super::support::{
    Library, began, compiled, escalate, flow_id, instruction, node_id, question, random, resolved, user, version,
};

/// What somebody does next, and how many milliseconds after the last thing.
#[derive(Debug, Clone)]
enum Turn {
    /// One of the answers, counted round.
    Answer(usize),
    Undo,
    Notes,
}

#[derive(Debug, Clone, Copy)]
enum End {
    Resolve(bool),
    Escalate,
    Abandon,
}

type Script = (Vec<(Turn, i64)>, End);

fn scripts() -> impl Strategy<Value = Script> {
    let turn = prop_oneof![6 => any::<usize>().prop_map(Turn::Answer), 2 => Just(Turn::Undo), 1 => Just(Turn::Notes)];
    let end = prop_oneof![any::<bool>().prop_map(End::Resolve), Just(End::Escalate), Just(End::Abandon)];
    (proptest::collection::vec((turn, 0_i64..400_000), 0..30), end)
}

/// A walk of `flow` as the script has it, from beginning to end.
struct Player<'a> {
    flow: &'a CompiledFlow,
    history: Vec<Event>,
    now: DateTime<Utc>,
}

impl<'a> Player<'a> {
    fn begin(flow: &'a CompiledFlow) -> Self {
        let actor = user(Role::L1Tech, true).l1_access().unwrap();
        let beginning = Beginning {
            session_id: Uuid::from_u128(5).into(),
            account_id: actor.account_id(),
            ticket_id: Uuid::from_u128(6).into(),
            ticket_kind: TicketKind::Internal,
            walk: Target::Flow(flow.flow_id()).into(),
        };
        Self { flow, history: start(&beginning, Some(flow), actor, began()), now: began() }
    }

    /// Does it if it can be done.
    fn attempt(&mut self, command: Command) {
        let actor = user(Role::L1Tech, true).l1_access().unwrap();
        let session = replay(actor.account_id(), Uuid::from_u128(5).into(), &self.history, Notes::empty()).unwrap();
        let by = if matches!(command, Command::Abandon { .. }) { By::System } else { By::Actor(actor) };
        match plan(&session, Some(self.flow), command, by, self.now) {
            Ok(Plan::Change { save, .. }) => self.history.extend(save.events),
            Ok(Plan::Unchanged) | Err(PlanError::Refused(_)) => {}
            Err(PlanError::Corrupt(corrupt)) => panic!("{corrupt}"),
        }
    }

    fn at(&self) -> NodeId {
        let moved = self.history.iter().rev().find_map(|event| match &event.data {
            EventData::Started(started) => started.next_node_id.clone(),
            EventData::StepRecorded(step) => step.next_node_id.clone(),
            EventData::StepUndone(undone) => Some(undone.node_id.clone()),
            _ => None,
        });
        moved.unwrap()
    }

    fn answer(&mut self, chosen: usize) {
        let node = self.flow.node(&self.at()).unwrap();
        if !node.is_end() {
            let choice = &node.answers()[chosen % node.answers().len()];
            let answer = Answer::new(choice.id.as_str()).unwrap();
            self.attempt(Command::Step {
                node_id: node.id.clone(),
                question: None,
                answer,
                note: None,
                answered: None,
            });
        }
    }

    fn wait(&mut self, millis: i64) {
        self.now += TimeDelta::milliseconds(millis);
    }

    fn end(mut self, end: End) -> Vec<Event> {
        let command = match end {
            End::Resolve(helpful) => Command::Resolve { helpful, resolution_notes: ResolutionNotes::new("").unwrap() },
            End::Escalate => Command::Escalate {
                reason: EscalationReason::none_given(),
                reason_category: ReasonCategory::new("other").unwrap(),
            },
            End::Abandon => {
                self.wait(90_000_000);
                Command::Abandon { idle_after: TimeDelta::hours(24), ahead: None }
            }
        };
        self.attempt(command);
        self.history
    }
}

fn play(flow: &CompiledFlow, (turns, end): &Script) -> Vec<Event> {
    let mut player = Player::begin(flow);
    for (turn, millis) in turns {
        player.wait(*millis);
        match turn {
            Turn::Answer(chosen) => player.answer(*chosen),
            Turn::Undo => player.attempt(Command::Undo { node_id: None, answered: None }),
            // Notes equal to those before change nothing; what is tried here is that time goes by.
            Turn::Notes => player.attempt(Command::ReplaceNotes { notes: Notes::empty() }),
        }
    }
    player.end(*end)
}

fn folded(history: &[Event]) -> VersionStats {
    of_walk(history).unwrap().stats
}

proptest! {
    #[test]
    fn folding_walks_gives_what_counting_them_anew_gives(
        (document, scripts) in (random::documents(), proptest::collection::vec(scripts(), 1..8))
    ) {
        let tree = firstline_domain::flow::format::from_value(&document).unwrap();
        let flow = CompiledFlow::compile(&version(flow_id(1), 7, tree, &Library::default()), &[]).unwrap();
        let histories: Vec<Vec<Event>> = scripts.iter().map(|script| play(&flow, script)).collect();
        let mut sum = VersionStats::default();
        for history in &histories {
            let walk = of_walk(history).unwrap();
            prop_assert_eq!((walk.flow_id, walk.version), (flow.flow_id(), flow.version()));
            sum.add(&walk.stats);
        }
        prop_assert_eq!(&sum, &recount(histories.iter().map(Vec::as_slice)));
        prop_assert_eq!(sum.ended().total(), histories.len() as u64);
        let root = &sum.nodes[&flow.root().unwrap().id];
        prop_assert_eq!(root.walks, histories.len() as u64);
        prop_assert_eq!(VersionStats::from_json(&sum.to_json().unwrap()), Ok(sum));
    }

    #[test]
    fn sums_do_not_depend_on_order_or_grouping(
        (document, scripts, cut) in (random::documents(), proptest::collection::vec(scripts(), 3..9), any::<Index>())
    ) {
        let tree = firstline_domain::flow::format::from_value(&document).unwrap();
        let flow = CompiledFlow::compile(&version(flow_id(1), 1, tree, &Library::default()), &[]).unwrap();
        let walks: Vec<VersionStats> = scripts.iter().map(|script| folded(&play(&flow, script))).collect();
        let sum = |walks: &mut dyn Iterator<Item = &VersionStats>| {
            let mut sum = VersionStats::default();
            walks.for_each(|walk| sum.add(walk));
            sum
        };
        let (left, right) = walks.split_at(cut.index(walks.len()));
        let (left, right) = (sum(&mut left.iter()), sum(&mut right.iter()));
        let all = sum(&mut walks.iter());
        prop_assert_eq!(&sum(&mut walks.iter().rev()), &all);
        prop_assert_eq!(&sum(&mut [&left, &right].into_iter()), &all);
        prop_assert_eq!(&sum(&mut [&right, &left].into_iter()), &all);
    }

    #[test]
    fn a_median_is_at_most_a_thirty_second_off_the_true_one(
        mut millis in proptest::collection::vec(prop_oneof![0_i64..40, 0_i64..100_000, 0_i64..2_000_000_000], 1..60)
    ) {
        let mut seconds = Seconds::default();
        for millis in &millis {
            seconds.record(TimeDelta::milliseconds(*millis));
        }
        millis.sort_unstable();
        let exact = millis[(millis.len() - 1) / 2];
        let shown = seconds.median().unwrap().num_milliseconds();
        prop_assert!((shown - exact).abs() * 32 <= exact, "{} is shown as {}", exact, shown);
    }
}

/// Asked, taken back, asked again: the numbers of one walk, one by one.
#[test]
fn an_undone_step_counts_as_undone_and_its_answer_as_none() {
    let flow: Arc<CompiledFlow> = compiled(&serde_json::json!([
        question("power", &["restart", "broken"]),
        instruction("restart", "fixed"),
        resolved("fixed"),
        escalate("broken"),
    ]));
    let mut player = Player::begin(&flow);
    let answer = |player: &mut Player<'_>, text: &str| {
        let answer = Answer::new(text).unwrap();
        player.attempt(Command::Step { node_id: player.at(), question: None, answer, note: None, answered: None });
    };
    player.wait(4_000);
    answer(&mut player, "2");
    player.wait(1_000);
    player.attempt(Command::Undo { node_id: None, answered: None });
    player.wait(2_000);
    answer(&mut player, "1");
    player.wait(10_000);
    answer(&mut player, "done");
    let history = player.end(End::Resolve(true));
    let stats = folded(&history);
    let node = |id: &str| &stats.nodes[&node_id(id)];
    let numbers = |id: &str| (node(id).visits, node(id).walks, node(id).answered(), node(id).undone);
    assert_eq!(numbers("power"), (2, 1, 1, 1));
    assert_eq!(numbers("broken"), (1, 1, 0, 0));
    assert_eq!(numbers("restart"), (1, 1, 1, 0));
    assert_eq!(numbers("fixed"), (1, 1, 0, 0));
    let answers: Vec<_> = node("power").answers.iter().map(|(id, times)| (id.as_str(), *times)).collect();
    assert_eq!(answers, [("a1", 1)]);
    assert_eq!(node("fixed").ended, Ends { helpful: 1, ..Ends::default() });
    assert_eq!(node("power").undo_rate(), Some(0.5));
    assert_eq!(stats.undo_rate(), Some(1.0 / 3.0));
    // From coming back to the answer, not from the beginning.
    let about =
        |seconds: &Seconds, exact: i64| (seconds.median().unwrap().num_milliseconds() - exact).abs() <= exact / 32;
    assert!(about(&node("power").seconds, 2_000) && about(&node("restart").seconds, 10_000));
    assert!(about(&stats.seconds, 17_000) && node("fixed").seconds.is_empty());
}

#[test]
fn only_ended_walks_of_a_version_whose_events_follow_each_other_are_counted() {
    let flow = compiled(&serde_json::json!([question("power", &["a", "b"]), resolved("a"), escalate("b")]));
    let mut player = Player::begin(&flow);
    player.wait(1_000);
    player.answer(0);
    assert_eq!(of_walk(&player.history), Err(Unfoldable::NotEnded));
    assert_eq!(of_walk(&[]), Err(Unfoldable::NotGuided));
    let whole = player.end(End::Escalate);
    assert!(of_walk(&whole).is_ok());
    let mut unguided = whole.clone();
    let EventData::Started(started) = &mut unguided[0].data else { unreachable!() };
    started.flow_version = None;
    assert_eq!(of_walk(&unguided), Err(Unfoldable::NotGuided));
    let mut elsewhere = whole.clone();
    let EventData::StepRecorded(step) = &mut elsewhere[1].data else { unreachable!() };
    step.node_id = node_id("b");
    assert_eq!(of_walk(&elsewhere), Err(Unfoldable::Broken { seq: 2 }));
    let twice = [&whole[..1], &whole[..]].concat();
    assert_eq!(of_walk(&twice), Err(Unfoldable::Broken { seq: 1 }));
}
