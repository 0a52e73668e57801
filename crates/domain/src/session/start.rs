//! How a session begins: what is asked for, what is recorded of it, and the session that follows.
//!
//! What a caller gives when a walk begins goes through [`WalkRequest`], [`Started`] and [`Header`]: a field of it is
//! written here and in [`Header`] alone.

use serde::{Deserialize, Serialize};

use super::notes::Notes;
use super::state::{Header, Session, SessionState, Target};
use crate::account::{ActingAs, L1Actor};
use crate::clock::Instant;
use crate::flow::authored::VersionNumber;
use crate::flow::walk::CompiledFlow;
use crate::ids::{AccountId, FlowId, FlowProposalId, SessionId, TicketId, UserId};
use crate::text::NodeId;
use crate::ticket::TicketKind;

/// What a caller asks of a new walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkRequest {
    /// What is to be walked.
    pub target: Target,
}

/// A walk of the target, with nothing else asked for.
impl From<Target> for WalkRequest {
    fn from(target: Target) -> Self {
        Self { target }
    }
}

/// What a new session begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// The identifier that the session is to have.
    pub session_id: SessionId,
    /// The account it belongs to.
    pub account_id: AccountId,
    /// The ticket it works on.
    pub ticket_id: TicketId,
    /// Where that ticket lives.
    pub ticket_kind: TicketKind,
    /// What the caller asks for.
    pub walk: WalkRequest,
}

/// How a session began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "StartedJson", try_from = "StartedJson")]
pub struct Started {
    /// What is walked.
    pub target: Target,
    /// The version of the flow, of a guided walk.
    pub flow_version: Option<VersionNumber>,
    /// The node that the walk stands at, of a guided walk: its first.
    pub next_node_id: Option<NodeId>,
    /// The ticket it works on.
    pub ticket_id: TicketId,
    /// Where that ticket lives.
    pub ticket_kind: TicketKind,
    /// Who started it.
    pub created_by: UserId,
}

impl Started {
    /// The start of a session by `actor`, whose walk is guided by `guide` if that is given.
    pub(super) fn of(beginning: &Beginning, guide: Option<&CompiledFlow>, actor: L1Actor) -> Self {
        Self {
            target: beginning.walk.target,
            flow_version: guide.map(CompiledFlow::version),
            next_node_id: guide.and_then(CompiledFlow::root).map(|root| root.id.clone()),
            ticket_id: beginning.ticket_id,
            ticket_kind: beginning.ticket_kind,
            created_by: actor.user_id(),
        }
    }

    /// The session that starts so at `at`, with no step and no notes.
    pub(super) fn session(
        &self,
        account: AccountId,
        id: SessionId,
        acting_as: Option<ActingAs>,
        at: Instant,
    ) -> Session {
        let walk_notes = Notes::empty();
        Session {
            header: Header {
                id,
                account_id: account,
                created_by: self.created_by,
                acting_as,
                ticket_id: self.ticket_id,
                ticket_kind: self.ticket_kind,
                target: self.target,
                flow_version: self.flow_version,
                current_node_id: None,
                next_node_id: self.next_node_id.clone(),
                state: SessionState::Active,
                started_at: at,
                last_step_at: at,
                step_count: 0,
                undone_count: 0,
                step_bytes: 0,
                notes: walk_notes.digest(),
                version: 1,
            },
            path: Vec::new(),
            walk_notes,
        }
    }
}

/// The stored form of [`Started`]: the target in its three parts.
#[derive(Serialize, Deserialize)]
struct StartedJson {
    session_kind: String,
    flow_id: Option<FlowId>,
    flow_proposal_id: Option<FlowProposalId>,
    // Those of before there were guided walks do not have these two.
    #[serde(default)]
    flow_version: Option<VersionNumber>,
    #[serde(default)]
    next_node_id: Option<NodeId>,
    ticket_id: TicketId,
    ticket_kind: TicketKind,
    created_by_user_id: UserId,
}

impl From<Started> for StartedJson {
    fn from(started: Started) -> Self {
        Self {
            session_kind: started.target.kind().as_str().to_owned(),
            flow_id: started.target.flow_id(),
            flow_proposal_id: started.target.flow_proposal_id(),
            flow_version: started.flow_version,
            next_node_id: started.next_node_id,
            ticket_id: started.ticket_id,
            ticket_kind: started.ticket_kind,
            created_by_user_id: started.created_by,
        }
    }
}

/// The three parts of a stored target contradict each other.
#[derive(Debug, thiserror::Error)]
#[error("session_kind and target contradict each other")]
struct TargetContradicts;

impl TryFrom<StartedJson> for Started {
    type Error = TargetContradicts;

    fn try_from(json: StartedJson) -> Result<Self, TargetContradicts> {
        Ok(Self {
            target: Target::from_parts(&json.session_kind, json.flow_id, json.flow_proposal_id)
                .ok_or(TargetContradicts)?,
            flow_version: json.flow_version,
            next_node_id: json.next_node_id,
            ticket_id: json.ticket_id,
            ticket_kind: json.ticket_kind,
            created_by: json.created_by_user_id,
        })
    }
}
