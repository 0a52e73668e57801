//! Walks of a flow's version, from beginning to end, put straight into a store.

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::json;

use super::authored_flows::management;
use super::support::{Desk, escalate, resolve, unchecked_walk};
use crate::account::FlowAuthor;
use crate::clock::Clock;
use crate::flow::authored::VersionNumber;
use crate::flow::format::from_value;
use crate::flow::tree::Tree;
use crate::flow::walk::CompiledFlow;
use crate::ids::SessionId;
use crate::ports::{CreateOutcome, SaveOutcome};
use crate::session::{By, Command, Notes, Plan, Session, Target, plan};
use crate::text::Answer;

/// How a walk goes: at each node the answer of that number, counted round, `None` to take a step back; and how it ends.
type Script<'a> = (&'a [Option<usize>], End);

/// How a walk ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    Helpful,
    NotHelpful,
    Escalated,
    Abandoned,
    /// It does not.
    GoesOn,
}

/// Every way to end.
pub(super) const END: [End; 4] = [End::Helpful, End::NotHelpful, End::Escalated, End::Abandoned];

/// Publishes a flow of the desk so many times, and answers the versions from 1 on: "power" leads to "restart" and
/// "broken", "restart" to "works", and that to "fixed" and back to "power".
pub async fn printer_offline(desk: &Desk, versions: u32) -> Vec<Arc<CompiledFlow>> {
    let (flows, author) = (management(desk), author(desk));
    let id = flows.create(author, tree(1)).await.unwrap().id;
    let mut compiled = Vec::new();
    for number in 1..=versions {
        if number > 1 {
            flows.edit(author, id, tree(number), None).await.unwrap();
        }
        flows.publish(author, id, None).await.unwrap();
        let version = desk.world.flows.flow_version(desk.account.id, id, VersionNumber::new(number).unwrap()).await;
        compiled.push(Arc::new(CompiledFlow::compile(&version.unwrap().unwrap(), &[]).unwrap()));
    }
    compiled
}

fn tree(number: u32) -> Tree {
    let answer =
        |key: usize, next: &str| json!({ "id": format!("to-{next}"), "label": next, "key": key, "next": next });
    let document = json!({
        "format": "firstline-flow/1", "name": "Printer offline",
        "description": format!("For when nothing comes out ({number})."),
        "keywords": ["printer"], "language": "en", "root": "power", "nodes": [
            { "id": "power", "kind": "question", "prompt": format!("Is it on? ({number})"),
              "answers": [answer(1, "restart"), answer(2, "broken")] },
            { "id": "restart", "kind": "instruction", "text": "Switch it off and on.", "done": "Done",
              "next": "works" },
            { "id": "works", "kind": "question", "prompt": "Does it print?",
              "answers": [answer(1, "fixed"), answer(2, "power")] },
            { "id": "fixed", "kind": "resolved", "text": "It prints again." },
            { "id": "broken", "kind": "escalate", "reason_category": "hardware" },
        ],
    });
    from_value(&document).unwrap()
}

/// A user who authors the desk's flows.
#[must_use]
pub fn author(desk: &Desk) -> FlowAuthor {
    super::authored_flows::author(desk.account.id)
}

/// The longest way through the flow, with a step that is taken back.
const WAY: &[Option<usize>] = &[Some(1), None, Some(0), Some(0), Some(1), Some(0), Some(0), Some(0)];

/// Walks `flow` some way and ends, both as `number` has it.
pub async fn some_walk(desk: &Desk, flow: &CompiledFlow, number: usize) -> SessionId {
    walk(desk, flow, number, END[number % END.len()]).await
}

/// Walks `flow` some way, as `number` has it, and ends as told.
pub(super) async fn walk(desk: &Desk, flow: &CompiledFlow, number: usize, end: End) -> SessionId {
    script(desk, flow, number, (&WAY[..(2 * number + 1) % (WAY.len() + 1)], end)).await
}

/// Walks `flow` as the script has it, up to a minute and a half a step, as `pace` has it, and answers the session.
async fn script(desk: &Desk, flow: &CompiledFlow, pace: usize, (turns, end): Script<'_>) -> SessionId {
    let mut session = begin(desk, flow).await;
    for (number, turn) in turns.iter().enumerate() {
        let more = i64::try_from((7_919 * pace + 10_427 * number) % 90_000).unwrap();
        desk.clock.advance(TimeDelta::milliseconds(1_700 + more));
        let node = flow.node(session.header.next_node_id.as_ref().unwrap()).unwrap();
        let command = match turn {
            None if session.path.is_empty() => continue,
            None => Command::Undo { node_id: None, answered: None },
            Some(_) if node.is_end() => continue,
            Some(chosen) => {
                let choice = &node.answers()[chosen % node.answers().len()];
                let answer = Answer::new(choice.id.as_str()).unwrap();
                Command::Step { node_id: node.id.clone(), question: None, answer, note: None, answered: None }
            }
        };
        session = carry_out(desk, flow, session, command).await;
    }
    desk.wait(3);
    let command = match end {
        End::Helpful => resolve(true),
        End::NotHelpful => resolve(false),
        End::Escalated => escalate(),
        End::Abandoned => Command::Abandon { idle_after: TimeDelta::seconds(1), ahead: None },
        End::GoesOn => return session.header.id,
    };
    carry_out(desk, flow, session, command).await.header.id
}

async fn begin(desk: &Desk, flow: &CompiledFlow) -> Session {
    let walk = unchecked_walk(desk, Target::Flow(flow.flow_id()), Some(flow));
    let session = Session { header: walk.header.clone(), path: Vec::new(), walk_notes: Notes::empty() };
    assert_eq!(desk.world.sessions.create(walk).await.unwrap(), CreateOutcome::Created);
    session
}

async fn carry_out(desk: &Desk, flow: &CompiledFlow, session: Session, command: Command) -> Session {
    let by = if matches!(command, Command::Abandon { .. }) { By::System } else { By::Actor(desk.technician) };
    let Plan::Change { save, after } = plan(&session, Some(flow), command, by, desk.clock.now()).unwrap() else {
        panic!("the command changes nothing")
    };
    assert_eq!(desk.world.sessions.save(*save).await.unwrap(), SaveOutcome::Saved);
    *after
}
