//! What a proof is given.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use firstline_testkit::service::{Service, firstline};
use serde_json::Value;

use crate::args::Args;
use crate::build::{self, Profile};
use crate::rng::Rng;
use crate::test_database::StoreKind;

/// The variable that wakes a planted bug of a sabotaged binary.
const SABOTAGE: &str = "FIRSTLINE_SABOTAGE";

/// What a proof attacks, how big it is, and what its chance is drawn from.
pub(crate) struct Env {
    /// What chance is drawn from.
    pub(crate) seed: u64,
    /// Whether the long size was asked for.
    pub(crate) long: bool,
    stores: Vec<StoreKind>,
    /// The planted bugs that were asked for; all if none was.
    only: Vec<String>,
    profile: Profile,
    given: Option<PathBuf>,
    built: OnceLock<PathBuf>,
    /// The planted bug that is awake in every service that this starts.
    bug: Option<&'static str>,
    /// Whether row security is taken down once a service on Postgres has started.
    row_security: bool,
}

impl Env {
    /// As the call asks for.
    pub(crate) fn new(args: &Args) -> Self {
        let drawn = || uuid::Uuid::new_v4().as_u64_pair().0 >> 16;
        let stores = if args.store.is_empty() { StoreKind::ALL.to_vec() } else { args.store.clone() };
        Self {
            seed: args.seed.unwrap_or_else(drawn),
            long: args.long,
            stores,
            only: args.bug.clone(),
            profile: args.profile,
            given: args.binary.clone(),
            built: OnceLock::new(),
            bug: None,
            row_security: true,
        }
    }

    /// The same on a sabotaged binary, with one planted bug awake or none, on these stores only.
    pub(crate) fn sabotaged(&self, bug: Option<&'static str>, stores: &[StoreKind]) -> Self {
        Self {
            seed: self.seed,
            long: self.long,
            stores: stores.iter().copied().filter(|store| self.stores.contains(store)).collect(),
            only: Vec::new(),
            profile: self.profile,
            given: Some(sabotaged_binary().clone()),
            built: OnceLock::new(),
            bug,
            row_security: true,
        }
    }

    /// The same with Postgres' row security taken down under the running service.
    pub(crate) fn without_row_security(self) -> Self {
        Self { row_security: false, ..self }
    }

    /// Whether row security stays up.
    pub(crate) const fn has_row_security(&self) -> bool {
        self.row_security
    }

    /// Whether this planted bug is to be woken by the proof `sabotage`.
    pub(crate) fn wakes(&self, bug: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == bug)
    }

    /// The stores to prove it on.
    pub(crate) fn stores(&self) -> &[StoreKind] {
        &self.stores
    }

    /// Whether it is to be proven on this store.
    pub(crate) fn wants(&self, store: StoreKind) -> bool {
        self.stores.contains(&store)
    }

    /// `short`, or `long` if the long size was asked for.
    pub(crate) const fn size(&self, short: usize, long: usize) -> usize {
        if self.long { long } else { short }
    }

    /// Chance for one purpose.
    pub(crate) fn rng(&self, purpose: &str) -> Rng {
        Rng::new(self.seed, purpose)
    }

    /// The binary to attack; the first call may build it.
    pub(crate) fn binary(&self) -> &PathBuf {
        self.given.as_ref().unwrap_or_else(|| self.built.get_or_init(|| build::firstline(self.profile)))
    }

    /// A service on a database with the entries of a provisioning file, with further environment variables.
    pub(crate) fn service(&self, url: &str, entries: &Value, settings: &[(&str, &str)]) -> Service {
        let mut settings = settings.to_vec();
        settings.extend(self.bug.map(|bug| (SABOTAGE, bug)));
        Service::start_provisioned(self.binary(), url, entries, &settings)
    }

    /// A call of the command line beside a service.
    pub(crate) fn command(&self, url: &str) -> Command {
        let mut command = firstline(self.binary(), url);
        command.envs(self.bug.map(|bug| (SABOTAGE, bug)));
        command
    }
}

/// The binary with the planted bugs, built once a run.
fn sabotaged_binary() -> &'static PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(build::sabotaged)
}
