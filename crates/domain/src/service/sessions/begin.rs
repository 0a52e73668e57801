//! How walks begin: from a call, from a ticket that is still open, or not at all because an engineer takes over.

use std::sync::Arc;

use super::error::WorkspaceError;
use super::workspace::Workspace;
use crate::account::L1Actor;
use crate::error::StoreError;
use crate::flow::walk::CompiledFlow;
use crate::ids::{SessionId, TicketId};
use crate::ports::{CreateOutcome, NewWalk, Walkable, WalkedTicket};
use crate::session::{Beginning, Event, Notes, Session, Target, WalkRequest, replay, start, start_escalated};
use crate::text::{EscalationReason, ReasonCategory};
use crate::ticket::{CallDetails, Ticket, TicketKind, TicketNotOpen, TicketStatus};

/// A call that comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// What the technician writes down.
    pub call: CallDetails,
    /// What is asked of the walk.
    pub walk: WalkRequest,
}

/// A call that goes to an engineer at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscalateWithoutWalk {
    /// What the technician writes down.
    pub call: CallDetails,
    /// Why; empty when nothing was said.
    pub reason: EscalationReason,
    /// The kind of reason.
    pub reason_category: ReasonCategory,
}

/// A walk that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkBegun {
    /// Its session.
    pub session: Session,
}

impl Workspace {
    /// Takes a call: makes a ticket and begins a walk on it.
    ///
    /// # Errors
    /// [`WorkspaceError::FlowNotFound`] or [`WorkspaceError::FlowProposalNotFound`] when the target cannot be walked (no
    /// ticket is left behind); [`WorkspaceError::Store`].
    pub async fn intake(&self, actor: L1Actor, intake: Intake) -> Result<WalkBegun, WorkspaceError> {
        let guide = self.walkable(actor, intake.walk.target).await?;
        let beginning = self.beginning(actor, TicketId::generate(self.ids.as_ref()), intake.walk);
        let now = self.now();
        let events = start(&beginning, guide.as_deref(), actor, now);
        let ticket = new_ticket(actor, &beginning, intake.call, events.as_slice())?;
        self.create(beginning, WalkedTicket::New(ticket), events).await
    }

    /// Begins a walk on a ticket that is open, because its earlier walk was abandoned.
    ///
    /// # Errors
    /// [`WorkspaceError::TicketNotFound`]; [`WorkspaceError::TicketNotOpen`] when it is closed or being walked;
    /// [`WorkspaceError::FlowNotFound`], [`WorkspaceError::FlowProposalNotFound`], [`WorkspaceError::Store`].
    pub async fn walk(
        &self,
        actor: L1Actor,
        ticket_id: TicketId,
        walk: WalkRequest,
    ) -> Result<WalkBegun, WorkspaceError> {
        let ticket = self.sessions.ticket(actor.account_id(), ticket_id).await?;
        let ticket = ticket.ok_or(WorkspaceError::TicketNotFound(ticket_id))?;
        let guide = self.walkable(actor, walk.target).await?;
        ticket.may_start_walk()?;
        let beginning = self.beginning(actor, ticket_id, walk);
        let events = start(&beginning, guide.as_deref(), actor, self.now().max(ticket.ticket.created_at));
        self.create(beginning, WalkedTicket::Existing(ticket_id), events).await
    }

    /// Takes a call and hands it to an engineer at once: a ticket with an ad hoc session that is escalated already.
    ///
    /// # Errors
    /// [`WorkspaceError::Store`].
    pub async fn escalate_without_walk(
        &self,
        actor: L1Actor,
        request: EscalateWithoutWalk,
    ) -> Result<Session, WorkspaceError> {
        let beginning = self.beginning(actor, TicketId::generate(self.ids.as_ref()), Target::Adhoc.into());
        let events = start_escalated(&beginning, actor, request.reason, request.reason_category, self.now());
        let ticket = new_ticket(actor, &beginning, request.call, events.as_slice())?;
        Ok(self.create(beginning, WalkedTicket::New(ticket), events).await?.session)
    }

    fn beginning(&self, actor: L1Actor, ticket_id: TicketId, walk: WalkRequest) -> Beginning {
        Beginning {
            session_id: SessionId::generate(self.ids.as_ref()),
            account_id: actor.account_id(),
            ticket_id,
            ticket_kind: TicketKind::Internal,
            walk,
        }
    }

    /// The rule that only published flows of the account, and its proposals, can be walked: with the version of an authored flow
    /// that is published now. The store checks once more as it writes, for what changes in between.
    async fn walkable(&self, actor: L1Actor, target: Target) -> Result<Option<Arc<CompiledFlow>>, WorkspaceError> {
        let account_id = actor.account_id();
        match target {
            Target::Adhoc => Ok(None),
            Target::Flow(id) => match self.flows.walkable(account_id, id).await? {
                None => Err(WorkspaceError::FlowNotFound(id)),
                Some(Walkable::External) => Ok(None),
                Some(Walkable::Version(number)) => self.version(account_id, id, number).await.map(Some),
            },
            Target::Proposal(id) => {
                let proposal = self.flows.proposal(account_id, id).await?;
                proposal.map(|_| None).ok_or(WorkspaceError::FlowProposalNotFound(id))
            }
        }
    }

    async fn create(
        &self,
        beginning: Beginning,
        ticket: WalkedTicket,
        events: Vec<Event>,
    ) -> Result<WalkBegun, WorkspaceError> {
        let session = begun(&beginning, &events)?;
        let is_new_ticket = matches!(ticket, WalkedTicket::New(_));
        let outcome = self.sessions.create(NewWalk { ticket, header: session.header.clone(), events }).await?;
        match (outcome, beginning.walk.target) {
            (CreateOutcome::Created, _) => Ok(WalkBegun { session }),
            (CreateOutcome::FlowNotFound, Target::Flow(id)) => Err(WorkspaceError::FlowNotFound(id)),
            (CreateOutcome::FlowProposalNotFound, Target::Proposal(id)) => {
                Err(WorkspaceError::FlowProposalNotFound(id))
            }
            // Its status was `open` a moment ago: another walk has begun on it since.
            (CreateOutcome::TicketNotOpen, _) if !is_new_ticket => {
                Err(TicketNotOpen { status: TicketStatus::Open }.into())
            }
            (CreateOutcome::TicketNotOpen | CreateOutcome::FlowNotFound | CreateOutcome::FlowProposalNotFound, _) => {
                let what = format!("the store answered a new walk with {outcome:?}, which cannot be");
                Err(StoreError::Failed(what.into()).into())
            }
        }
    }
}

fn begun(beginning: &Beginning, events: &[Event]) -> Result<Session, WorkspaceError> {
    replay(beginning.account_id, beginning.session_id, events, Notes::empty())
        .map_err(|source| WorkspaceError::Corrupt { session_id: beginning.session_id, source })
}

fn new_ticket(
    actor: L1Actor,
    beginning: &Beginning,
    call: CallDetails,
    events: &[Event],
) -> Result<Ticket, WorkspaceError> {
    let header = begun(beginning, events)?.header;
    Ok(Ticket {
        id: beginning.ticket_id,
        account_id: beginning.account_id,
        created_by: actor.user_id(),
        call,
        status: TicketStatus::following(&header),
        created_at: header.started_at,
        updated_at: header.started_at,
    })
}
