//! Accounts, and who signs in.

use super::text::Text;

/// Who signs in: their account is not known yet.
pub const USER: Text = across!("SELECT ", user_columns!(), " FROM users WHERE id = $1");

/// The user with the address `$3`, which folds to `$2`. A user from before may have an address that another stands for:
/// they are found by it to the character.
pub const USER_BY_EMAIL: Text = walled!(
    "SELECT ", user_columns!(), " FROM users \
     WHERE account_id = $1 AND (email_folded = $2 OR email = $3) AND ", gate "$1",
    " ORDER BY email = $3 DESC LIMIT 1"
);

pub const USER_BY_IDENTITY: Text = walled!(
    "SELECT ", user_columns!(), " FROM users WHERE account_id = $1 AND issuer = $2 AND subject = $3 AND ", gate "$1"
);

pub const ACCOUNT: Text = walled!("SELECT id, name FROM accounts WHERE id = $1 AND ", gate "$1");

pub const PUT_ACCOUNT: Text = walled!(
    "INSERT INTO accounts (id, name) SELECT $1, $2 WHERE ", gate "$1",
    " ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id"
);

/// All of these.
pub const ALL: &[Text] = &[USER, USER_BY_EMAIL, USER_BY_IDENTITY, ACCOUNT, PUT_ACCOUNT];
