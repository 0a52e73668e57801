//! The one write path: load, decide, save if still current, else decide again.

use std::sync::Arc;

use super::error::WorkspaceError;
use super::guide::{SessionView, current_walk};
use super::workspace::Workspace;
use crate::account::L1Actor;
use crate::clock::Instant;
use crate::flow::walk::CompiledFlow;
use crate::ids::{AccountId, SessionId};
use crate::ports::SaveOutcome;
use crate::service::retry::{Attempt, retry_on_conflict};
use crate::session::{By, Command, Plan, PlanError, Session, plan};

impl Workspace {
    /// Carries out `command` on a session of the actor's account: a step, undo, notes, resolve or escalate. Anybody
    /// with L1 access may do so on anybody's session of the account, as calls are handed over mid-shift.
    ///
    /// # Errors
    /// [`WorkspaceError::SessionNotFound`]; [`WorkspaceError::Refused`] as the state machine says;
    /// [`WorkspaceError::Contended`] when others kept coming first until the deadline; [`WorkspaceError::Corrupt`];
    /// [`WorkspaceError::Store`].
    pub async fn change(
        &self,
        actor: L1Actor,
        session_id: SessionId,
        command: Command,
    ) -> Result<SessionView, WorkspaceError> {
        self.carry_out(actor.account_id(), session_id, command, By::Actor(actor)).await
    }

    async fn carry_out(
        &self,
        account_id: AccountId,
        session_id: SessionId,
        command: Command,
        by: By,
    ) -> Result<SessionView, WorkspaceError> {
        self.carry_out_at(account_id, session_id, command, by, &|| self.now()).await
    }

    /// As [`carry_out`](Self::carry_out), with another clock to decide by.
    pub(in crate::service) async fn carry_out_at(
        &self,
        account_id: AccountId,
        session_id: SessionId,
        command: Command,
        by: By,
        clock: &(dyn Fn() -> Instant + Sync),
    ) -> Result<SessionView, WorkspaceError> {
        let (process_clock, deadline) = (self.clock.as_ref(), self.settings.contention_deadline);
        let contended = WorkspaceError::Contended(session_id);
        retry_on_conflict(process_clock, deadline, contended, None, |loaded| async {
            let (session, flow) = match loaded {
                Some(loaded) => loaded,
                None => self.load(account_id, session_id, &command).await?,
            };
            let plan = plan(&session, flow.as_deref(), command.clone(), by, clock()).map_err(|error| match error {
                PlanError::Refused(refusal) => WorkspaceError::Refused(refusal),
                PlanError::Corrupt(source) => WorkspaceError::Corrupt { session_id, source },
            })?;
            let Plan::Change { save, after } = plan else { return view(session, flow).map(Attempt::Done) };
            match self.sessions.save(*save).await? {
                SaveOutcome::Saved => view(*after, flow).map(Attempt::Done),
                SaveOutcome::Missing => Err(WorkspaceError::SessionNotFound(session_id)),
                SaveOutcome::Conflict(current) => Ok(Attempt::Conflict(Some((*current, flow)))),
            }
        })
        .await
    }

    /// The session, and the flow version that it walks if it is still active after the command. Loaded before anything
    /// is saved, so that what is saved can also be shown.
    async fn load(
        &self,
        account_id: AccountId,
        session_id: SessionId,
        command: &Command,
    ) -> Result<(Session, Option<Arc<CompiledFlow>>), WorkspaceError> {
        let session = self.sessions.session(account_id, session_id).await?;
        let session = session.ok_or(WorkspaceError::SessionNotFound(session_id))?;
        let flow = if leaves_active(command) { self.guide(&session.header).await? } else { None };
        Ok((session, flow))
    }
}

/// The session beside where it stands in `flow`.
fn view(session: Session, flow: Option<Arc<CompiledFlow>>) -> Result<SessionView, WorkspaceError> {
    let walk = current_walk(&session.header, flow)?;
    Ok(SessionView { session, walk })
}

/// Whether the session goes on after the command, so that where it stands is shown.
const fn leaves_active(command: &Command) -> bool {
    match command {
        Command::Step { .. } | Command::Undo { .. } | Command::ReplaceNotes { .. } => true,
        Command::Resolve { .. } | Command::Escalate { .. } | Command::Abandon { .. } => false,
    }
}
