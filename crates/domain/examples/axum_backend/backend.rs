//! What the handlers work with, put together.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use firstline_domain::account::{Account, L1Actor, Role, User};
use firstline_domain::clock::Clock;
use firstline_domain::flow::format;
use firstline_domain::ids::{AccountId, FlowId, IdSource};
use firstline_domain::memory::MemoryStore;
use firstline_domain::ports::Directory;
use firstline_domain::service::{CompiledCache, CompiledFlows, FlowManagement, Workspace, WorkspaceSettings};
use firstline_domain::text::{Email, Name};
use uuid::Uuid;

use super::store::JournalStore;

/// The flow that calls walk. Its document is read as one that comes in over HTTP would be.
const FLOW: &str = include_str!("../../../../flows/no-wifi.json");

/// Real time and real ids: the domain takes both as parameters.
struct System;

impl Clock for System {
    #[expect(clippy::disallowed_methods, reason = "the one place of this program where time comes from")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

impl IdSource for System {
    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// What the handlers work with.
#[derive(Clone)]
pub(crate) struct Backend {
    pub(crate) workspace: Workspace,
    /// Who works here. A real backend finds its user from the request and asks `User::l1_access`.
    pub(crate) technician: L1Actor,
    /// The flow that a call walks. A real backend lets the technician choose, or asks `Suggestions`.
    pub(crate) flow: FlowId,
}

pub(crate) type Failure = Box<dyn std::error::Error>;

fn user(account_id: AccountId, email: &str, role: Role) -> Result<User, Failure> {
    let (id, email) = (Uuid::now_v7().into(), Email::new(email)?);
    Ok(User { id, account_id, email, role, can_cover_l1: false, active: true, identity: None })
}

/// Puts everything together: accounts and flows in the store in memory, sessions in [`JournalStore`].
pub(crate) async fn backend() -> Result<Backend, Failure> {
    let (system, others) = (Arc::new(System), Arc::new(MemoryStore::new()));
    let account = Account { id: Uuid::now_v7().into(), name: Name::new("Northwind IT")? };
    others.put_account(&account).await?;

    let author = user(account.id, "engineer@example.com", Role::Engineer)?.may_author_flows()?;
    let settings = WorkspaceSettings::default();
    let deadline: TimeDelta = settings.contention_deadline;
    let authoring =
        FlowManagement::new(others.clone(), CompiledCache::default(), system.clone(), system.clone(), deadline);
    let flow = authoring.create(author, format::import(FLOW)?).await?.id;
    authoring.publish(author, flow, None).await?;

    let sessions = Arc::new(JournalStore::default());
    let compiled = CompiledFlows::new(others.clone(), CompiledCache::default());
    let workspace = Workspace::new(sessions, others, compiled, system.clone(), system, settings);
    let technician = user(account.id, "tech@example.com", Role::L1Tech)?.l1_access()?;
    Ok(Backend { workspace, technician, flow })
}
