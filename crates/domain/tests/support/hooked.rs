//! The store in memory, with something of a test's own done before some calls.

use async_trait::async_trait;
use firstline_domain::account::User;
use firstline_domain::clock::Instant;
use firstline_domain::error::StoreError;
use firstline_domain::flow::authored::{AuthoredFlow, FlowChange, FlowVersion, VersionNumber};
use firstline_domain::flow::{Flow, FlowProposal};
use firstline_domain::ids::{AccountId, FlowId, FlowProposalId, SessionId, TicketId, UserId};
use firstline_domain::memory::MemoryStore;
use firstline_domain::ports::{
    CreateOutcome, FlowFilter, FlowHead, FlowSaveOutcome, FlowStore, IdleSession, ListedSession, NewWalk, PutOutcome,
    QueuePosition, QueueRow, SaveOutcome, SessionStore, UserFilter, UserSaveOutcome, UserStore, VersionHead, Walkable,
};
use firstline_domain::session::{Event, Save, Session, StepMark, TicketWithSessions};
use firstline_domain::ticket::TicketStatus;
use firstline_domain::user::{Roster, UserEvent, UserSave};

/// What is done before a call reaches the store. Each does nothing unless a test says otherwise.
pub trait Hooks: Send + Sync {
    /// The outcome of a new walk, instead of the store's.
    fn created(&self) -> Option<CreateOutcome> {
        None
    }

    /// Whether a save is a conflict.
    fn comes_second(&self) -> bool {
        false
    }

    /// Before it is looked up whether a flow can be walked.
    fn looks_up(&self) {}

    /// Before a version is read; an error is the answer.
    fn reads_version(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Before the published versions are listed.
    fn lists(&self) {}
}

/// The store in memory behind `hooks`.
pub struct Hooked<H> {
    pub store: MemoryStore,
    pub hooks: H,
}

#[async_trait]
impl<H: Hooks> SessionStore for Hooked<H> {
    async fn create(&self, walk: NewWalk) -> Result<CreateOutcome, StoreError> {
        match self.hooks.created() {
            Some(outcome) => Ok(outcome),
            None => self.store.create(walk).await,
        }
    }

    async fn save(&self, save: Save) -> Result<SaveOutcome, StoreError> {
        if self.hooks.comes_second() {
            let current = self.store.session(save.header.account_id, save.header.id).await?;
            return Ok(current.map_or(SaveOutcome::Missing, |current| SaveOutcome::Conflict(Box::new(current))));
        }
        self.store.save(save).await
    }

    async fn session(&self, account_id: AccountId, id: SessionId) -> Result<Option<Session>, StoreError> {
        self.store.session(account_id, id).await
    }

    async fn active(
        &self,
        account_id: AccountId,
        created_by: UserId,
        limit: u16,
        text_bytes: u64,
    ) -> Result<Vec<ListedSession>, StoreError> {
        self.store.active(account_id, created_by, limit, text_bytes).await
    }

    async fn event_page(
        &self,
        account_id: AccountId,
        id: SessionId,
        after: i64,
        rows: u16,
    ) -> Result<Option<Vec<Event>>, StoreError> {
        self.store.event_page(account_id, id, after, rows).await
    }

    async fn step_marks(&self, account_id: AccountId, id: SessionId) -> Result<Vec<(i64, StepMark)>, StoreError> {
        self.store.step_marks(account_id, id).await
    }

    async fn ticket(&self, account_id: AccountId, id: TicketId) -> Result<Option<TicketWithSessions>, StoreError> {
        self.store.ticket(account_id, id).await
    }

    async fn queue(
        &self,
        account_id: AccountId,
        status: Option<TicketStatus>,
        after: Option<QueuePosition>,
        rows: u16,
    ) -> Result<Vec<QueueRow>, StoreError> {
        self.store.queue(account_id, status, after, rows).await
    }

    async fn idle(
        &self,
        before: Instant,
        after: Option<IdleSession>,
        limit: u16,
    ) -> Result<Vec<IdleSession>, StoreError> {
        self.store.idle(before, after, limit).await
    }
}

#[async_trait]
impl<H: Hooks> UserStore for Hooked<H> {
    async fn roster(
        &self,
        account_id: AccountId,
        user_id: UserId,
        actor: Option<UserId>,
    ) -> Result<Roster, StoreError> {
        self.store.roster(account_id, user_id, actor).await
    }

    async fn save_user(&self, save: UserSave) -> Result<UserSaveOutcome, StoreError> {
        if self.hooks.comes_second() { Ok(UserSaveOutcome::Conflict) } else { self.store.save_user(save).await }
    }

    async fn user_of(&self, account_id: AccountId, id: UserId) -> Result<Option<User>, StoreError> {
        self.store.user_of(account_id, id).await
    }

    async fn users(
        &self,
        account_id: AccountId,
        filter: UserFilter,
        after: Option<UserId>,
        rows: u16,
    ) -> Result<Vec<User>, StoreError> {
        self.store.users(account_id, filter, after, rows).await
    }

    async fn user_events(
        &self,
        account_id: AccountId,
        user_id: UserId,
        after: i64,
        rows: u16,
    ) -> Result<Vec<UserEvent>, StoreError> {
        self.store.user_events(account_id, user_id, after, rows).await
    }
}

#[async_trait]
impl<H: Hooks> FlowStore for Hooked<H> {
    async fn flow(&self, account_id: AccountId, id: FlowId) -> Result<Option<Flow>, StoreError> {
        self.store.flow(account_id, id).await
    }

    async fn put_flow(&self, flow: &Flow) -> Result<PutOutcome, StoreError> {
        self.store.put_flow(flow).await
    }

    async fn walkable(&self, account_id: AccountId, id: FlowId) -> Result<Option<Walkable>, StoreError> {
        self.hooks.looks_up();
        self.store.walkable(account_id, id).await
    }

    async fn flows(
        &self,
        account_id: AccountId,
        filter: FlowFilter,
        after: Option<FlowId>,
        rows: u16,
    ) -> Result<Vec<FlowHead>, StoreError> {
        self.store.flows(account_id, filter, after, rows).await
    }

    async fn authored(&self, account_id: AccountId, id: FlowId) -> Result<Option<AuthoredFlow>, StoreError> {
        self.store.authored(account_id, id).await
    }

    async fn save_flow(&self, change: FlowChange) -> Result<FlowSaveOutcome, StoreError> {
        if self.hooks.comes_second() { Ok(FlowSaveOutcome::Conflict) } else { self.store.save_flow(change).await }
    }

    async fn flow_version(
        &self,
        account_id: AccountId,
        id: FlowId,
        number: VersionNumber,
    ) -> Result<Option<FlowVersion>, StoreError> {
        self.hooks.reads_version()?;
        self.store.flow_version(account_id, id, number).await
    }

    async fn flow_versions(
        &self,
        account_id: AccountId,
        id: FlowId,
        after: Option<VersionNumber>,
        rows: u16,
    ) -> Result<Vec<VersionHead>, StoreError> {
        self.store.flow_versions(account_id, id, after, rows).await
    }

    async fn flows_mark(&self, account_id: AccountId) -> Result<i64, StoreError> {
        self.store.flows_mark(account_id).await
    }

    async fn published(&self, account_id: AccountId) -> Result<Vec<(FlowId, VersionNumber)>, StoreError> {
        self.hooks.lists();
        self.store.published(account_id).await
    }

    async fn proposal(&self, account_id: AccountId, id: FlowProposalId) -> Result<Option<FlowProposal>, StoreError> {
        self.store.proposal(account_id, id).await
    }

    async fn put_proposal(&self, proposal: &FlowProposal) -> Result<PutOutcome, StoreError> {
        self.store.put_proposal(proposal).await
    }
}
