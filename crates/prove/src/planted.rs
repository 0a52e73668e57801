//! The planted bugs. Each stands in the sources once or more as `fault!("NAME", …)`, in `firstline-http-guard`
//! as `planted("NAME")`.

use crate::test_database::StoreKind;

/// A bug on purpose.
pub(crate) struct Planted {
    /// Its name in the sources.
    pub(crate) bug: &'static str,
    /// What it does.
    pub(crate) what: &'static str,
    /// The proof that must catch it.
    pub(crate) proof: &'static str,
    /// The stores on which that is looked at.
    pub(crate) stores: &'static [StoreKind],
    /// The kind of finding that it must lead to.
    pub(crate) finding: &'static str,
}

/// Every planted bug.
pub(crate) static PLANTED: &[Planted] = &[
    Planted {
        bug: "no-account-filter",
        what: "every statement, and the store in memory, forgets to compare accounts",
        proof: "matrix",
        stores: &[StoreKind::Memory, StoreKind::Sqlite],
        finding: "leak",
    },
    Planted {
        bug: "foreign-told-apart",
        what: "another account's session is refused in other words than a missing one",
        proof: "matrix",
        stores: &[StoreKind::Memory],
        finding: "told-apart",
    },
    Planted {
        bug: "role-forgotten",
        what: "whoever is active may do first-line work, whatever the role",
        proof: "matrix",
        stores: &[StoreKind::Memory],
        finding: "status",
    },
    Planted {
        bug: "wall-check-off",
        what: "the service starts without looking whether the wall stands",
        proof: "rls",
        stores: &[StoreKind::Postgres],
        finding: "startup",
    },
    Planted {
        bug: "door-left-open",
        what: "migrating leaves a policy on one table that shows it to everybody",
        proof: "rls",
        stores: &[StoreKind::Postgres],
        finding: "hostile",
    },
    Planted {
        bug: "account-outlives-statement",
        what: "a statement sets its account for the connection and not for itself alone",
        proof: "rls",
        stores: &[StoreKind::Postgres],
        finding: "setting",
    },
    Planted {
        bug: "cached-users",
        what: "who signs in is looked up once in five seconds",
        proof: "revoke",
        stores: &[StoreKind::Postgres],
        finding: "later-success",
    },
    Planted {
        bug: "no-second-head-deadline",
        what: "only the first head of a connection has a deadline, as in the HTTP library",
        proof: "slow",
        stores: &[StoreKind::Memory],
        finding: "not-ended",
    },
    Planted {
        bug: "no-body-deadline",
        what: "a body may take as long as it likes",
        proof: "slow",
        stores: &[StoreKind::Memory],
        finding: "not-ended",
    },
    Planted {
        bug: "log-on-workers",
        what: "each thread writes its lines to stderr itself, and panics where that fails",
        proof: "log",
        stores: &[StoreKind::Memory],
        finding: "unanswered",
    },
    Planted {
        bug: "health-by-reading",
        what: "readiness is judged by a read",
        proof: "health",
        stores: &[StoreKind::Sqlite],
        finding: "stays-ready",
    },
    Planted {
        bug: "answers-unbounded",
        what: "lists are read and built whole, and what waits to be sent has no limit",
        proof: "slow",
        stores: &[StoreKind::Memory],
        finding: "memory",
    },
    Planted {
        bug: "no-send-deadline",
        what: "a client may leave its answer untaken for as long as it likes",
        proof: "slow",
        stores: &[StoreKind::Memory],
        finding: "not-ended",
    },
    Planted {
        bug: "slow-client-blocks-worker",
        what: "whatever comes in blocks the worker for a moment",
        proof: "slow",
        stores: &[StoreKind::Memory],
        finding: "starved",
    },
    Planted {
        bug: "jwt-any-algorithm",
        what: "the token chooses its algorithm",
        proof: "jwt",
        stores: &[StoreKind::Memory],
        finding: "passed",
    },
    Planted {
        bug: "jwt-no-audience",
        what: "for whom a token was made is not looked at",
        proof: "jwt",
        stores: &[StoreKind::Memory],
        finding: "passed",
    },
    Planted {
        bug: "jwt-no-expiry",
        what: "tokens never end",
        proof: "jwt",
        stores: &[StoreKind::Memory],
        finding: "passed",
    },
    Planted {
        bug: "jwt-key-without-kid",
        what: "a token that names no key is tried with the issuer's first",
        proof: "jwt",
        stores: &[StoreKind::Memory],
        finding: "passed",
    },
    Planted {
        bug: "jwt-keys-shared",
        what: "a key that the issuer has not is looked for among those of the others",
        proof: "jwt",
        stores: &[StoreKind::Memory],
        finding: "passed",
    },
    Planted {
        bug: "jwt-no-fetch-on-unknown-key",
        what: "a key that is not known is not fetched",
        proof: "jwt",
        stores: &[StoreKind::Memory],
        finding: "false-401",
    },
    Planted {
        bug: "jwt-old-keys-dropped",
        what: "a key that was taken out counts no more at once",
        proof: "jwt",
        stores: &[StoreKind::Memory],
        finding: "false-401",
    },
    Planted {
        bug: "jwt-old-keys-for-ever",
        what: "a key that was taken out counts for a day",
        proof: "jwt",
        stores: &[StoreKind::Memory],
        finding: "passed",
    },
    Planted {
        bug: "log-body",
        what: "bodies are logged at the level debug",
        proof: "redact",
        stores: &[StoreKind::Memory],
        finding: "log",
    },
    Planted {
        bug: "log-token",
        what: "tokens are logged at the level debug",
        proof: "redact",
        stores: &[StoreKind::Memory],
        finding: "log",
    },
    Planted {
        bug: "libraries-say-all",
        what: "libraries log as much as the filter lets them",
        proof: "redact",
        stores: &[StoreKind::Postgres],
        finding: "log",
    },
    Planted {
        bug: "file-by-name",
        what: "it is not checked whether the database file is still the one that was opened",
        proof: "file",
        stores: &[StoreKind::Sqlite],
        finding: "lost",
    },
    Planted {
        bug: "lock-by-name",
        what: "the lock is on a file beside the database, which another name of the database does not meet",
        proof: "file",
        stores: &[StoreKind::Sqlite],
        finding: "second",
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// The names in `fault!("…", …)` and `planted("…")` of every source file below `folder`.
    fn planted_in(folder: &Path, names: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                planted_in(&path, names);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let calls = ["fault!(", "planted("].into_iter().flat_map(|call| text.split(call).skip(1));
                let named = calls.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
                names.extend(named.map(str::to_owned));
            }
        }
    }

    #[test]
    fn what_is_planted_in_the_sources_is_in_the_list_and_the_reverse() {
        let mut names = BTreeSet::new();
        for layer in ["domain", "storage", "http-guard", "api", "server"] {
            planted_in(&crate::build::workspace().join("crates").join(layer).join("src"), &mut names);
        }
        let listed: BTreeSet<String> = PLANTED.iter().map(|planted| planted.bug.to_owned()).collect();
        assert_eq!(names, listed);
    }
}
