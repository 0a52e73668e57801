//! What the rules stand on: a store with an account, people and a clock that stands still until it is told to go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta};
use uuid::Uuid;

use crate::account::{Account, FlowAuthor, L1Actor, Role, User};
use crate::clock::{Clock, Instant};
use crate::flow::walk::CompiledFlow;
use crate::flow::{Flow, FlowProposal, FlowStatus, TreeLocation};
use crate::ids::{AccountId, IdSource, SessionId};
use crate::memory::MemoryStore;
use crate::ports::{
    CreateOutcome, Directory, FlowStatsStore, FlowStore, NewWalk, PutOutcome, SessionStore, Store, UserStore,
    WalkedTicket,
};
use crate::service::{
    CompiledCache, CompiledFlows, Intake, Swept, TouchedAhead, UserManagement, Workspace, WorkspaceSettings,
};
use crate::session::{Beginning, Command, Notes, Session, Target, replay, start};
use crate::text::{
    Answer, CustomerContact, CustomerName, Email, EscalationReason, Name, NodeId, ProblemStatement, Question,
    ReasonCategory, ResolutionNotes,
};
use crate::ticket::{CallDetails, Ticket, TicketKind, TicketStatus};

/// A clock that shows what it is set to.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Goes on by `by`, or back.
    pub fn advance(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_microseconds().unwrap(), Ordering::SeqCst);
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        // A time whose microseconds have six digits, so that a store that cuts them is found out.
        Self(AtomicI64::new(1_767_225_600_123_457))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// Ids by chance (UUID version 4).
#[derive(Debug, Default)]
pub struct RandomIds;

impl IdSource for RandomIds {
    fn new_id(&self) -> Uuid {
        Uuid::new_v4()
    }
}

/// The stores that a rule is tried on, all empty.
#[derive(Clone)]
pub struct World {
    /// Tickets, sessions and events.
    pub sessions: Arc<dyn SessionStore>,
    /// Accounts and who signs in.
    pub directory: Arc<dyn Directory>,
    /// Users and what happened to them.
    pub users: Arc<dyn UserStore>,
    /// Flows and proposals.
    pub flows: Arc<dyn FlowStore>,
    /// What walks tell of flows.
    pub stats: Arc<dyn FlowStatsStore>,
}

impl World {
    /// A world in which one store does everything.
    #[must_use]
    pub fn of(store: Arc<dyn Store>) -> Self {
        Self {
            sessions: store.clone(),
            directory: store.clone(),
            users: store.clone(),
            flows: store.clone(),
            stats: store,
        }
    }

    /// A world around a session store that stands alone; directory and flows are kept in memory, and no walk is
    /// counted.
    #[must_use]
    pub fn with_sessions(sessions: Arc<dyn SessionStore>) -> Self {
        let memory = MemoryStore::new();
        let memory = Arc::new(memory);
        Self { sessions, directory: memory.clone(), users: memory.clone(), flows: memory.clone(), stats: memory }
    }

    /// Sets up an account with an L1 technician and a coverage engineer, a flow and a proposal.
    pub async fn desk(&self) -> Desk {
        let ids = RandomIds;
        let account = Account { id: AccountId::generate(&ids), name: Name::new("Contoso IT").unwrap() };
        assert_eq!(self.directory.put_account(&account).await.unwrap(), PutOutcome::Stored);
        let technician = self.person(account.id, Role::L1Tech, "tech").await;
        let coverage = self.person(account.id, Role::Engineer, "cover").await;
        let clock = Arc::new(ManualClock::default());
        let workspace = self.workspace(clock.clone());
        let flow = Flow {
            id: ids.new_id().into(),
            account_id: account.id,
            name: Name::new("Outlook does not open").unwrap(),
            status: FlowStatus::Published,
            tree: TreeLocation::External,
        };
        assert_eq!(self.flows.put_flow(&flow).await.unwrap(), PutOutcome::Stored);
        let proposal = FlowProposal {
            id: ids.new_id().into(),
            account_id: account.id,
            name: Name::new("Printer hums").unwrap(),
            validated_by_outcome: false,
        };
        assert_eq!(self.flows.put_proposal(&proposal).await.unwrap(), PutOutcome::Stored);
        Desk { world: self.clone(), workspace, clock, account, technician, coverage, flow, proposal }
    }

    /// The use cases of the first line over these stores.
    #[must_use]
    pub fn workspace(&self, clock: Arc<ManualClock>) -> Workspace {
        let compiled = CompiledFlows::new(self.flows.clone(), CompiledCache::default());
        let (ids, settings) = (Arc::new(RandomIds), WorkspaceSettings::default());
        Workspace::new(self.sessions.clone(), self.flows.clone(), compiled, clock, ids, settings)
    }

    async fn person(&self, account_id: AccountId, role: Role, name: &str) -> L1Actor {
        let user = User { can_cover_l1: true, ..user(account_id, &format!("{name}@example.com"), role) };
        self.user_management().provision(user).await.unwrap().l1_access().unwrap()
    }

    /// The use cases of user management, with a clock that stands still.
    #[must_use]
    pub fn user_management(&self) -> UserManagement {
        let clock = Arc::new(ManualClock::default());
        UserManagement::new(self.users.clone(), clock, Arc::new(RandomIds), TimeDelta::seconds(2))
    }
}

/// One account at work.
#[derive(Clone)]
pub struct Desk {
    /// The stores.
    pub world: World,
    /// The use cases over them.
    pub workspace: Workspace,
    /// Their clock.
    pub clock: Arc<ManualClock>,
    /// The account.
    pub account: Account,
    /// An L1 technician.
    pub technician: L1Actor,
    /// An engineer with `can_cover_l1`.
    pub coverage: L1Actor,
    /// A published flow.
    pub flow: Flow,
    /// A proposal.
    pub proposal: FlowProposal,
}

impl Desk {
    /// A call that begins a walk of the desk's flow.
    pub async fn flow_walk(&self) -> Session {
        self.walk_of(Target::Flow(self.flow.id)).await
    }

    /// A call that begins a walk of `target`.
    pub async fn walk_of(&self, target: Target) -> Session {
        let intake = Intake { call: call("Outlook does not open"), walk: target.into() };
        self.workspace.intake(self.technician, intake).await.unwrap().session
    }

    /// Carries out a command of the technician that must succeed.
    pub async fn command(&self, id: SessionId, command: Command) -> Session {
        self.workspace.change(self.technician, id, command).await.unwrap().session
    }

    /// The session as stored.
    pub async fn stored(&self, id: SessionId) -> Session {
        self.world.sessions.session(self.account.id, id).await.unwrap().unwrap()
    }

    /// The engineer, as an author of flows.
    pub async fn author(&self) -> FlowAuthor {
        let engineer = self.world.directory.user(self.coverage.user_id()).await.unwrap().unwrap();
        engineer.may_author_flows().unwrap()
    }

    /// What the clock shows.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Sweeps once, as a sweeper that has just started; the store's clock is the desk's.
    pub async fn sweep(&self) -> Swept {
        self.sweep_at(self.clock.now(), &mut TouchedAhead::default()).await
    }

    /// Sweeps when the store's clock shows `now`.
    pub async fn sweep_at(&self, now: Instant, ahead: &mut TouchedAhead) -> Swept {
        self.workspace.sweep(now, ahead, &|_| {}).await.unwrap()
    }

    /// Lets the clock go on by seconds.
    pub fn wait(&self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
    }
}

/// An active user who does not cover the first line and has no identity.
#[must_use]
pub fn user(account_id: AccountId, email: &str, role: Role) -> User {
    let email = Email::new(email).unwrap();
    User { id: RandomIds.new_id().into(), account_id, email, role, can_cover_l1: false, active: true, identity: None }
}

/// What is written down of a call about `problem`.
pub(super) fn call(problem: &str) -> CallDetails {
    CallDetails {
        problem_statement: ProblemStatement::new(problem).unwrap(),
        customer_name: Some(CustomerName::new("Zoë O'Neil").unwrap()),
        customer_contact: Some(CustomerContact::new("+49 30 1234").unwrap()),
    }
}

/// A walk of `target`, guided by `guide` if that is given, with a ticket of its own, as a use case would write it
/// without a look at the target.
pub(super) fn unchecked_walk(desk: &Desk, target: Target, guide: Option<&CompiledFlow>) -> NewWalk {
    let beginning = Beginning {
        session_id: RandomIds.new_id().into(),
        account_id: desk.account.id,
        ticket_id: RandomIds.new_id().into(),
        ticket_kind: TicketKind::Internal,
        walk: target.into(),
    };
    let now = desk.now();
    let events = start(&beginning, guide, desk.technician, now);
    let header = replay(desk.account.id, beginning.session_id, &events, Notes::empty()).unwrap().header;
    let ticket = Ticket {
        id: beginning.ticket_id,
        account_id: desk.account.id,
        created_by: desk.technician.user_id(),
        call: call("Printer is offline"),
        status: TicketStatus::following(&header),
        created_at: now,
        updated_at: now,
    };
    NewWalk { ticket: WalkedTicket::New(ticket), header, events }
}

/// The store answers the walk with `expected` and keeps nothing of it.
pub(super) async fn assert_nothing_written(desk: &Desk, walk: NewWalk, expected: CreateOutcome) {
    let (target, session_id, ticket_id) = (walk.header.target, walk.header.id, walk.header.ticket_id);
    assert_eq!(desk.world.sessions.create(walk).await.unwrap(), expected, "{target:?}");
    assert_eq!(desk.world.sessions.session(desk.account.id, session_id).await.unwrap(), None);
    assert_eq!(desk.world.sessions.ticket(desk.account.id, ticket_id).await.unwrap(), None, "a ticket is left behind");
}

/// A step on the node `node`.
pub(super) fn step(node: &str) -> Command {
    Command::Step {
        node_id: NodeId::new(node).unwrap(),
        question: Some(Question::new("Does it start in safe mode?").unwrap()),
        answer: Answer::new("Yes").unwrap(),
        note: None,
        answered: None,
    }
}

/// Taking the newest step back.
pub(super) const fn undo() -> Command {
    Command::Undo { node_id: None, answered: None }
}

/// Notes with one entry.
pub(super) fn notes(json: &str) -> Command {
    Command::ReplaceNotes { notes: Notes::new(serde_json::from_str(json).unwrap()).unwrap() }
}

/// A resolution.
pub(super) fn resolve(helpful: bool) -> Command {
    Command::Resolve { helpful, resolution_notes: ResolutionNotes::new("add-in switched off").unwrap() }
}

/// An escalation.
pub(super) fn escalate() -> Command {
    Command::Escalate {
        reason: EscalationReason::new("needs admin rights").unwrap(),
        reason_category: ReasonCategory::new("permissions").unwrap(),
    }
}

/// The most pages that any list of a rule has.
const MAX_PAGES: usize = 1_000;

/// Counts the pages of a list, and panics when there are too many. A store whose page begins at its own cursor would
/// otherwise never end the rule.
pub(super) fn pages(list: &'static str) -> impl Iterator<Item = usize> {
    (0..).inspect(move |page| {
        assert!(*page < MAX_PAGES, "{list} has more than {MAX_PAGES} pages: the next one leads back");
    })
}
