//! Suggestions over a store: of the moment, built once, and never all at once on a thread. And what checking a draft asks of
//! the store.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "support/counting.rs"]
mod counting;
#[path = "support/hooked.rs"]
mod hooked;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};

use chrono::{DateTime, TimeDelta, Utc};
use counting::Counting;
use firstline_domain::account::{Account, FlowAuthor, L1Actor, Role, User};
use firstline_domain::clock::Clock;
use firstline_domain::conformance;
use firstline_domain::error::StoreError;
use firstline_domain::flow::authored::{self, FlowChange, FlowPlan};
use firstline_domain::flow::check::{DefectCode, MAX_NODES, NotLookedUp};
use firstline_domain::flow::format::from_value;
use firstline_domain::flow::tree::Tree;
use firstline_domain::ids::IdSource;
use firstline_domain::memory::MemoryStore;
use firstline_domain::ports::{Directory, FlowSaveOutcome, FlowStore};
use firstline_domain::service::{CompiledCache, FlowManagement, SuggestCache, Suggestions};
use firstline_domain::text::{Name, ProblemStatement};
use serde_json::json;
use uuid::Uuid;

struct Desk {
    store: Arc<Counting>,
    cache: SuggestCache,
}

fn user(account: u128, role: Role) -> User {
    let user = conformance::user(Uuid::from_u128(account).into(), "mia@example.com", role);
    User { id: Uuid::from_u128(account + 1).into(), ..user }
}

fn technician(account: u128) -> L1Actor {
    user(account, Role::L1Tech).l1_access().unwrap()
}

fn author(account: u128) -> FlowAuthor {
    user(account, Role::Engineer).may_author_flows().unwrap()
}

fn tree(name: &str) -> Tree {
    let document = json!({
        "format": "firstline-flow/1", "name": name, "keywords": ["device"], "root": "e",
        "nodes": [{ "id": "e", "kind": "resolved", "text": "Works." }],
    });
    from_value(&document).unwrap()
}

const OURS: u128 = 0xA0;
const THEIRS: u128 = 0xB0;

impl Desk {
    fn new() -> Self {
        let store = MemoryStore::new();
        for account in [OURS, THEIRS] {
            let account = Account { id: Uuid::from_u128(account).into(), name: Name::new("Desk").unwrap() };
            now(store.put_account(&account)).unwrap();
        }
        Self { store: Arc::new(Counting::new(store)), cache: SuggestCache::default() }
    }

    fn suggestions(&self) -> Suggestions {
        Suggestions::new(Arc::clone(&self.store) as _, self.cache.clone())
    }

    /// Publishes a flow of that name, as the next version if it is there.
    fn publish(&self, account: u128, id: u128, name: &str) {
        let (author, id) = (author(account), Uuid::from_u128(id).into());
        let at = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
        let save = |change: FlowChange| assert_eq!(now(self.store.save_flow(change)).unwrap(), FlowSaveOutcome::Saved);
        let there = now(self.store.authored(author.account_id(), id)).unwrap();
        match there {
            None => {
                let flow = authored::create(id, author, tree(name), at);
                save(FlowChange { flow, expected_revision: 0, version: None });
            }
            Some(flow) => self.change(authored::edit(&flow, tree(name), None, author, at).unwrap()),
        }
        let flow = now(self.store.authored(author.account_id(), id)).unwrap().unwrap();
        self.change(authored::publish(&flow, &NotLookedUp, None, author, at).unwrap());
    }

    fn archive(&self, account: u128, id: u128) {
        let flow = now(self.store.authored(Uuid::from_u128(account).into(), Uuid::from_u128(id).into())).unwrap();
        self.change(
            authored::archive(&flow.unwrap(), None, DateTime::from_timestamp(1_767_225_600, 0).unwrap()).unwrap(),
        );
    }

    fn change(&self, plan: FlowPlan) {
        let FlowPlan::Change(change) = plan else { panic!("nothing to change") };
        assert_eq!(now(self.store.save_flow(*change)).unwrap(), FlowSaveOutcome::Saved);
    }

    fn ask(&self, account: u128, said: &str) -> Vec<String> {
        let said = ProblemStatement::new(said).unwrap();
        let found = now(self.suggestions().suggest(technician(account), &said, 9)).unwrap();
        found.into_iter().map(|one| format!("{}/{}", one.name.as_str(), one.version)).collect()
    }
}

/// Polls a future to its end; whoever gives the thread to others is polled again at once.
fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..100_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("it never ends");
}

#[test]
fn an_index_is_kept_until_something_is_published_or_archived_and_then_only_what_is_new_is_read() {
    let desk = Desk::new();
    for (id, name) in [(1, "Red scanner"), (2, "Blue scanner"), (3, "Green scanner")] {
        desk.publish(OURS, id, name);
    }
    assert_eq!(desk.ask(OURS, "scanner red"), ["Red scanner/1", "Blue scanner/1", "Green scanner/1"]);
    assert_eq!(desk.store.read(), 3);
    assert_eq!(desk.ask(OURS, "blue"), ["Blue scanner/1"]);
    assert_eq!((desk.store.read(), desk.store.hooks.listed.load(Ordering::SeqCst)), (0, 1), "nothing has changed");
    desk.publish(OURS, 2, "Blue plotter");
    assert_eq!(desk.ask(OURS, "blue scanner"), ["Blue plotter/2", "Green scanner/1", "Red scanner/1"]);
    assert_eq!(desk.store.read(), 1);
    desk.archive(OURS, 1);
    assert_eq!(desk.ask(OURS, "scanner"), ["Green scanner/1"]);
    assert_eq!(desk.store.read(), 0);
}

#[test]
fn no_account_is_answered_from_the_flows_of_another() {
    let desk = Desk::new();
    desk.publish(OURS, 1, "Red scanner");
    assert_eq!(desk.ask(THEIRS, "scanner"), Vec::<String>::new());
    assert_eq!(desk.ask(OURS, "scanner"), ["Red scanner/1"]);
    // The same id in another account is another flow.
    desk.publish(THEIRS, 1, "Their scanner");
    assert_eq!(desk.ask(THEIRS, "scanner"), ["Their scanner/1"]);
    assert_eq!(desk.ask(OURS, "scanner"), ["Red scanner/1"]);
}

#[test]
fn however_many_ask_at_once_each_version_is_read_once() {
    let desk = Desk::new();
    for id in 1..=40 {
        desk.publish(OURS, id, &format!("Scanner {id}"));
    }
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let suggestions = desk.suggestions();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                runtime.block_on(async move {
                    let said = ProblemStatement::new("scanner").unwrap();
                    suggestions.suggest(technician(OURS), &said, 50).await.unwrap().len()
                })
            })
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 40);
    }
    assert_eq!(desk.store.read(), 40);
}

#[test]
fn who_goes_away_while_building_leaves_what_was_read_to_the_next() {
    let desk = Desk::new();
    for id in 1..=10 {
        desk.publish(OURS, id, &format!("Scanner {id}"));
    }
    let suggestions = desk.suggestions();
    let said = ProblemStatement::new("scanner").unwrap();
    {
        let mut asked = pin!(suggestions.suggest(technician(OURS), &said, 9));
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..4 {
            // The thread is given back after each flow.
            assert!(asked.as_mut().poll(&mut context).is_pending());
        }
    }
    assert_eq!(desk.store.read(), 4);
    assert_eq!(desk.ask(OURS, "scanner").len(), 9);
    assert_eq!(desk.store.read(), 6);
}

#[test]
fn a_store_that_fails_while_building_is_an_error_for_that_one_question() {
    let desk = Desk::new();
    for id in 1..=5 {
        desk.publish(OURS, id, &format!("Scanner {id}"));
    }
    desk.store.hooks.fail_at.store(3, Ordering::SeqCst);
    let said = ProblemStatement::new("scanner").unwrap();
    let failed = now(desk.suggestions().suggest(technician(OURS), &said, 9));
    assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");
    assert_eq!(desk.ask(OURS, "scanner").len(), 5);
    assert_eq!(desk.store.read(), 3 + 3, "two were read before");
}

#[test]
fn what_is_too_large_to_be_kept_is_answered_all_the_same() {
    let desk = Desk { cache: SuggestCache::holding(1, 1), ..Desk::new() };
    for id in 1..=5 {
        desk.publish(OURS, id, &format!("Scanner {id}"));
    }
    for _ in 0..3 {
        assert_eq!(desk.ask(OURS, "scanner").len(), 5);
        assert_eq!(desk.store.read(), 5);
    }
}

#[test]
fn asking_may_move_between_threads() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let desk = Desk::new();
    let (suggestions, said) = (desk.suggestions(), ProblemStatement::new("scanner").unwrap());
    assert_eq!(now(is_send(suggestions.suggest(technician(OURS), &said, 9))).unwrap(), []);
}

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_225_600, 0).unwrap()
    }
}

impl IdSource for Fixed {
    fn new_id(&self) -> Uuid {
        Uuid::from_u128(7)
    }
}

#[test]
fn a_draft_that_names_thousands_of_flows_looks_up_no_more_than_could_be_run() {
    let desk = Desk::new();
    let call = |at: u128| json!({ "id": format!("c{at}"), "kind": "sub_flow", "flow": Uuid::from_u128(0x1000 + at), "next": format!("c{}", at + 1) });
    let nodes: Vec<_> =
        (0..2_500).map(call).chain([json!({ "id": "c2500", "kind": "resolved", "text": "Done." })]).collect();
    let document = json!({ "format": "firstline-flow/1", "name": "Hostile", "root": "c0", "nodes": nodes });
    let store = Arc::clone(&desk.store) as _;
    let flows =
        FlowManagement::new(store, CompiledCache::default(), Arc::new(Fixed), Arc::new(Fixed), TimeDelta::seconds(2));
    let author = author(OURS);
    let flow = now(flows.create(author, from_value(&document).unwrap())).unwrap();
    let (_, report) = now(flows.check(author, flow.id)).unwrap();
    let has = |code: DefectCode| report.errors.iter().any(|defect| defect.code == code);
    assert!(has(DefectCode::TooManyNodes) && has(DefectCode::SubFlowUnknown), "{:?}", report.errors.first());
    assert_eq!(desk.store.hooks.looked_up.load(Ordering::SeqCst), MAX_NODES);
}
