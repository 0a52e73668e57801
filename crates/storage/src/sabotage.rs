//! Planted bugs of the statements and of the directory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use firstline_domain::account::User;
use firstline_domain::error::StoreError;
use firstline_domain::ids::UserId;

/// The statement with its account set for good.
pub(crate) fn with_lasting_account(text: &str) -> String {
    text.replace(" AS text), true))", " AS text), false))")
}

/// How long a user is not looked up again.
const CACHED: Duration = Duration::from_secs(5);

static USERS: Mutex<Option<HashMap<UserId, (Instant, User)>>> = Mutex::new(None);

/// The user as looked up a moment ago, or by `look_up` now.
pub(crate) async fn cached_user(
    id: UserId,
    look_up: impl Future<Output = Result<Option<User>, StoreError>>,
) -> Result<Option<User>, StoreError> {
    let users = || USERS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((at, user)) = users().get_or_insert_default().get(&id)
        && at.elapsed() < CACHED
    {
        return Ok(Some(user.clone()));
    }
    let user = look_up.await?;
    if let Some(user) = &user {
        users().get_or_insert_default().insert(id, (Instant::now(), user.clone()));
    }
    Ok(user)
}

/// Makes each comparison of an account with a parameter true for every row. The parameter stays in the text, so that what
/// is bound still fits.
pub(crate) fn without_filters(text: &str) -> String {
    const FILTER: &str = "account_id = $";
    let mut rest = text;
    let mut result = String::new();
    while let Some(at) = rest.find(FILTER) {
        let alias =
            rest[..at].rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).map_or(0, |i| i + 1);
        let digits = at + FILTER.len();
        let end = rest[digits..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |more| digits + more);
        result.push_str(&rest[..alias]);
        result.push('(');
        result.push_str(&rest[alias..end]);
        result.push_str(" OR true)");
        rest = &rest[end..];
    }
    result + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_is_forgotten_and_every_parameter_kept() {
        assert_eq!(
            without_filters("SELECT 1 FROM t WHERE t.account_id = $1 AND id = $2 OR account_id = $13"),
            "SELECT 1 FROM t WHERE (t.account_id = $1 OR true) AND id = $2 OR (account_id = $13 OR true)"
        );
        assert_eq!(without_filters("SELECT n.account_id = s.account_id"), "SELECT n.account_id = s.account_id");
    }
}
