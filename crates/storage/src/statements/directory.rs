//! Accounts and users.

use super::Text;

macro_rules! user_columns {
    () => {
        "account_id, id, email, account_role, can_cover_l1, active, issuer, subject"
    };
}

/// Who signs in: their account is not known yet.
pub(crate) const USER: Text = across!("SELECT ", user_columns!(), " FROM users WHERE id = $1");

pub(crate) const USER_BY_EMAIL: Text =
    walled!("SELECT ", user_columns!(), " FROM users WHERE account_id = $1 AND email = $2 AND ", gate "$1");

pub(crate) const USER_BY_IDENTITY: Text = walled!(
    "SELECT ", user_columns!(), " FROM users WHERE account_id = $1 AND issuer = $2 AND subject = $3 AND ", gate "$1"
);

pub(crate) const ACCOUNT: Text = walled!("SELECT id, name FROM accounts WHERE id = $1 AND ", gate "$1");

pub(crate) const PUT_ACCOUNT: Text = walled!(
    "INSERT INTO accounts (id, name) SELECT $1, $2 WHERE ", gate "$1",
    " ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id"
);

pub(crate) const PUT_USER: Text = walled!(
    "INSERT INTO users (account_id, id, email, account_role, can_cover_l1, active, issuer, subject) \
     SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE ", gate "$1",
    " ON CONFLICT (account_id, id) DO UPDATE SET email = excluded.email, account_role = excluded.account_role, \
       can_cover_l1 = excluded.can_cover_l1, active = excluded.active, issuer = excluded.issuer, \
       subject = excluded.subject RETURNING id"
);

pub(crate) const UPDATE_USER: Text = walled!(
    "UPDATE users SET account_role = coalesce($1, account_role), can_cover_l1 = coalesce($2, can_cover_l1), \
      active = coalesce($3, active) WHERE account_id = $4 AND id = $5 AND ", gate "$4",
    " RETURNING ", user_columns!()
);

#[cfg(test)]
pub(crate) const ALL: &[Text] = &[USER, USER_BY_EMAIL, USER_BY_IDENTITY, ACCOUNT, PUT_ACCOUNT, PUT_USER, UPDATE_USER];
