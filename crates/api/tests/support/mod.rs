//! A whole service over the store in memory, on a real socket, and a client that can also send what no client should.

pub mod client;
pub mod directory;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use firstline_api::{
    Hs256Secret, HttpLimits, HttpSettings, ReadinessProbe, ServeSettings, Services, Shared, TokenIssuer, TokenSettings,
    TokenVerifier,
};
use firstline_domain::account::{Account, Role, User};
use firstline_domain::clock::Clock;
use firstline_domain::error::Cause;
use firstline_domain::flow::{Flow, FlowProposal, FlowStatus, TreeLocation};
use firstline_domain::ids::{IdSource, UserId};
use firstline_domain::memory::MemoryStore;
use firstline_domain::ports::{Directory, FlowStore};
use firstline_domain::service::{
    CompiledCache, CompiledFlows, FlowManagement, FlowStatistics, SuggestCache, Suggestions, UserManagement, Workspace,
    WorkspaceSettings,
};
use firstline_domain::text::{Email, Name};
use futures_util::FutureExt;
use tokio::net::TcpStream;
use uuid::Uuid;

use directory::{Fault, FaultyDirectory};

pub const ACCOUNT: Uuid = Uuid::from_u128(0xA0);
pub const OTHER_ACCOUNT: Uuid = Uuid::from_u128(0xB0);
pub const TECH: Uuid = Uuid::from_u128(0xA1);
pub const COLLEAGUE: Uuid = Uuid::from_u128(0xA2);
pub const COVERAGE: Uuid = Uuid::from_u128(0xA3);
pub const ENGINEER: Uuid = Uuid::from_u128(0xA4);
pub const VIEWER: Uuid = Uuid::from_u128(0xA5);
pub const INACTIVE: Uuid = Uuid::from_u128(0xA6);
pub const ADMIN: Uuid = Uuid::from_u128(0xA7);
pub const OWNER: Uuid = Uuid::from_u128(0xA8);
pub const STRANGER: Uuid = Uuid::from_u128(0xB1);
pub const OTHER_OWNER: Uuid = Uuid::from_u128(0xB2);
pub const FLOW: Uuid = Uuid::from_u128(0xAF1);
pub const DRAFT: Uuid = Uuid::from_u128(0xAF2);
pub const FOREIGN_FLOW: Uuid = Uuid::from_u128(0xBF1);
pub const PROPOSAL: Uuid = Uuid::from_u128(0xAB1);
pub const FOREIGN_PROPOSAL: Uuid = Uuid::from_u128(0xBB1);

pub const SECRET: &str = "q7Zr0vJ3mN8kP5xT2wY6bC9dF1gH4sLa";

/// Time that stands still until it is moved.
pub struct TestClock(AtomicI64);

impl TestClock {
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

struct NewIds;

impl IdSource for NewIds {
    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}

struct Probe(Arc<FaultyDirectory>);

#[async_trait]
impl ReadinessProbe for Probe {
    async fn ready(&self) -> Result<(), Cause> {
        self.0.user(TECH.into()).await.map(|_| ()).map_err(Into::into)
    }
}

/// A running service. It ends when this is dropped.
pub struct Service {
    pub address: SocketAddr,
    pub metrics_address: SocketAddr,
    /// Of each connection to the metrics, whether its socket sends at once.
    pub metrics_nodelay: Arc<Mutex<Vec<bool>>>,
    pub clock: Arc<TestClock>,
    pub shared: Shared,
    pub users: UserManagement,
    pub directory: Arc<FaultyDirectory>,
    handles: Vec<ServerHandle>,
}

impl Drop for Service {
    fn drop(&mut self) {
        for handle in &self.handles {
            // The order is sent at once; waiting for the end is nobody's concern here.
            drop(handle.stop(false));
        }
    }
}

pub fn settings() -> TokenSettings {
    TokenSettings { issuer: "https://id.example".to_owned(), audience: "firstline".to_owned() }
}

pub fn secret() -> Hs256Secret {
    Hs256Secret::new(SECRET).unwrap()
}

impl Service {
    pub fn start() -> Self {
        Self::with_limits(HttpLimits::default())
    }

    pub fn with_limits(limits: HttpLimits) -> Self {
        Self::with_settings(limits.into())
    }

    pub fn with_settings(http: HttpSettings) -> Self {
        Self::with(http, TokenVerifier::hs256(&secret(), &settings()))
    }

    pub fn with(http: impl Into<HttpSettings>, verifier: TokenVerifier) -> Self {
        Self::over(&ServeSettings::default(), http, verifier)
    }

    /// As the others, with connections that are served in another way.
    pub fn over(connections: &ServeSettings, http: impl Into<HttpSettings>, verifier: TokenVerifier) -> Self {
        let store = MemoryStore::new();
        let clock = Arc::new(TestClock(AtomicI64::new(1_767_225_600_123_456)));
        let deadline = WorkspaceSettings::default().contention_deadline;
        let users = UserManagement::new(Arc::new(store.clone()), clock.clone(), Arc::new(NewIds), deadline);
        fill(&store, &users);
        let directory = Arc::new(FaultyDirectory::new(store.clone()));
        let probe = Arc::new(Probe(Arc::clone(&directory)));
        let shared = Shared::new(verifier, http, Arc::new(NewIds), clock.clone(), probe);
        let compiled = CompiledCache::default();
        let workspace = Workspace::new(
            Arc::new(store.clone()),
            Arc::new(store.clone()),
            CompiledFlows::new(Arc::new(store.clone()), compiled.clone()),
            clock.clone(),
            Arc::new(NewIds),
            WorkspaceSettings::default(),
        );
        let flows = FlowManagement::new(Arc::new(store.clone()), compiled, clock.clone(), Arc::new(NewIds), deadline);
        let suggestions = Suggestions::new(Arc::new(store.clone()), SuggestCache::default());
        let statistics = FlowStatistics::new(
            Arc::new(store.clone()),
            Arc::new(store.clone()),
            Arc::new(store.clone()),
            clock.clone(),
        );
        let services =
            Services { workspace, users: users.clone(), flows, suggestions, statistics, directory: directory.clone() };
        let (for_app, for_metrics, connections) = (shared.clone(), shared.clone(), connections.clone());
        let (address, main) = run(move || {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let addresses = vec![listener.local_addr().unwrap()];
            (addresses, firstline_api::serve(listener, &connections, &for_app, move || services.clone()).unwrap())
        });
        let metrics_nodelay = Arc::new(Mutex::new(Vec::new()));
        let nodelay = Arc::clone(&metrics_nodelay);
        let (metrics_address, metrics) = run(move || {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let addresses = vec![listener.local_addr().unwrap()];
            let connected = move |stream: &TcpStream| nodelay.lock().unwrap().push(stream.nodelay().unwrap());
            (addresses, firstline_api::serve_metrics(listener, &for_metrics, connected).unwrap())
        });
        let handles = vec![main, metrics];
        Self { address, metrics_address, metrics_nodelay, clock, shared, users, directory, handles }
    }

    pub fn token(&self, user: Uuid) -> String {
        let issuer = TokenIssuer::hs256(&secret(), &settings());
        issuer.issue(UserId::from(user), self.clock.now(), Duration::from_hours(24 * 30)).unwrap().token
    }

    pub fn fault(&self, fault: Fault) {
        self.directory.set(fault);
    }
}

fn run(
    build: impl FnOnce() -> (Vec<SocketAddr>, actix_web::dev::Server) + Send + 'static,
) -> (SocketAddr, ServerHandle) {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let (addresses, server) = build();
            sender.send((addresses[0], server.handle())).unwrap();
            server.await.unwrap();
        });
    });
    receiver.recv().unwrap()
}

fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().unwrap()
}

fn fill(store: &MemoryStore, users: &UserManagement) {
    for (id, name) in [(ACCOUNT, "Here"), (OTHER_ACCOUNT, "There")] {
        now(store.put_account(&Account { id: id.into(), name: Name::new(name).unwrap() })).unwrap();
    }
    let people = [
        (TECH, ACCOUNT, Role::L1Tech, false, true),
        (COLLEAGUE, ACCOUNT, Role::L1Tech, false, true),
        (COVERAGE, ACCOUNT, Role::Engineer, true, true),
        (ENGINEER, ACCOUNT, Role::Engineer, false, true),
        (VIEWER, ACCOUNT, Role::Viewer, true, true),
        (INACTIVE, ACCOUNT, Role::L1Tech, false, false),
        (ADMIN, ACCOUNT, Role::Admin, false, true),
        (OWNER, ACCOUNT, Role::Owner, false, true),
        (STRANGER, OTHER_ACCOUNT, Role::L1Tech, false, true),
        (OTHER_OWNER, OTHER_ACCOUNT, Role::Owner, false, true),
    ];
    for (id, account, role, can_cover_l1, active) in people {
        let email = Email::new(format!("{id}@example.com")).unwrap();
        let user =
            User { id: id.into(), account_id: account.into(), email, role, can_cover_l1, active, identity: None };
        now(users.provision(user)).unwrap();
    }
    let flows = [
        (FLOW, ACCOUNT, FlowStatus::Published),
        (DRAFT, ACCOUNT, FlowStatus::Draft),
        (FOREIGN_FLOW, OTHER_ACCOUNT, FlowStatus::Published),
    ];
    for (id, account, status) in flows {
        let name = Name::new("Printer").unwrap();
        let flow = Flow { id: id.into(), account_id: account.into(), name, status, tree: TreeLocation::External };
        now(store.put_flow(&flow)).unwrap();
    }
    for (id, account) in [(PROPOSAL, ACCOUNT), (FOREIGN_PROPOSAL, OTHER_ACCOUNT)] {
        let name = Name::new("Suggested").unwrap();
        let proposal = FlowProposal { id: id.into(), account_id: account.into(), name, validated_by_outcome: false };
        now(store.put_proposal(&proposal)).unwrap();
    }
}
