//! Accounts and users.

macro_rules! user_columns {
    () => {
        "account_id, id, email, account_role, can_cover_l1, active, issuer, subject"
    };
}

pub(crate) const USER: &str = concat!("SELECT ", user_columns!(), " FROM users WHERE id = $1");

pub(crate) const USER_BY_EMAIL: &str =
    concat!("SELECT ", user_columns!(), " FROM users WHERE account_id = $1 AND email = $2");

pub(crate) const USER_BY_IDENTITY: &str =
    concat!("SELECT ", user_columns!(), " FROM users WHERE account_id = $1 AND issuer = $2 AND subject = $3");

pub(crate) const ACCOUNT: &str = "SELECT id, name FROM accounts WHERE id = $1";

pub(crate) const PUT_ACCOUNT: &str = "INSERT INTO accounts (id, name) VALUES ($1, $2) \
     ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id";

/// No row comes back when the id is another account's.
pub(crate) const PUT_USER: &str = "INSERT INTO users (account_id, id, email, account_role, can_cover_l1, active, issuer, subject) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
     ON CONFLICT (id) DO UPDATE SET email = excluded.email, account_role = excluded.account_role, \
      can_cover_l1 = excluded.can_cover_l1, active = excluded.active, issuer = excluded.issuer, subject = excluded.subject \
     WHERE users.account_id = excluded.account_id RETURNING id";

pub(crate) const UPDATE_USER: &str = concat!(
    "UPDATE users SET account_role = coalesce($1, account_role), can_cover_l1 = coalesce($2, can_cover_l1), \
      active = coalesce($3, active) WHERE id = $4 RETURNING ",
    user_columns!()
);

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[USER, USER_BY_EMAIL, USER_BY_IDENTITY, ACCOUNT, PUT_ACCOUNT, PUT_USER, UPDATE_USER];
