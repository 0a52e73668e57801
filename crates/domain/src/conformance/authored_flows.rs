//! A flow store keeps authored flows and their versions, each within its account, and lets exactly one of many writers win.

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::account::{FlowAuthor, FlowReader, Role};
use crate::clock::Clock;
use crate::error::StoreError;
use crate::flow::authored::{AuthoredFlow, FlowChange, FlowVersion, VersionNumber, create};
use crate::flow::format::from_value;
use crate::flow::tree::Tree;
use crate::flow::{Flow, FlowStatus, TreeLocation};
use crate::ids::{AccountId, FlowId, IdSource};
use crate::paging::PageLimit;
use crate::ports::{FlowFilter, FlowHead, FlowSaveOutcome, PutOutcome, Walkable};
use crate::service::{
    CompiledCache, CompiledFlows, FlowManagement, FlowManagementError, FlowQuery, FlowView, VersionQuery,
};
use crate::text::Name;

use super::support::{Desk, ManualClock, RandomIds, World, pages, user};

/// An engineer of the account.
pub(super) fn author(account_id: AccountId) -> FlowAuthor {
    user(account_id, "author@example.com", Role::Engineer).may_author_flows().unwrap()
}

pub(super) fn management(desk: &Desk) -> FlowManagement {
    let (clock, ids) = (desk.clock.clone(), Arc::new(RandomIds));
    FlowManagement::new(desk.world.flows.clone(), CompiledCache::default(), clock, ids, TimeDelta::seconds(2))
}

/// A tree called `name` whose question is `asked`.
pub(super) fn tree(name: &str, asked: &str) -> Tree {
    of_nodes(
        name,
        &json!([
            { "id": "ask", "kind": "question", "prompt": asked, "answers": [
                { "id": "yes", "key": 1, "label": "Yes", "next": "solved" },
                { "id": "no", "key": 2, "label": "No – “never”", "next": "hand_over" },
            ] },
            { "id": "solved", "kind": "resolved", "text": "It works again." },
            { "id": "hand_over", "kind": "escalate", "reason_category": "hardware" },
        ]),
    )
}

/// A tree that runs `flow` and then ends.
pub(super) fn calling(name: &str, flow: FlowId) -> Tree {
    of_nodes(
        name,
        &json!([
            { "id": "call", "kind": "sub_flow", "flow": flow, "next": "solved" },
            { "id": "solved", "kind": "resolved", "text": "It works again." },
        ]),
    )
}

fn of_nodes(name: &str, nodes: &Value) -> Tree {
    let document = json!({
        "format": "firstline-flow/1", "name": name, "description": "For “cöntracts”.", "keywords": ["dock"],
        "language": "en", "root": nodes[0]["id"], "nodes": nodes,
    });
    from_value(&document).unwrap()
}

const FIRST: VersionNumber = VersionNumber::FIRST;

/// A flow reads back as it was written, from its first draft to its end, and each version as it was published.
pub async fn an_authored_flow_reads_back_as_written(world: &World) {
    let desk = world.desk().await;
    let (flows, author) = (management(&desk), author(desk.account.id));
    let mut written = vec![flows.create(author, tree("Dock", "Is it plugged in?")).await.unwrap()];
    let id = written[0].id;
    assert_eq!(world.flows.authored(desk.account.id, id).await.unwrap(), written.pop());
    // Beside another flow, and another account's: the mark is the account's own, over all of its flows.
    flows.create(author, tree("Beside", "Is it?")).await.unwrap();
    let foreign = world.desk().await;
    management(&foreign).create(self::author(foreign.account.id), tree("Foreign", "Is it?")).await.unwrap();
    for round in 1..=3 {
        desk.wait(1);
        let published = flows.publish(author, id, None).await.unwrap();
        assert_eq!(world.flows.authored(desk.account.id, id).await.unwrap(), Some(published.clone()));
        let version = world.flows.flow_version(desk.account.id, id, published.walkable().unwrap()).await.unwrap();
        let version = version.unwrap();
        assert_eq!((version.number.get(), &version.tree), (round, &published.draft.tree));
        assert_eq!((version.published_by, version.published_at), (author.user_id(), published.updated_at));
        desk.wait(1);
        let edited = flows.edit(author, id, tree(&format!("Dock {round}"), "Now?"), Some(published.revision)).await;
        let edited = edited.unwrap();
        assert_eq!(world.flows.authored(desk.account.id, id).await.unwrap(), Some(edited.clone()));
        assert_eq!(edited.name(), &published.draft.tree.name, "what is walked keeps its name");
    }
    let restored = flows.restore(author, id, FIRST, None).await.unwrap();
    assert_eq!(restored.draft.restored_from, Some(FIRST));
    assert_eq!(world.flows.authored(desk.account.id, id).await.unwrap(), Some(restored));
    let archived = flows.archive(author, id, None).await.unwrap();
    assert_eq!(world.flows.authored(desk.account.id, id).await.unwrap(), Some(archived.clone()));
    assert_eq!(world.flows.flows_mark(desk.account.id).await.unwrap(), archived.revision + 1);
    assert_eq!(world.flows.flows_mark(foreign.account.id).await.unwrap(), 1);
    assert_eq!(world.flows.flows_mark(Uuid::nil().into()).await.unwrap(), 0);
    let kept = world.flows.flow(desk.account.id, id).await.unwrap().unwrap();
    assert_eq!((&kept.name, kept.status, kept.tree), (archived.name(), FlowStatus::Archived, TreeLocation::Authored));
}

/// What is published later leaves the versions before it as they are.
pub async fn a_version_never_changes(world: &World) {
    let desk = world.desk().await;
    let (flows, author) = (management(&desk), author(desk.account.id));
    let id = flows.create(author, tree("Dock", "First?")).await.unwrap().id;
    flows.publish(author, id, None).await.unwrap();
    let first = world.flows.flow_version(desk.account.id, id, FIRST).await.unwrap();
    flows.edit(author, id, tree("Dock", "Second?"), None).await.unwrap();
    flows.publish(author, id, None).await.unwrap();
    flows.archive(author, id, None).await.unwrap();
    assert_eq!(world.flows.flow_version(desk.account.id, id, FIRST).await.unwrap(), first);
    assert_eq!(world.flows.flow_version(desk.account.id, id, FIRST.next().next()).await.unwrap(), None);
}

/// Of two savers from one revision exactly one is saved; the other has written neither draft nor version.
pub async fn of_two_savers_of_a_flow_from_one_revision_exactly_one_is_saved(world: &World) {
    let desk = world.desk().await;
    let (flows, author) = (management(&desk), author(desk.account.id));
    let made = flows.create(author, tree("Dock", "First?")).await.unwrap();
    let published = flows.publish(author, made.id, None).await.unwrap();
    let version = world.flows.flow_version(desk.account.id, made.id, FIRST).await.unwrap();
    let mut stale = published.clone();
    stale.draft.tree = tree("Dock", "Lost?");
    let second = version.clone().map(|version| FlowVersion { number: FIRST.next(), ..version });
    let change = FlowChange { flow: stale, expected_revision: made.revision, version: second };
    assert_eq!(world.flows.save_flow(change).await.unwrap(), FlowSaveOutcome::Conflict);
    assert_eq!(world.flows.authored(desk.account.id, made.id).await.unwrap(), Some(published));
    assert_eq!(world.flows.flow_version(desk.account.id, made.id, FIRST.next()).await.unwrap(), None);
    let refused = flows.edit(author, made.id, tree("Dock", "Late?"), Some(made.revision)).await;
    assert!(matches!(refused, Err(FlowManagementError::Refused(_))), "{refused:?}");
}

/// A new flow needs an account that is there and an id that the account has not given to another, registered or authored.
pub async fn a_new_flow_needs_an_account_and_an_id_of_its_own(world: &World) {
    let desk = world.desk().await;
    let author = author(desk.account.id);
    let made = management(&desk).create(author, tree("Dock", "First?")).await.unwrap();
    for taken in [desk.flow.id, made.id] {
        let again = management(&desk).create_as(taken, author, tree("Other", "Second?")).await;
        assert!(matches!(again, Err(FlowManagementError::IdTaken(id)) if id == taken), "{again:?}");
    }
    assert_eq!(world.flows.flow(desk.account.id, desk.flow.id).await.unwrap(), Some(desk.flow.clone()));
    assert_eq!(world.flows.authored(desk.account.id, desk.flow.id).await.unwrap(), None);
    assert_eq!(world.flows.authored(desk.account.id, made.id).await.unwrap(), Some(made));
    let nowhere = self::author(RandomIds.new_id().into());
    let flow = create(RandomIds.new_id().into(), nowhere, tree("Dock", "First?"), ManualClock::default().now());
    let change = FlowChange { flow, expected_revision: 0, version: None };
    assert_eq!(world.flows.save_flow(change).await.unwrap(), FlowSaveOutcome::AccountNotFound);
}

/// A flow is made as a draft: one that comes with a version at once, which no use case asks for, fails and leaves nothing.
pub async fn a_new_flow_comes_without_a_version(world: &World) {
    let desk = world.desk().await;
    let author = author(desk.account.id);
    let made = management(&desk).create(author, tree("Dock", "First?")).await.unwrap();
    management(&desk).publish(author, made.id, None).await.unwrap();
    let version = world.flows.flow_version(desk.account.id, made.id, FIRST).await.unwrap().unwrap();
    let id = RandomIds.new_id().into();
    let flow = AuthoredFlow { id, ..made };
    let version = FlowVersion { flow_id: id, ..version };
    let change = FlowChange { flow, expected_revision: 0, version: Some(version) };
    assert!(matches!(world.flows.save_flow(change).await, Err(StoreError::Failed(_))));
    assert_eq!(world.flows.flow(desk.account.id, id).await.unwrap(), None);
    assert_eq!(world.flows.flow_version(desk.account.id, id, FIRST).await.unwrap(), None);
}

/// Registering a flow under an authored one's id leaves that as it is.
pub async fn an_authored_flow_is_not_registered_over(world: &World) {
    let desk = world.desk().await;
    let made = management(&desk).create(author(desk.account.id), tree("Dock", "First?")).await.unwrap();
    let registered = Flow { id: made.id, name: Name::new("Mine").unwrap(), ..desk.flow };
    assert_eq!(world.flows.put_flow(&registered).await.unwrap(), PutOutcome::Authored);
    let kept = world.flows.flow(desk.account.id, made.id).await.unwrap().unwrap();
    assert_eq!((kept.name.as_str(), kept.status, kept.tree), ("Dock", FlowStatus::Draft, TreeLocation::Authored));
    assert_eq!(world.flows.authored(desk.account.id, made.id).await.unwrap(), Some(made));
}

/// Another account's authored flow is not there: neither it nor its versions are read, listed or changed.
pub async fn another_accounts_authored_flows_are_not_there(world: &World) {
    let (desk, other) = (world.desk().await, world.desk().await);
    let (flows, theirs) = (management(&desk), author(desk.account.id));
    let id = flows.create(theirs, tree("Dock", "First?")).await.unwrap().id;
    let before = flows.publish(theirs, id, None).await.unwrap();
    let (ours, account_id) = (author(other.account.id), other.account.id);
    assert_eq!(world.flows.flow(account_id, id).await.unwrap(), None);
    assert_eq!(world.flows.authored(account_id, id).await.unwrap(), None);
    assert_eq!(world.flows.walkable(account_id, id).await.unwrap(), None);
    assert_eq!(world.flows.flow_version(account_id, id, FIRST).await.unwrap(), None);
    assert_eq!(world.flows.flow_versions(account_id, id, None, 9).await.unwrap(), []);
    assert_eq!(world.flows.published(account_id).await.unwrap(), []);
    let listed = world.flows.flows(account_id, FlowFilter::default(), None, 9).await.unwrap();
    assert!(listed.iter().all(|flow| flow.id == other.flow.id), "{listed:?}");
    for refused in [
        flows.edit(ours, id, tree("Ours", "Mine?"), None).await,
        flows.publish(ours, id, None).await,
        flows.archive(ours, id, None).await,
    ] {
        assert!(matches!(refused, Err(FlowManagementError::FlowNotFound(_))), "{refused:?}");
    }
    let mut moved = before.clone();
    moved.account_id = account_id;
    let change = FlowChange { flow: moved, expected_revision: before.revision, version: None };
    assert_eq!(world.flows.save_flow(change).await.unwrap(), FlowSaveOutcome::Conflict);
    assert_eq!(world.flows.authored(desk.account.id, id).await.unwrap(), Some(before));
    // Its id is free here.
    flows.create_as(id, ours, tree("Ours", "Mine?")).await.unwrap();
    assert_eq!(world.flows.walkable(desk.account.id, id).await.unwrap(), Some(Walkable::Version(FIRST)));
}

/// What can be walked is what is published: an authored flow by its newest version, a registered one as steps come.
pub async fn what_is_published_can_be_walked(world: &World) {
    let desk = world.desk().await;
    let (flows, author, account_id) = (management(&desk), author(desk.account.id), desk.account.id);
    let walkable = |id| async move { world.flows.walkable(account_id, id).await.unwrap() };
    assert_eq!(walkable(desk.flow.id).await, Some(Walkable::External));
    for status in [FlowStatus::Draft, FlowStatus::Archived] {
        world.flows.put_flow(&Flow { status, ..desk.flow.clone() }).await.unwrap();
        assert_eq!(walkable(desk.flow.id).await, None);
    }
    let id = flows.create(author, tree("Dock", "First?")).await.unwrap().id;
    assert_eq!((walkable(id).await, world.flows.published(account_id).await.unwrap()), (None, vec![]));
    flows.publish(author, id, None).await.unwrap();
    flows.edit(author, id, tree("Dock", "Second?"), None).await.unwrap();
    assert_eq!(walkable(id).await, Some(Walkable::Version(FIRST)));
    flows.publish(author, id, None).await.unwrap();
    assert_eq!(walkable(id).await, Some(Walkable::Version(FIRST.next())));
    assert_eq!(world.flows.published(account_id).await.unwrap(), [(id, FIRST.next())]);
    flows.archive(author, id, None).await.unwrap();
    assert_eq!((walkable(id).await, world.flows.published(account_id).await.unwrap()), (None, vec![]));
    flows.restore(author, id, FIRST, None).await.unwrap();
    assert_eq!(walkable(id).await, None);
}

/// The first line sees published flows, in the version that new walks take, and nothing else of any.
pub async fn the_first_line_sees_what_is_published(world: &World) {
    let desk = world.desk().await;
    let (flows, author) = (management(&desk), author(desk.account.id));
    let reader = user(desk.account.id, "author@example.com", Role::L1Tech).may_read_flows().unwrap();
    let (draft, live) = (tree("Draft", "First?"), tree("Live", "First?"));
    let draft = flows.create(author, draft).await.unwrap().id;
    let id = flows.create(author, live).await.unwrap().id;
    flows.publish(author, id, None).await.unwrap();
    flows.edit(author, id, tree("Live", "Second?"), None).await.unwrap();
    flows.publish(author, id, None).await.unwrap();
    assert!(matches!(flows.flow(reader, draft).await, Err(FlowManagementError::FlowNotFound(_))));
    assert!(matches!(flows.flow(reader, id).await, Ok(FlowView::Published(_))));
    assert!(matches!(flows.flow(reader, desk.flow.id).await, Ok(FlowView::Registered(_))));
    assert!(matches!(flows.flow(FlowReader::Author(author), draft).await, Ok(FlowView::Authored(_))));
    assert!(matches!(flows.version(reader, id, FIRST).await, Err(FlowManagementError::VersionNotFound(..))));
    assert_eq!(flows.version(reader, id, FIRST.next()).await.unwrap().number, FIRST.next());
    let versions = flows.versions(reader, id, VersionQuery::default()).await.unwrap().rows;
    assert_eq!(versions.iter().map(|version| version.number).collect::<Vec<_>>(), [FIRST.next()]);
    let mut seen: Vec<FlowId> =
        flows.list(reader, FlowQuery::default()).await.unwrap().rows.into_iter().map(|flow| flow.id).collect();
    let mut expected = vec![id, desk.flow.id];
    seen.sort_unstable();
    expected.sort_unstable();
    assert_eq!(seen, expected);
    let drafts = FlowQuery { status: Some(FlowStatus::Draft), ..FlowQuery::default() };
    assert_eq!(flows.list(reader, drafts).await.unwrap().rows, []);
}

/// Flows are listed by id, each once however they are paged, registered and authored alike; versions the newest first.
pub async fn flows_and_versions_are_listed_in_order_and_their_pages_are_whole(world: &World) {
    let desk = world.desk().await;
    let (flows, author) = (management(&desk), author(desk.account.id));
    let mut expected = vec![(desk.flow.id, FlowStatus::Published, None)];
    for number in 0..7 {
        let id = flows.create(author, tree(&format!("Flow {number}"), "First?")).await.unwrap().id;
        let mut row = (id, FlowStatus::Draft, None);
        if number % 3 > 0 {
            flows.publish(author, id, None).await.unwrap();
            row = (id, FlowStatus::Published, Some(FIRST));
        }
        if number % 3 > 1 {
            flows.archive(author, id, None).await.unwrap();
            row.1 = FlowStatus::Archived;
        }
        expected.push(row);
    }
    expected.sort_unstable_by_key(|row| row.0);
    for status in [None, Some(FlowStatus::Draft), Some(FlowStatus::Published), Some(FlowStatus::Archived)] {
        for limit in [1, 3, 200] {
            let (mut found, mut after) = (Vec::new(), None);
            for _ in pages("the list of flows") {
                let query = FlowQuery { status, limit: PageLimit::new(limit).unwrap(), after };
                let page = flows.list(FlowReader::Author(author), query).await.unwrap();
                found.extend(page.rows.iter().map(|flow: &FlowHead| (flow.id, flow.status, flow.latest)));
                let Some(next) = page.next else { break };
                after = Some(next);
            }
            let of_status = expected.iter().filter(|row| status.is_none_or(|status| row.1 == status));
            assert_eq!(found, of_status.copied().collect::<Vec<_>>(), "{status:?} {limit}");
        }
    }
    let id = expected.iter().find(|row| row.1 == FlowStatus::Published && row.2.is_some()).unwrap().0;
    for number in 2..=5 {
        flows.edit(author, id, tree("Dock", &format!("Question {number}?")), None).await.unwrap();
        flows.publish(author, id, None).await.unwrap();
    }
    let (mut found, mut after) = (Vec::new(), None);
    for _ in pages("the list of versions") {
        let query = VersionQuery { limit: PageLimit::new(2).unwrap(), after };
        let page = flows.versions(FlowReader::Author(author), id, query).await.unwrap();
        found.extend(page.rows.iter().map(|version| version.number.get()));
        let Some(next) = page.next else { break };
        after = Some(next);
    }
    assert_eq!(found, [5, 4, 3, 2, 1]);
}

/// A version pins its sub-flows as they were when it was published, and is walked with those for good.
pub async fn a_version_is_walked_with_the_sub_flows_that_it_pins(world: &World) {
    let desk = world.desk().await;
    let (flows, author, account_id) = (management(&desk), author(desk.account.id), desk.account.id);
    let inner = flows.create(author, tree("Inner", "First?")).await.unwrap().id;
    let outer = flows.create(author, calling("Outer", inner)).await.unwrap().id;
    let refused = flows.publish(author, outer, None).await;
    assert!(matches!(refused, Err(FlowManagementError::Refused(_))), "a draft cannot be run: {refused:?}");
    flows.publish(author, inner, None).await.unwrap();
    flows.publish(author, outer, None).await.unwrap();
    flows.edit(author, inner, tree("Inner", "Second?"), None).await.unwrap();
    flows.publish(author, inner, None).await.unwrap();
    let compiled = CompiledFlows::new(world.flows.clone(), CompiledCache::default());
    let first = compiled.compiled(account_id, outer, FIRST).await.unwrap().unwrap();
    assert_eq!(first.root().and_then(|node| node.text()), Some("First?"));
    flows.publish(author, outer, None).await.unwrap();
    let second = compiled.compiled(account_id, outer, FIRST.next()).await.unwrap().unwrap();
    assert_eq!(second.root().and_then(|node| node.text()), Some("Second?"));
    assert!(Arc::ptr_eq(&first, &compiled.compiled(account_id, outer, FIRST).await.unwrap().unwrap()));
    assert_eq!(compiled.compiled(account_id, outer, FIRST.next().next()).await.unwrap(), None);
    // The one that is run cannot come to run the other.
    flows.edit(author, inner, calling("Inner", outer), None).await.unwrap();
    let ring = flows.publish(author, inner, None).await;
    assert!(matches!(ring, Err(FlowManagementError::Refused(_))), "{ring:?}");
    let foreign = flows.create(self::author(world.desk().await.account.id), calling("Theirs", inner)).await.unwrap();
    let theirs = self::author(foreign.account_id);
    let refused = flows.publish(theirs, foreign.id, None).await;
    assert!(matches!(refused, Err(FlowManagementError::Refused(_))), "another account's flow: {refused:?}");
}
