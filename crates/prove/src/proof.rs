//! A proof, and how it is run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use crate::build;
use crate::env::Env;
use crate::report::{Done, Report};

/// A proof of one promise.
pub(crate) struct Proof {
    /// What `cargo prove` calls it.
    pub(crate) name: &'static str,
    /// What is promised.
    pub(crate) promise: &'static str,
    /// What must not be concluded from it.
    pub(crate) does_not_show: &'static [&'static str],
    /// Attacks, and writes down what it finds. A panic is a proof that could not be carried out, never one that held.
    pub(crate) attack: fn(&Env, &Report),
}

impl Proof {
    /// Runs it and tells people about it.
    pub(crate) fn run(&self, env: &Env) -> Done {
        eprintln!(
            "==> {}: {} (seed {}, {})",
            self.name,
            self.promise,
            env.seed,
            if env.long { "long" } else { "short" }
        );
        for gap in self.does_not_show {
            eprintln!("    does not show: {gap}");
        }
        self.run_quietly(env)
    }

    /// Runs it and shows nothing but what it finds.
    pub(crate) fn run_quietly(&self, env: &Env) -> Done {
        self.run_into(env, Report::showing(20))
    }

    /// Runs it until it has found a bug by a finding of this kind, or to its end.
    pub(crate) fn run_until_found(&self, env: &Env, kind: &'static str) -> Done {
        self.run_into(env, Report::looking_for(kind))
    }

    fn run_into(&self, env: &Env, report: Report) -> Done {
        let (began, built) = (Instant::now(), build::time_spent());
        let ended = catch_unwind(AssertUnwindSafe(|| (self.attack)(env, &report)));
        let ended = ended.map_err(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            text.unwrap_or("it panicked").to_owned()
        });
        let took = began.elapsed().saturating_sub(build::time_spent().saturating_sub(built));
        Done::new(self.name, env.seed, took.as_secs_f64(), report, ended)
    }
}
