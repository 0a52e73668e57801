//! The use cases of authoring flows: what is refused, what changes nothing, and how much is read for it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::sync::Arc;

use chrono::TimeDelta;
use firstline_domain::account::{Account, FlowAuthor, Role};
use firstline_domain::conformance::{ManualClock, RandomIds, user};
use firstline_domain::flow::authored::{AuthoredFlow, FlowRefusal, VersionNumber};
use firstline_domain::flow::check::{DefectCode, MAX_NODES, Report};
use firstline_domain::flow::format::from_value;
use firstline_domain::flow::tree::Tree;
use firstline_domain::flow::{Flow, FlowStatus, TreeLocation};
use firstline_domain::ids::{AccountId, FlowId};
use firstline_domain::memory::MemoryStore;
use firstline_domain::ports::{Directory, FlowStore};
use firstline_domain::service::{CompiledCache, FlowManagement, FlowManagementError, FlowSide};
use firstline_domain::text::Name;
use serde_json::{Value, json};
use uuid::Uuid;

struct Desk {
    store: MemoryStore,
    flows: FlowManagement,
    kept: CompiledCache,
    author: FlowAuthor,
}

async fn desk() -> Desk {
    let store = MemoryStore::new();
    let account_id = AccountId::from(Uuid::from_u128(1));
    store.put_account(&Account { id: account_id, name: Name::new("Contoso").unwrap() }).await.unwrap();
    let author = user(account_id, "author@example.com", Role::Engineer).may_author_flows().unwrap();
    let kept = CompiledCache::default();
    let (clock, ids) = (Arc::new(ManualClock::default()), Arc::new(RandomIds));
    let flows = FlowManagement::new(Arc::new(store.clone()), kept.clone(), clock, ids, TimeDelta::seconds(2));
    Desk { store, flows, kept, author }
}

impl Desk {
    async fn made(&self, tree: Tree) -> AuthoredFlow {
        self.flows.create(self.author, tree).await.unwrap()
    }

    async fn published(&self, tree: Tree) -> FlowId {
        let id = self.made(tree).await.id;
        self.flows.publish(self.author, id, None).await.unwrap();
        id
    }

    async fn check(&self, id: FlowId) -> Report {
        self.flows.check(self.author, id).await.unwrap().1
    }
}

fn tree(nodes: &Value) -> Tree {
    let document = json!({ "format": "firstline-flow/1", "name": "Dock", "root": nodes[0]["id"], "nodes": nodes });
    from_value(&document).unwrap()
}

fn asking(prompt: &str) -> Tree {
    tree(&json!([
        { "id": "ask", "kind": "question", "prompt": prompt, "answers": [
            { "id": "yes", "key": 1, "label": "Yes", "next": "solved" },
            { "id": "no", "key": 2, "label": "No", "next": "ask" } ] },
        { "id": "solved", "kind": "resolved", "text": "It works." },
    ]))
}

/// Runs each of `flows`, one after the other.
fn calling(flows: &[FlowId]) -> Tree {
    let calls = flows.iter().enumerate();
    let mut nodes: Vec<Value> = calls
        .map(|(at, flow)| json!({ "id": format!("n{at}"), "kind": "sub_flow", "flow": flow, "next": format!("n{}", at + 1) }))
        .collect();
    nodes.push(json!({ "id": format!("n{}", flows.len()), "kind": "resolved", "text": "It works." }));
    tree(&json!(nodes))
}

fn codes(report: &Report) -> Vec<(&str, DefectCode)> {
    report.errors.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect()
}

#[tokio::test]
async fn whoever_read_another_revision_changes_nothing_whatever_they_ask_for() {
    let desk = desk().await;
    let (flows, author) = (&desk.flows, desk.author);
    let made = desk.made(asking("First?")).await;
    let now = flows.publish(author, made.id, Some(made.revision)).await.unwrap();
    for expected in [0, made.revision, now.revision + 1] {
        for end in [
            flows.edit(author, made.id, asking("First?"), Some(expected)).await,
            flows.edit(author, made.id, asking("Second?"), Some(expected)).await,
            flows.publish(author, made.id, Some(expected)).await,
            flows.archive(author, made.id, Some(expected)).await,
            flows.restore(author, made.id, VersionNumber::FIRST, Some(expected)).await,
        ] {
            let stale = FlowRefusal::Stale { expected, actual: now.revision };
            assert!(matches!(end, Err(FlowManagementError::Refused(refusal)) if refusal == stale));
        }
    }
    assert_eq!(flows.draft(author, made.id).await.unwrap(), now);
}

#[tokio::test]
async fn publishing_twice_makes_one_version() {
    let desk = desk().await;
    let id = desk.published(asking("First?")).await;
    let once = desk.flows.draft(desk.author, id).await.unwrap();
    assert_eq!(desk.flows.publish(desk.author, id, Some(once.revision)).await.unwrap(), once);
    assert_eq!(once.walkable(), Some(VersionNumber::FIRST));
}

#[tokio::test]
async fn an_old_version_that_is_restored_is_published_as_a_new_one() {
    let desk = desk().await;
    let (flows, author) = (&desk.flows, desk.author);
    let id = desk.published(asking("First?")).await;
    flows.edit(author, id, asking("Second?"), None).await.unwrap();
    flows.publish(author, id, None).await.unwrap();
    let (first, draft) = (FlowSide::Version(VersionNumber::FIRST), FlowSide::Draft);
    assert!(!flows.diff(author, id, first, draft).await.unwrap().is_empty());
    flows.archive(author, id, None).await.unwrap();
    let refused = flows.edit(author, id, asking("Third?"), None).await;
    assert!(matches!(refused, Err(FlowManagementError::Refused(FlowRefusal::Archived))));
    let restored = flows.restore(author, id, VersionNumber::FIRST, None).await.unwrap();
    assert_eq!((restored.status, restored.walkable()), (FlowStatus::Draft, None));
    assert!(flows.diff(author, id, first, draft).await.unwrap().is_empty());
    let again = flows.publish(author, id, None).await.unwrap();
    assert_eq!(again.walkable(), VersionNumber::new(3));
    let missing = flows.restore(author, id, VersionNumber::new(4).unwrap(), None).await;
    assert!(matches!(missing, Err(FlowManagementError::VersionNotFound(flow, _)) if flow == id));
}

#[tokio::test]
async fn publishing_names_every_sub_flow_that_cannot_be_run_as_the_check_does() {
    let desk = desk().await;
    let good = desk.published(asking("Good?")).await;
    let draft = desk.made(asking("Draft?")).await.id;
    let archived = desk.published(asking("Archived?")).await;
    desk.flows.archive(desk.author, archived, None).await.unwrap();
    let registered = FlowId::from(Uuid::from_u128(7));
    let elsewhere = Flow {
        id: registered,
        account_id: desk.author.account_id(),
        name: Name::new("Elsewhere").unwrap(),
        status: FlowStatus::Published,
        tree: TreeLocation::External,
    };
    desk.store.put_flow(&elsewhere).await.unwrap();
    let unknown = FlowId::from(Uuid::from_u128(8));
    let id = desk.made(calling(&[good, draft, archived, registered, unknown])).await.id;
    let expected = [
        ("/nodes/1/flow", DefectCode::SubFlowNotPublished),
        ("/nodes/2/flow", DefectCode::SubFlowNotPublished),
        ("/nodes/3/flow", DefectCode::SubFlowUnknown),
        ("/nodes/4/flow", DefectCode::SubFlowUnknown),
    ];
    let report = desk.check(id).await;
    assert_eq!(codes(&report), expected);
    let refused = desk.flows.publish(desk.author, id, None).await;
    assert!(matches!(refused, Err(FlowManagementError::Refused(FlowRefusal::Defective(found))) if found == report));
    assert_eq!(desk.flows.draft(desk.author, id).await.unwrap().status, FlowStatus::Draft);
}

#[tokio::test]
async fn no_more_of_sub_flows_is_read_than_shows_that_they_are_too_many() {
    let desk = desk().await;
    let mut nodes: Vec<Value> = (0..MAX_NODES / 4)
        .map(|at| json!({ "id": format!("i{at}"), "kind": "instruction", "text": "Look.", "done": "Done", "next": format!("i{}", at + 1) }))
        .collect();
    // Every node near the root, so that the way is not too long either.
    for (at, node) in nodes.iter_mut().enumerate().skip(90) {
        *node = json!({ "id": format!("i{at}"), "kind": "resolved", "text": "It works." });
    }
    let spread: Vec<Value> = (90..MAX_NODES / 4).map(|at| json!(format!("i{at}"))).collect();
    for (at, end) in spread.iter().enumerate() {
        nodes[at] = json!({ "id": format!("i{at}"), "kind": "question", "prompt": "Which?", "answers": [
            { "id": "on", "key": 1, "label": "On", "next": format!("i{}", at + 1) },
            { "id": "end", "key": 2, "label": "End", "next": end } ] });
    }
    let large = tree(&json!(nodes));
    let mut called = Vec::new();
    for _ in 0..12 {
        called.push(desk.published(large.clone()).await);
    }
    let unknown = FlowId::from(Uuid::from_u128(8));
    let id = desk.made(calling(&[&called[..], &[unknown]].concat())).await.id;
    let report = desk.check(id).await;
    let found: Vec<DefectCode> = report.errors.iter().map(|defect| defect.code).collect();
    assert!(found.contains(&DefectCode::TooManyNodes), "{report:?}");
    assert!(found.contains(&DefectCode::SubFlowUnknown), "what costs little is looked up all the same: {report:?}");
    let refused = desk.flows.publish(desk.author, id, None).await;
    assert!(matches!(refused, Err(FlowManagementError::Refused(FlowRefusal::Defective(_)))));
    let alone = self::desk().await;
    let only = alone.published(large).await;
    alone.check(alone.made(calling(&[only])).await.id).await;
    // Four are as many nodes as a flow may have, and the fifth shows that they are too many.
    assert_eq!(desk.kept.weight(), 5 * alone.kept.weight());
}
