//! A change that others come before is tried again until its deadline, and not beyond.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "support/busy.rs"]
mod busy;
#[path = "support/hooked.rs"]
mod hooked;

use std::sync::Arc;

use chrono::TimeDelta;
use firstline_domain::account::Role;
use firstline_domain::conformance::{Desk, RandomIds, World, user};
use firstline_domain::flow::format::from_value;
use firstline_domain::flow::tree::Tree;
use firstline_domain::service::{
    CompiledCache, FlowManagement, FlowManagementError, UserManagement, UserManagementError, WorkspaceError,
};
use firstline_domain::session::{Command, Notes};
use serde_json::json;

use busy::Busy;

/// How many others may come first: the deadline is two seconds, and each takes half of one.
const WITHIN: usize = 3;

async fn desk(busy: &Arc<Busy>) -> Desk {
    let mut world = World::of(Arc::new(busy.store.clone()));
    let mut desk = world.desk().await;
    world.sessions = busy.clone();
    desk.workspace = world.workspace(busy.hooks.clock.clone());
    desk
}

#[tokio::test]
async fn a_change_of_a_session_is_tried_again_until_its_deadline() {
    let busy = Arc::new(Busy::new());
    let desk = desk(&busy).await;
    let id = desk.flow_walk().await.header.id;
    let notes = || Command::ReplaceNotes { notes: Notes::new(vec![serde_json::Map::new()]).unwrap() };
    busy.others_first(WITHIN + 1);
    let late = desk.workspace.change(desk.technician, id, notes()).await;
    assert!(matches!(late, Err(WorkspaceError::Contended(session)) if session == id));
    assert_eq!(busy.others_first(WITHIN), WITHIN + 1);
    desk.workspace.change(desk.technician, id, notes()).await.unwrap();
    assert_eq!(busy.others_first(0), WITHIN + 1);
}

#[tokio::test]
async fn a_change_of_a_user_is_tried_again_until_its_deadline() {
    let busy = Arc::new(Busy::new());
    let account_id = desk(&busy).await.account.id;
    let ids = Arc::new(RandomIds);
    let users = UserManagement::new(busy.clone(), busy.hooks.clock.clone(), ids, TimeDelta::seconds(2));
    let user = user(account_id, "late@example.com", Role::Viewer);
    busy.others_first(WITHIN + 1);
    let late = users.provision(user.clone()).await;
    assert!(matches!(late, Err(UserManagementError::Contended(account)) if account == account_id));
    assert_eq!(busy.others_first(WITHIN), WITHIN + 1);
    users.provision(user).await.unwrap();
    assert_eq!(busy.others_first(0), WITHIN + 1);
}

#[tokio::test]
async fn a_change_of_a_flow_is_tried_again_until_its_deadline() {
    let busy = Arc::new(Busy::new());
    let account_id = desk(&busy).await.account.id;
    let ids = Arc::new(RandomIds);
    let author = user(account_id, "author@example.com", Role::Engineer).may_author_flows().unwrap();
    let (kept, deadline) = (CompiledCache::default(), TimeDelta::seconds(2));
    let flows = FlowManagement::new(busy.clone(), kept, busy.hooks.clock.clone(), ids, deadline);
    let id = flows.create(author, tree("First?")).await.unwrap().id;
    busy.others_first(WITHIN + 1);
    let late = flows.edit(author, id, tree("Second?"), None).await;
    assert!(matches!(late, Err(FlowManagementError::Contended(flow)) if flow == id));
    assert_eq!(busy.others_first(WITHIN), WITHIN + 1);
    flows.edit(author, id, tree("Second?"), None).await.unwrap();
    assert_eq!(busy.others_first(0), WITHIN + 1);
}

fn tree(prompt: &str) -> Tree {
    let nodes = json!([
        { "id": "ask", "kind": "question", "prompt": prompt, "answers": [
            { "id": "yes", "key": 1, "label": "Yes", "next": "solved" },
            { "id": "no", "key": 2, "label": "No", "next": "ask" } ] },
        { "id": "solved", "kind": "resolved", "text": "It works." },
    ]);
    from_value(&json!({ "format": "firstline-flow/1", "name": "Dock", "root": "ask", "nodes": nodes })).unwrap()
}
