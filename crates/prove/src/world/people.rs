//! Who calls.

use firstline_testkit::people::{AUDIENCE, ISSUER, SECRET, now, signed, token};
use serde_json::json;
use uuid::Uuid;

use crate::rng::Rng;

/// The roles, as the service spells them.
pub(crate) const ROLES: [&str; 5] = ["l1_tech", "engineer", "admin", "owner", "viewer"];

/// What the service should take somebody for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nobody: no token, or one that does not count.
    Nobody,
    /// A user of the account.
    User { role: &'static str, can_cover_l1: bool },
}

/// Somebody who calls.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) label: String,
    pub(crate) user: Uuid,
    pub(crate) token: Option<String>,
    pub(crate) standing: Standing,
}

impl Person {
    /// A user with this role and flag, whose token is good.
    pub(crate) fn user(rng: &mut Rng, role: &'static str, can_cover_l1: bool, active: bool) -> Self {
        let user = rng.uuid();
        let label = format!(
            "{}{role}{}",
            if active { "" } else { "inactive " },
            if can_cover_l1 { " with can_cover_l1" } else { "" }
        );
        let standing = if active { Standing::User { role, can_cover_l1 } } else { Standing::Nobody };
        Self { label, user, token: Some(token(user)), standing }
    }

    /// Those whose tokens do not count, although they name `user` where they name anybody.
    pub(crate) fn nobodies(rng: &mut Rng, user: Uuid) -> Vec<Self> {
        let nobody = |label: &str, token: Option<String>| Self {
            label: label.to_owned(),
            user,
            token,
            standing: Standing::Nobody,
        };
        let expired = json!({ "sub": user, "iss": ISSUER, "aud": AUDIENCE, "exp": now() - 1 });
        let good = token(user);
        let (signed_part, signature) = good.rsplit_once('.').expect("a token");
        let reversed: String = signature.chars().rev().collect();
        vec![
            nobody("no token", None),
            nobody("expired token", Some(signed(&expired, SECRET))),
            nobody("token with a wrong signature", Some(format!("{signed_part}.{reversed}"))),
            nobody("token that is none", Some("nonsense".to_owned())),
            nobody("unknown user", Some(token(rng.uuid()))),
        ]
    }
}
