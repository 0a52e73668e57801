//! Reading what is said of a user.

use firstline_domain::account::{Identity, Role};
use firstline_domain::user::{IdentityChange, UserChange, UserDetails};
use serde_json::Value;

use super::Fields;

impl Fields<'_> {
    /// A user to be made. `None` when something needed is not right, which is then among the defects.
    pub(crate) fn user_details(&mut self) -> Option<UserDetails> {
        let email = self.text("email");
        let role = self.required("account_role").and_then(|value| self.role(value));
        let can_cover_l1 = self.optional_boolean("can_cover_l1").unwrap_or(false);
        let active = self.optional_boolean("active").unwrap_or(true);
        let identity = self.identity();
        Some(UserDetails { email: email?, role: role?, can_cover_l1, active, identity })
    }

    /// What is to change about a user.
    pub(crate) fn user_change(&mut self) -> UserChange {
        let no_identity = self.is_null("identity");
        UserChange {
            email: self.optional_text("email"),
            role: self.take("account_role").and_then(|value| self.role(value)),
            can_cover_l1: self.optional_boolean("can_cover_l1"),
            active: self.optional_boolean("active"),
            identity: match self.identity() {
                Some(identity) => IdentityChange::Set(identity),
                None if no_identity => IdentityChange::Remove,
                None => IdentityChange::Keep,
            },
        }
    }

    fn role(&mut self, value: Value) -> Option<Role> {
        let name = self.string("account_role", value)?;
        let must = || format!("must be one of {}", Role::ALL.map(Role::as_str).join(", "));
        Role::parse(&name).or_else(|| self.refuse("account_role", must()))
    }

    fn identity(&mut self) -> Option<Identity> {
        let mut fields = self.object("identity")?;
        let (issuer, subject) = (fields.text("issuer"), fields.text("subject"));
        Some(Identity { issuer: issuer?, subject: subject? })
    }

    fn optional_boolean(&mut self, name: &str) -> Option<bool> {
        match self.take(name)? {
            Value::Bool(value) => Some(value),
            _ => self.refuse(name, "must be true or false"),
        }
    }
}
