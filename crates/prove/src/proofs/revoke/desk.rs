//! The people of the proof: somebody who is demoted and promoted, who does it, and who works beside them.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::rng::Rng;

/// One who changes and one who is changed, of one account.
pub(super) struct Desk {
    pub(super) account: Uuid,
    /// Does the changing.
    pub(super) owner: Uuid,
    /// Loses and regains.
    pub(super) user: Uuid,
    /// Works on undisturbed.
    pub(super) colleague: Uuid,
    /// Odd from the moment that a change has been answered after which the user may nothing, until the next begins.
    phase: AtomicU64,
}

impl Desk {
    /// So many desks, the first half of them in one account.
    pub(super) fn some(number: usize, rng: &mut Rng) -> Vec<Self> {
        let shared = rng.uuid();
        let account = |at: usize, own: Uuid| if at < number / 2 { shared } else { own };
        (0..number)
            .map(|at| {
                let [own, owner, user, colleague] = std::array::from_fn(|_| rng.uuid());
                Self { account: account(at, own), owner, user, colleague, phase: AtomicU64::new(0) }
            })
            .collect()
    }

    /// The provisioning file of them all.
    pub(super) fn provision(desks: &[Self]) -> Value {
        let mut accounts: Vec<Uuid> = desks.iter().map(|desk| desk.account).collect();
        accounts.dedup();
        let accounts: Vec<Value> = accounts.iter().map(|id| json!({ "id": id, "name": "Contoso IT" })).collect();
        let users: Vec<Value> = desks.iter().flat_map(Self::users).collect();
        json!({ "accounts": accounts, "users": users })
    }

    fn users(&self) -> [Value; 3] {
        [(self.owner, "owner"), (self.user, "viewer"), (self.colleague, "l1_tech")].map(|(id, role)| {
            json!({ "id": id, "account_id": self.account, "email": format!("{id}@example.com"), "role": role })
        })
    }

    /// The user may nothing from now on, or may again.
    pub(super) fn next_phase(&self) {
        self.phase.fetch_add(1, Ordering::AcqRel);
    }

    /// In which phase it is, if in one in which the user may nothing.
    pub(super) fn revoked(&self) -> Option<u64> {
        Some(self.phase.load(Ordering::Acquire)).filter(|phase| phase % 2 == 1)
    }
}
