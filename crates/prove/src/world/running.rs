//! A running service with two accounts of many people, whose every text bears the account's own marker.

use std::process::Output;

use firstline_testkit::http::Client;
use firstline_testkit::service::Service;
use serde_json::{Value, json};

use super::account::Account;
use super::people::Person;
use crate::env::Env;
use crate::test_database::{StoreKind, TestDatabase};

/// The service and its two accounts.
pub(crate) struct World {
    pub(crate) store: StoreKind,
    pub(crate) service: Service,
    pub(crate) database: TestDatabase,
    /// The account whose people call.
    pub(crate) ours: Account,
    /// The account that must not notice.
    pub(crate) theirs: Account,
}

impl World {
    /// Starts it on a fresh database of the store.
    pub(crate) fn start(env: &Env, store: StoreKind, settings: &[(&str, &str)]) -> Self {
        Self::start_at(env, store, TestDatabase::new(store), settings)
    }

    /// Starts it on a database that is empty.
    pub(crate) fn start_at(env: &Env, store: StoreKind, database: TestDatabase, settings: &[(&str, &str)]) -> Self {
        let mut rng = env.rng("world");
        let (ours, theirs) = (Account::new(&mut rng), Account::new(&mut rng));
        let service = env.service(&database.url, &provision(&[&ours, &theirs]), settings);
        Self { store, service, database, ours, theirs }
    }

    /// A user's calls to it.
    pub(crate) fn client(&self, person: &Person) -> Client {
        Client::new(self.service.address(), person.token.as_deref())
    }

    /// A technician of a account.
    pub(crate) fn technician(&self, account: &Account) -> Client {
        self.client(account.technician())
    }

    /// Takes row security down, if the environment is one without. The service looks at it as it starts, so this comes
    /// later.
    pub(crate) fn prepare_wall(&self, env: &Env) {
        if self.store == StoreKind::Postgres && !env.has_row_security() {
            self.database.run_sql(
                "DO $$ DECLARE t regclass; BEGIN FOR t IN SELECT oid FROM pg_class WHERE relrowsecurity LOOP \
                 EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', t); END LOOP; END $$",
            );
        }
    }

    /// Abandons everything that anybody walks, so that its tickets are open. Not in memory, which no other process
    /// sees.
    pub(crate) fn sweep(&self, env: &Env) -> bool {
        if self.store == StoreKind::Memory {
            return false;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
        let mut sweep = env.command(&self.database.url);
        let Output { status, stderr, .. } =
            sweep.arg("sweep").env("FIRSTLINE__SWEEP__IDLE_AFTER", "1ms").output().expect("firstline runs");
        assert!(status.success(), "the sweep failed: {}", String::from_utf8_lossy(&stderr));
        true
    }
}

fn provision(accounts: &[&Account]) -> Value {
    let each =
        |part: fn(&Account) -> Vec<Value>| accounts.iter().flat_map(|account| part(account)).collect::<Vec<Value>>();
    json!({
        "accounts": each(Account::account_entries), "users": each(Account::user_entries),
        "flows": each(Account::flow_entries), "proposals": each(Account::proposal_entries),
    })
}
