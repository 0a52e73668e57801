//! The one write path: load, decide, save if still current, else decide again.

use chrono::TimeDelta;

use super::error::WorkspaceError;
use super::guide::standing;
use super::{SessionView, Workspace};
use crate::account::L1Actor;
use crate::clock::Instant;
use crate::ids::{AccountId, SessionId};
use crate::ports::SaveOutcome;
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

    pub(super) async fn carry_out(
        &self,
        account_id: AccountId,
        session_id: SessionId,
        command: Command,
        by: By,
    ) -> Result<SessionView, WorkspaceError> {
        self.carry_out_at(account_id, session_id, command, by, &|| self.now()).await
    }

    /// As [`carry_out`](Self::carry_out), with another clock to decide by.
    pub(super) async fn carry_out_at(
        &self,
        account_id: AccountId,
        session_id: SessionId,
        command: Command,
        by: By,
        clock: &(dyn Fn() -> Instant + Sync),
    ) -> Result<SessionView, WorkspaceError> {
        let began = self.now();
        let mut session =
            self.sessions.session(account_id, session_id).await?.ok_or(WorkspaceError::SessionNotFound(session_id))?;
        // Before anything is saved: what is saved then can also be shown.
        let guide = if leaves_active(&command) { self.guide(&session.header).await? } else { None };
        let seen = |session: Session| {
            let walk = standing(&session.header, guide.clone())?;
            Ok(SessionView { session, walk })
        };
        loop {
            let planned =
                plan(&session, guide.as_deref(), command.clone(), by, clock()).map_err(|error| match error {
                    PlanError::Refused(refusal) => WorkspaceError::Refused(refusal),
                    PlanError::Corrupt(source) => WorkspaceError::Corrupt { session_id, source },
                })?;
            let Plan::Change { save, after } = planned else { return seen(session) };
            match self.sessions.save(*save).await? {
                SaveOutcome::Saved => return seen(*after),
                SaveOutcome::Missing => return Err(WorkspaceError::SessionNotFound(session_id)),
                SaveOutcome::Conflict(current) => session = *current,
            }
            let spent: TimeDelta = self.now() - began;
            if spent >= self.settings.contention_deadline {
                return Err(WorkspaceError::Contended(session_id));
            }
        }
    }
}

/// Whether the session goes on after the command, so that where it stands is shown.
const fn leaves_active(command: &Command) -> bool {
    match command {
        Command::Step { .. } | Command::Undo { .. } | Command::ReplaceNotes { .. } => true,
        Command::Resolve { .. } | Command::Escalate { .. } | Command::Abandon { .. } => false,
    }
}
