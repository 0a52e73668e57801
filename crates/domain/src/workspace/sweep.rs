//! The sweeper: abandons what nobody touches, so that its tickets can be walked again.

use super::Workspace;
use crate::error::{StoreError, WorkspaceError};
use crate::repository::IdleSession;
use crate::session::{By, Command, Refusal};

/// How many sessions the sweeper looks up at once.
pub const SWEEP_BATCH: u16 = 200;

/// What one sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// How many sessions it abandoned.
    pub abandoned: u64,
    /// How many it left because somebody came first: a technician, or another sweeper.
    pub left: u64,
    /// How many it could not read because their rows are damaged; their ids are in [`Workspace::sweep`]'s reports.
    pub corrupt: u64,
}

impl Workspace {
    /// Abandons every session, of all accounts, that nobody has touched for longer than
    /// [`idle_after`](super::WorkspaceSettings::idle_after). Any number of sweepers may run at once: each session is
    /// abandoned once. A damaged session does not stop the others: it is handed to `report` and counted.
    ///
    /// # Errors
    /// [`WorkspaceError::Store`] when the store fails; what was abandoned until then stays so.
    pub async fn sweep(&self, report: &(dyn Fn(&WorkspaceError) + Sync)) -> Result<Swept, WorkspaceError> {
        let before = self.now() - self.settings.idle_after;
        let mut swept = Swept::default();
        let mut last = None;
        loop {
            let batch = self.sessions.idle(before, last, SWEEP_BATCH).await?;
            for &idle in &batch {
                self.abandon(idle, &mut swept, report).await?;
            }
            last = batch.last().copied();
            if batch.len() < usize::from(SWEEP_BATCH) {
                return Ok(swept);
            }
        }
    }

    async fn abandon(
        &self,
        idle: IdleSession,
        swept: &mut Swept,
        report: &(dyn Fn(&WorkspaceError) + Sync),
    ) -> Result<(), WorkspaceError> {
        let command = Command::Abandon { idle_after: self.settings.idle_after };
        match self.carry_out(idle.account_id, idle.session_id, command, By::System).await {
            Ok(_) => swept.abandoned += 1,
            Err(
                WorkspaceError::Refused(Refusal { .. })
                | WorkspaceError::Contended(_)
                | WorkspaceError::SessionNotFound(_),
            ) => swept.left += 1,
            Err(error @ (WorkspaceError::Corrupt { .. } | WorkspaceError::Store(StoreError::Corrupt { .. }))) => {
                report(&error);
                swept.corrupt += 1;
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
