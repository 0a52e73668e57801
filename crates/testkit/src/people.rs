//! People of two accounts, as a provisioning file, and tokens for them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use uuid::Uuid;

/// The HS256 secret of every service that the tests start.
pub const SECRET: &str = "test-only-secret-7f3a9c51e2d84b60a1c9e5f7";

/// The issuer that those services ask for.
pub const ISSUER: &str = "https://login.test.example";

/// The audience that those services ask for.
pub const AUDIENCE: &str = "firstline-test";

/// One account with one user of each kind, flows and a proposal. Ids are new with each value.
#[derive(Debug, Clone)]
pub struct Team {
    /// The account.
    pub account: Uuid,
    /// An L1 technician.
    pub technician: Uuid,
    /// A second L1 technician.
    pub colleague: Uuid,
    /// An engineer with `can_cover_l1`.
    pub coverage: Uuid,
    /// An engineer without.
    pub engineer: Uuid,
    /// An admin without `can_cover_l1`.
    pub admin: Uuid,
    /// The account's owner, without `can_cover_l1`.
    pub owner: Uuid,
    /// A viewer, with `can_cover_l1`, which must not help.
    pub viewer: Uuid,
    /// An L1 technician who is not active.
    pub inactive: Uuid,
    /// A published flow.
    pub flow: Uuid,
    /// A draft flow.
    pub draft: Uuid,
    /// A flow proposal.
    pub proposal: Uuid,
}

impl Default for Team {
    fn default() -> Self {
        Self::new()
    }
}

impl Team {
    /// A team with new ids.
    #[must_use]
    pub fn new() -> Self {
        let [account, technician, colleague, coverage, engineer, admin, owner, viewer, inactive, flow, draft, proposal] =
            std::array::from_fn(|_| Uuid::now_v7());
        Self {
            account,
            technician,
            colleague,
            coverage,
            engineer,
            admin,
            owner,
            viewer,
            inactive,
            flow,
            draft,
            proposal,
        }
    }

    /// Several teams as the content of one provisioning file.
    #[must_use]
    pub fn provision(teams: &[Self]) -> Value {
        let each = |part: fn(&Self) -> Vec<Value>| teams.iter().flat_map(part).collect::<Vec<Value>>();
        json!({
            "accounts": each(|team| vec![json!({ "id": team.account, "name": "Contoso IT" })]),
            "users": each(Self::users),
            "flows": each(|team| vec![
                json!({ "id": team.flow, "account_id": team.account, "name": "Outlook does not open", "status": "published" }),
                json!({ "id": team.draft, "account_id": team.account, "name": "Not ready", "status": "draft" }),
            ]),
            "proposals": each(|team| vec![
                json!({ "id": team.proposal, "account_id": team.account, "name": "Printer hums" }),
            ]),
        })
    }

    fn users(&self) -> Vec<Value> {
        let user = |id: Uuid, role: &str, can_cover_l1: bool, active: bool| {
            json!({
                "id": id, "account_id": self.account, "email": format!("{id}@example.com"),
                "role": role, "can_cover_l1": can_cover_l1, "active": active,
            })
        };
        vec![
            user(self.technician, "l1_tech", false, true),
            user(self.colleague, "l1_tech", false, true),
            user(self.coverage, "engineer", true, true),
            user(self.engineer, "engineer", false, true),
            user(self.admin, "admin", false, true),
            user(self.owner, "owner", false, true),
            user(self.viewer, "viewer", true, true),
            user(self.inactive, "l1_tech", false, false),
        ]
    }
}

/// A good token for `user`, for an hour.
#[must_use]
pub fn token(user: Uuid) -> String {
    let claims = json!({ "sub": user, "iss": ISSUER, "aud": AUDIENCE, "exp": now() + 3_600 });
    signed(&claims, SECRET)
}

/// A token that says whatever `claims` say, signed with `secret` by HS256.
#[must_use]
pub fn signed(claims: &Value, secret: &str) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes());
    encode(&Header::new(Algorithm::HS256), claims, &key).expect("a token")
}

/// Seconds since 1970.
#[must_use]
pub fn now() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "tokens of the tests must be valid now")]
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs()
}
