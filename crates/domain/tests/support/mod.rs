//! Sessions and commands for the tests of the rules.
#![expect(clippy::unwrap_used, reason = "test support")]

use chrono::{DateTime, TimeDelta, Utc};
use firstline_domain::account::{L1Actor, Role, User};
use firstline_domain::conformance::user;
use firstline_domain::session::{
    Beginning, By, Command, Event, Notes, Plan, PlanError, Session, Target, plan, replay, start,
};
use firstline_domain::text::{Answer, EscalationReason, NodeId, Question, ReasonCategory, ResolutionNotes, StepNote};
use firstline_domain::ticket::TicketKind;
use uuid::Uuid;

/// 1 January 2026.
pub fn began() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 123_456_000).unwrap()
}

pub fn actor() -> L1Actor {
    let user = user(Uuid::from_u128(2).into(), "tech@example.com", Role::L1Tech);
    User { id: Uuid::from_u128(1).into(), ..user }.l1_access().unwrap()
}

pub fn flow() -> Target {
    Target::Flow(Uuid::from_u128(3).into())
}

pub fn proposal() -> Target {
    Target::Proposal(Uuid::from_u128(4).into())
}

/// A session of `target` that has just begun, with its history.
pub fn begun(target: Target) -> (Session, Vec<Event>) {
    let beginning = Beginning {
        session_id: Uuid::from_u128(5).into(),
        account_id: actor().account_id(),
        ticket_id: Uuid::from_u128(6).into(),
        ticket_kind: TicketKind::Internal,
        walk: target.into(),
    };
    let events = start(&beginning, None, actor(), began());
    let session = replay(beginning.account_id, beginning.session_id, &events, Notes::empty()).unwrap();
    (session, events)
}

/// The session after a command, with the events that it made.
pub fn after(session: &Session, command: Command, now: DateTime<Utc>) -> Result<(Session, Vec<Event>), PlanError> {
    let by = match command {
        Command::Abandon { .. } => By::System,
        _ => By::Actor(actor()),
    };
    Ok(match plan(session, None, command, by, now)? {
        Plan::Unchanged => (session.clone(), Vec::new()),
        Plan::Change { save, after } => (*after, save.events),
    })
}

pub fn step(node: &str, note: Option<&str>) -> Command {
    Command::Step {
        node_id: NodeId::new(node).unwrap(),
        question: Some(Question::new("Is the cable in?").unwrap()),
        answer: Answer::new("Yes").unwrap(),
        note: note.map(|note| StepNote::new(note).unwrap()),
        answered: None,
    }
}

pub fn notes(text: &str) -> Command {
    let entry = serde_json::json!({ "text": text });
    Command::ReplaceNotes { notes: Notes::new(vec![entry.as_object().unwrap().clone()]).unwrap() }
}

pub fn resolve(helpful: bool) -> Command {
    Command::Resolve { helpful, resolution_notes: ResolutionNotes::new("").unwrap() }
}

pub fn escalate() -> Command {
    Command::Escalate {
        reason: EscalationReason::none_given(),
        reason_category: ReasonCategory::new("hardware").unwrap(),
    }
}

pub fn abandon() -> Command {
    Command::Abandon { idle_after: TimeDelta::hours(24), ahead: None }
}

pub fn undo(node: Option<&str>) -> Command {
    Command::Undo { node_id: node.map(|node| NodeId::new(node).unwrap()), answered: None }
}
