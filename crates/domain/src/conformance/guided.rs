//! Walks of a flow's version, from beginning to end, put straight into a store.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::json;

use super::support::{Desk, RandomIds, World, call, escalate, resolve};
use crate::clock::{Clock, Instant};
use crate::flow::Flow;
use crate::flow::authored::{FlowVersion, VersionNumber};
use crate::flow::format::from_value;
use crate::flow::walk::CompiledFlow;
use crate::ids::{FlowId, IdSource, SessionId};
use crate::notes::Notes;
use crate::repository::{CreateOutcome, NewWalk, PutOutcome, SaveOutcome, WalkedTicket};
use crate::session::{Beginning, By, Command, Plan, Session, Target, plan, replay, start};
use crate::text::{Answer, Name};
use crate::ticket::{Ticket, TicketKind, TicketStatus};

/// How a walk goes: at each node the answer of that number, counted round, `None` to take a step back; and how it ends.
pub(super) type Script<'a> = (&'a [Option<usize>], End);

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

impl End {
    pub(super) const ALL: [Self; 4] = [Self::Helpful, Self::NotHelpful, Self::Escalated, Self::Abandoned];
}

/// A flow of the desk that is walked by versions.
pub(super) async fn printer_offline(desk: &Desk) -> FlowId {
    let flow = Flow { id: RandomIds.new_id().into(), name: Name::new("Printer offline").unwrap(), ..desk.flow.clone() };
    assert_eq!(desk.world.flows.put_flow(&flow).await.unwrap(), PutOutcome::Stored);
    flow.id
}

/// A version of that flow, as far as walking needs it: "power" leads to "restart" and "broken", "restart" to "works",
/// and that to "fixed" and back to "power".
pub(super) fn version_of(desk: &Desk, flow_id: FlowId, number: u32) -> CompiledFlow {
    let answer =
        |key: usize, next: &str| json!({ "id": format!("to-{next}"), "label": next, "key": key, "next": next });
    let document = json!({
        "format": "firstline-flow/1", "name": "Printer offline", "description": "For when nothing comes out.",
        "keywords": ["printer"], "language": "en", "root": "power", "nodes": [
            { "id": "power", "kind": "question", "prompt": "Is it on?", "answers": [answer(1, "restart"), answer(2, "broken")] },
            { "id": "restart", "kind": "instruction", "text": "Switch it off and on.", "done": "Done", "next": "works" },
            { "id": "works", "kind": "question", "prompt": "Does it print?", "answers": [answer(1, "fixed"), answer(2, "power")] },
            { "id": "fixed", "kind": "resolved", "text": "It prints again." },
            { "id": "broken", "kind": "escalate", "reason_category": "hardware" },
        ],
    });
    let version = FlowVersion {
        flow_id,
        account_id: desk.account.id,
        number: VersionNumber::new(number).unwrap(),
        tree: from_value(&document).unwrap(),
        pins: BTreeMap::default(),
        published_by: desk.coverage.user_id(),
        published_at: Instant::UNIX_EPOCH,
    };
    CompiledFlow::compile(&version, &[]).unwrap()
}

/// Walks `flow` as the script has it, a few seconds a step, and answers the session.
pub(super) async fn walk(world: &World, desk: &Desk, flow: &CompiledFlow, (turns, end): Script<'_>) -> SessionId {
    let mut session = begin(world, desk, flow).await;
    for (number, turn) in turns.iter().enumerate() {
        desk.clock.advance(TimeDelta::milliseconds(1_700 + 900 * i64::try_from(number).unwrap()));
        let node = flow.node(session.header.next_node_id.as_ref().unwrap()).unwrap();
        let command = match turn {
            None if session.path.is_empty() => continue,
            None => Command::Undo { node_id: None },
            Some(_) if node.is_end() => continue,
            Some(chosen) => {
                let choice = &node.answers()[chosen % node.answers().len()];
                let answer = Answer::new(choice.id.as_str()).unwrap();
                Command::Step { node_id: node.id.clone(), question: None, answer, note: None }
            }
        };
        session = carry_out(world, desk, flow, session, command).await;
    }
    desk.wait(3);
    let command = match end {
        End::Helpful => resolve(true),
        End::NotHelpful => resolve(false),
        End::Escalated => escalate(),
        End::Abandoned => Command::Abandon { idle_after: TimeDelta::seconds(1) },
        End::GoesOn => return session.header.id,
    };
    carry_out(world, desk, flow, session, command).await.header.id
}

async fn begin(world: &World, desk: &Desk, flow: &CompiledFlow) -> Session {
    let beginning = Beginning {
        session_id: RandomIds.new_id().into(),
        account_id: desk.account.id,
        ticket_id: RandomIds.new_id().into(),
        ticket_kind: TicketKind::Internal,
        target: Target::Flow(flow.flow_id()),
    };
    let now = desk.clock.now();
    let events = start(&beginning, Some(flow), desk.technician, now);
    let session = replay(desk.account.id, beginning.session_id, &events, Notes::empty()).unwrap();
    let ticket = Ticket {
        id: beginning.ticket_id,
        account_id: desk.account.id,
        created_by: desk.technician.user_id(),
        call: call("Nothing comes out"),
        status: TicketStatus::following(&session.header),
        created_at: now,
        updated_at: now,
    };
    let walk = NewWalk { ticket: WalkedTicket::New(ticket), header: session.header.clone(), events };
    assert_eq!(world.sessions.create(walk).await.unwrap(), CreateOutcome::Created);
    session
}

async fn carry_out(world: &World, desk: &Desk, flow: &CompiledFlow, session: Session, command: Command) -> Session {
    let by = if matches!(command, Command::Abandon { .. }) { By::System } else { By::Actor(desk.technician) };
    let Plan::Change { save, after } = plan(&session, Some(flow), command, by, desk.clock.now()).unwrap() else {
        panic!("the command changes nothing")
    };
    assert_eq!(world.sessions.save(*save).await.unwrap(), SaveOutcome::Saved);
    *after
}
