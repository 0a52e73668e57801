//! A running service with two accounts of many people, whose every text bears the account's own marker.

mod objects;
mod people;
mod side;

use std::process::Output;

use firstline_testkit::http::Client;
use firstline_testkit::service::Service;
use serde_json::{Value, json};

pub(crate) use objects::{Objects, random_id};
pub(crate) use people::{Person, Standing};
pub(crate) use side::Side;

use crate::env::Env;
use crate::place::{Place, StoreKind};
use crate::rng::Rng;

/// The service and its two accounts.
pub(crate) struct World {
    pub(crate) store: StoreKind,
    pub(crate) service: Service,
    pub(crate) place: Place,
    /// The account whose people call.
    pub(crate) ours: Side,
    /// The account that must not notice.
    pub(crate) theirs: Side,
}

impl World {
    /// Starts it on a fresh database of the store.
    pub(crate) fn start(env: &Env, store: StoreKind, settings: &[(&str, &str)]) -> Self {
        Self::start_at(env, store, Place::new(store), settings)
    }

    /// Starts it on a place that is empty.
    pub(crate) fn start_at(env: &Env, store: StoreKind, place: Place, settings: &[(&str, &str)]) -> Self {
        let mut rng = env.rng("world");
        let (ours, theirs) = (Side::new(&mut rng), Side::new(&mut rng));
        let service = env.service(&place.url, &provision(&[&ours, &theirs]), settings);
        Self { store, service, place, ours, theirs }
    }

    /// Somebody's calls to it.
    pub(crate) fn client(&self, person: &Person) -> Client {
        Client::new(self.service.address(), person.token.as_deref())
    }

    /// A technician of a side.
    pub(crate) fn technician(&self, side: &Side) -> Client {
        self.client(side.technician())
    }

    /// Takes row security down, if the environment is one without. The service looks at it as it starts, so this comes later.
    pub(crate) fn prepare_wall(&self, env: &Env) {
        if self.store == StoreKind::Postgres && !env.has_row_security() {
            self.place.run_sql(
                "DO $$ DECLARE t regclass; BEGIN FOR t IN SELECT oid FROM pg_class WHERE relrowsecurity LOOP \
                 EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', t); END LOOP; END $$",
            );
        }
    }

    /// Abandons everything that anybody walks, so that its tickets are open. Not in memory, which no other process sees.
    pub(crate) fn sweep(&self, env: &Env) -> bool {
        if self.store == StoreKind::Memory {
            return false;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
        let mut sweep = env.command(&self.place.url);
        let Output { status, stderr, .. } =
            sweep.arg("sweep").env("FIRSTLINE__SWEEP__IDLE_AFTER", "1ms").output().expect("firstline runs");
        assert!(status.success(), "the sweep failed: {}", String::from_utf8_lossy(&stderr));
        true
    }
}

fn provision(sides: &[&Side]) -> Value {
    let each = |part: fn(&Side) -> Vec<Value>| sides.iter().flat_map(|side| part(side)).collect::<Vec<Value>>();
    json!({
        "accounts": each(Side::account_entries), "users": each(Side::user_entries),
        "flows": each(Side::flow_entries), "proposals": each(Side::proposal_entries),
    })
}

/// A word that nothing else contains, drawn from `rng`.
pub(crate) fn marker(rng: &mut Rng) -> String {
    format!("zq{:016x}qz", rng.next())
}
