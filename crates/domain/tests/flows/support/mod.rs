//! Trees, authors and other flows for the tests.

pub mod random;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use firstline_domain::account::{FlowAuthor, Role, User};
use firstline_domain::conformance;
use firstline_domain::flow::authored::{FlowChange, FlowPlan, FlowVersion, VersionNumber};
use firstline_domain::flow::check::{Defect, KnownFlow, KnownFlows};
use firstline_domain::flow::format::from_value;
use firstline_domain::flow::tree::Tree;
use firstline_domain::flow::walk::CompiledFlow;
use firstline_domain::ids::FlowId;
use firstline_domain::text::NodeId;
use serde_json::{Value, json};
use uuid::Uuid;

/// 1 January 2026.
pub fn began() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 123_456_000).unwrap()
}

pub fn user(role: Role, active: bool) -> User {
    let user = conformance::user(Uuid::from_u128(2).into(), "author@example.com", role);
    User { id: Uuid::from_u128(1).into(), active, ..user }
}

pub fn author() -> FlowAuthor {
    user(Role::Engineer, true).may_author_flows().unwrap()
}

pub fn flow_id(number: u128) -> FlowId {
    Uuid::from_u128(number).into()
}

pub fn node_id(text: &str) -> NodeId {
    NodeId::new(text).unwrap()
}

/// A document without any defect around these nodes; the first is the root.
pub fn document(nodes: &Value) -> Value {
    json!({
        "format": "firstline-flow/1",
        "name": "Printer offline",
        "description": "For when nothing comes out.",
        "keywords": ["printer", "offline"],
        "language": "en",
        "root": nodes[0]["id"],
        "nodes": nodes,
    })
}

pub fn tree(nodes: &Value) -> Tree {
    from_value(&document(nodes)).unwrap()
}

pub fn question(id: &str, targets: &[&str]) -> Value {
    let answer = |(at, target): (usize, &&str)| json!({ "id": format!("a{}", at + 1), "label": format!("Answer {}", at + 1), "key": at + 1, "next": target });
    let answers: Vec<Value> = targets.iter().enumerate().map(answer).collect();
    json!({ "id": id, "kind": "question", "prompt": format!("What about {id}?"), "answers": answers })
}

pub fn instruction(id: &str, next: &str) -> Value {
    json!({ "id": id, "kind": "instruction", "text": format!("Do {id}."), "done": "Done", "next": next })
}

pub fn call(id: &str, flow: FlowId, next: &str) -> Value {
    json!({ "id": id, "kind": "sub_flow", "flow": flow.to_string(), "next": next })
}

pub fn resolved(id: &str) -> Value {
    json!({ "id": id, "kind": "resolved", "text": "It works again." })
}

pub fn escalate(id: &str) -> Value {
    json!({ "id": id, "kind": "escalate", "reason_category": "hardware", "text": "It is broken." })
}

/// A small flow with nothing wrong.
pub fn sound() -> Value {
    json!([
        question("power", &["restart", "broken"]),
        instruction("restart", "works"),
        question("works", &["fixed", "broken"]),
        resolved("fixed"),
        escalate("broken"),
    ])
}

/// Other flows of the account.
#[derive(Default, Clone)]
pub struct Library {
    pub this: Option<FlowId>,
    pub flows: HashMap<FlowId, KnownFlow>,
}

impl KnownFlows for Library {
    fn find(&self, id: FlowId) -> KnownFlow {
        self.flows.get(&id).cloned().unwrap_or(KnownFlow::Unknown)
    }

    fn this(&self) -> Option<FlowId> {
        self.this
    }
}

impl Library {
    /// Publishes `nodes` as version 1 of that flow; what it runs must be published already.
    pub fn publish(&mut self, id: FlowId, nodes: &Value) -> Arc<CompiledFlow> {
        let compiled = Arc::new(self.compile(&version(id, 1, tree(nodes), self)));
        self.flows.insert(id, KnownFlow::Published(Arc::clone(&compiled)));
        compiled
    }

    pub fn compile(&self, version: &FlowVersion) -> CompiledFlow {
        CompiledFlow::compile(version, &self.published()).unwrap()
    }

    pub fn published(&self) -> Vec<Arc<CompiledFlow>> {
        let published = self.flows.values().filter_map(|flow| match flow {
            KnownFlow::Published(compiled) => Some(Arc::clone(compiled)),
            _ => None,
        });
        published.collect()
    }
}

/// A version of that flow that pins what `library` has published.
pub fn version(id: FlowId, number: u32, tree: Tree, library: &Library) -> FlowVersion {
    let pins = library.published().into_iter().map(|compiled| (compiled.flow_id(), compiled.version())).collect();
    FlowVersion {
        flow_id: id,
        account_id: author().account_id(),
        number: VersionNumber::new(number).unwrap(),
        tree,
        pins,
        published_by: author().user_id(),
        published_at: began(),
    }
}

pub fn compiled(nodes: &Value) -> Arc<CompiledFlow> {
    Library::default().publish(flow_id(1), nodes)
}

/// The change of a plan.
#[track_caller]
pub fn change(plan: FlowPlan) -> FlowChange {
    match plan {
        FlowPlan::Change(change) => *change,
        FlowPlan::Unchanged => panic!("nothing changed"),
    }
}

/// Code, node and pointer of each.
pub fn brief(defects: &[Defect]) -> Vec<(&str, Option<&str>, &str)> {
    let parts = defects.iter().map(|defect| (defect.code.as_str(), defect.node_id.as_deref(), defect.pointer.as_str()));
    parts.collect()
}
