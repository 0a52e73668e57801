//! The one write path: load, decide, save if still current, else decide again.

use chrono::TimeDelta;

use super::Workspace;
use crate::account::L1Actor;
use crate::error::WorkspaceError;
use crate::ids::{AccountId, SessionId};
use crate::repository::SaveOutcome;
use crate::session::{By, Command, Plan, PlanError, Session, plan};

impl Workspace {
    /// Carries out `command` on a session of the actor's account: a step, notes, resolve or escalate. Anybody with L1
    /// access may do so on anybody's session of the account, as calls are handed over mid-shift.
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
    ) -> Result<Session, WorkspaceError> {
        self.carry_out(actor.account_id(), session_id, command, By::Actor(actor)).await
    }

    pub(super) async fn carry_out(
        &self,
        account_id: AccountId,
        session_id: SessionId,
        command: Command,
        by: By,
    ) -> Result<Session, WorkspaceError> {
        let began = self.now();
        let mut session =
            self.sessions.session(account_id, session_id).await?.ok_or(WorkspaceError::SessionNotFound(session_id))?;
        loop {
            let planned = plan(&session, None, command.clone(), by, self.now()).map_err(|error| match error {
                PlanError::Refused(refusal) => WorkspaceError::Refused(refusal),
                PlanError::Corrupt(source) => WorkspaceError::Corrupt { session_id, source },
            })?;
            let Plan::Change { save, after } = planned else { return Ok(session) };
            match self.sessions.save(*save).await? {
                SaveOutcome::Saved => return Ok(*after),
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
