//! Planted bugs of the statements and of the directory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use firstline_domain::account::User;
use firstline_domain::ids::UserId;
use firstline_domain::sabotage::planted;

/// The statement's text as it is, with every account filter in it forgotten, or with its account set for good.
pub(crate) fn of_statement(text: &str) -> String {
    if planted("no-account-filter") {
        without_filters(text)
    } else if planted("account-outlives-statement") {
        text.replace(" AS text), true))", " AS text), false))")
    } else {
        text.to_owned()
    }
}

/// How long a user is not looked up again.
const CACHED: Duration = Duration::from_secs(5);

static USERS: Mutex<Option<HashMap<UserId, (Instant, User)>>> = Mutex::new(None);

/// Who was looked up a moment ago, as they were then.
pub(crate) fn cached_user(id: UserId) -> Option<User> {
    if !planted("cached-users") {
        return None;
    }
    let users = USERS.lock().unwrap_or_else(PoisonError::into_inner);
    users.as_ref()?.get(&id).filter(|(at, _)| at.elapsed() < CACHED).map(|(_, user)| user.clone())
}

/// Keeps who was looked up.
pub(crate) fn cache_user(user: Option<&User>) {
    if let Some(user) = user.filter(|_| planted("cached-users")) {
        let mut users = USERS.lock().unwrap_or_else(PoisonError::into_inner);
        users.get_or_insert_default().insert(user.id, (Instant::now(), user.clone()));
    }
}

/// Whether the wall counts as standing without a look.
pub(crate) fn skips_wall_check() -> bool {
    planted("wall-check-off") || planted("door-left-open")
}

/// Makes each comparison of an account with a parameter true for every row. The parameter stays in the text, so that what
/// is bound still fits.
fn without_filters(text: &str) -> String {
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
