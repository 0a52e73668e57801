//! The sweeper: abandons idle sessions, so that their tickets can be walked again.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use uuid::Uuid;

use super::ahead::TouchedAhead;
use crate::clock::{Instant, MAX_CLOCK_SKEW, to_micros};
use crate::error::StoreError;
use crate::ports::IdleSession;
use crate::service::sessions::{Workspace, WorkspaceError};
use crate::session::{AheadSince, By, Command, Refusal};

/// How many sessions the sweeper looks up at once.
pub const SWEEP_BATCH: u16 = 200;

/// What one sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// How many sessions it abandoned.
    pub abandoned: u64,
    /// How many it left because another change came first: a technician, or another sweeper.
    pub left: u64,
    /// How many it could not read because their rows are damaged; their ids are in [`Workspace::sweep`]'s reports.
    pub corrupt: u64,
}

impl Workspace {
    /// The present time by the store's clock, or by the process's where the store has none. By nothing else is it
    /// judged whether a session is idle: one instance whose clock is wrong would abandon the walks of all.
    ///
    /// # Errors
    /// [`WorkspaceError::Store`].
    pub async fn store_now(&self) -> Result<Instant, WorkspaceError> {
        Ok(self.sessions.now().await?.map_or_else(|| self.now(), to_micros))
    }

    /// Abandons every session, of all accounts, that is untouched for longer than
    /// [`idle_after`](crate::service::WorkspaceSettings::idle_after). `now` is the time by the store's clock, of
    /// [`store_now`](Self::store_now). One whose last touch lies ahead of it counts as touched when `ahead` first saw
    /// it as it is. Any number of sweepers may run at once: each session is abandoned once. A damaged session does
    /// not stop the others: it is handed to `report` and counted.
    ///
    /// # Errors
    /// [`WorkspaceError::Store`] when the store fails; what was abandoned until then stays so.
    pub async fn sweep(
        &self,
        now: Instant,
        ahead: &mut TouchedAhead,
        report: &(dyn Fn(&WorkspaceError) + Sync),
    ) -> Result<Swept, WorkspaceError> {
        let before = now - self.settings.idle_after;
        let mut sweep = Sweep { now, swept: Swept::default(), report };
        let mut last = None;
        loop {
            let batch = self.sessions.idle(before, last, SWEEP_BATCH).await?;
            for &idle in &batch {
                self.abandon(idle, None, &mut sweep).await?;
            }
            last = batch.last().copied();
            if batch.len() < usize::from(SWEEP_BATCH) {
                break;
            }
        }
        self.sweep_ahead(ahead, &mut sweep).await?;
        Ok(sweep.swept)
    }

    /// Abandons what was touched ahead of the clock and has stayed as it is for too long since it was first seen.
    async fn sweep_ahead(&self, ahead: &mut TouchedAhead, sweep: &mut Sweep<'_>) -> Result<(), WorkspaceError> {
        let mut found = BTreeSet::new();
        let mut last = ahead_of(sweep.now);
        loop {
            let batch = self.sessions.idle(sweep.now + FARTHEST_AHEAD, Some(last), SWEEP_BATCH).await?;
            for &idle in &batch {
                let session = match self.sessions.session(idle.account_id, idle.session_id).await {
                    Ok(session) => session,
                    Err(error) => {
                        sweep.count_corrupt(error.into())?;
                        continue;
                    }
                };
                let Some(session) = session else { continue };
                found.insert(idle.session_id);
                let since = ahead.see(&session.header, sweep.now);
                if sweep.now - since.since > self.settings.idle_after {
                    self.abandon(idle, Some(since), sweep).await?;
                }
            }
            match batch.last() {
                Some(&end) if batch.len() == usize::from(SWEEP_BATCH) => last = end,
                _ => break,
            }
        }
        ahead.keep(&found);
        Ok(())
    }

    async fn abandon(
        &self,
        idle: IdleSession,
        ahead: Option<AheadSince>,
        sweep: &mut Sweep<'_>,
    ) -> Result<(), WorkspaceError> {
        let command = Command::Abandon { idle_after: self.settings.idle_after, ahead };
        let now = sweep.now;
        match self.carry_out_at(idle.account_id, idle.session_id, command, By::System, &move || now).await {
            Ok(_) => sweep.swept.abandoned += 1,
            Err(
                WorkspaceError::Refused(Refusal { .. })
                | WorkspaceError::Contended(_)
                | WorkspaceError::SessionNotFound(_),
            ) => sweep.swept.left += 1,
            Err(error) => sweep.count_corrupt(error)?,
        }
        Ok(())
    }
}

/// One sweep as it goes on.
struct Sweep<'a> {
    now: Instant,
    swept: Swept,
    report: &'a (dyn Fn(&WorkspaceError) + Sync),
}

impl Sweep<'_> {
    /// Reports and counts a damaged session; hands back any other error.
    fn count_corrupt(&mut self, error: WorkspaceError) -> Result<(), WorkspaceError> {
        match error {
            WorkspaceError::Corrupt { .. } | WorkspaceError::Store(StoreError::Corrupt { .. }) => {
                (self.report)(&error);
                self.swept.corrupt += 1;
                Ok(())
            }
            other => Err(other),
        }
    }
}

/// The farthest that a clock which was wrong is looked for.
const FARTHEST_AHEAD: TimeDelta = TimeDelta::days(36_500);

/// The place in the order of [`SessionStore::idle`](crate::ports::SessionStore::idle) behind which walks were
/// touched ahead of the clock, by more than clocks may differ.
fn ahead_of(now: Instant) -> IdleSession {
    IdleSession { account_id: Uuid::nil().into(), session_id: Uuid::nil().into(), last_step_at: now + MAX_CLOCK_SKEW }
}
