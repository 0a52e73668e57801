//! A Postgres that takes no writes.

use firstline_testkit::postgres::{Cluster, ClusterOptions};

use super::target::Target;
use crate::env::Env;
use crate::report::Report;

pub(super) fn attack(env: &Env, report: &Report) {
    let cluster = Cluster::start(ClusterOptions::default());
    standby(env, &cluster, report);
    read_only_role(env, &cluster, report);
}

/// The server becomes a standby and is promoted, as in a failover that goes the long way.
fn standby(env: &Env, cluster: &Cluster, report: &Report) {
    let what = "standby";
    let mut site = Target::start(env, &cluster.fresh_database(), &[], what, report);
    report.check(site.is_ready(), "start", || format!("{what}: it is not ready before the fault"));
    cluster.stop();
    cluster.start_as_standby();
    site.takes_no_writes();
    cluster.promote();
    site.takes_writes_again();
    site.end();
}

/// The role's default is read-only while the connections are made anew, which must change nothing: each sets its own.
fn read_only_role(env: &Env, cluster: &Cluster, report: &Report) {
    let what = "read-only role";
    let mut site = Target::start(env, &cluster.fresh_database(), &[], what, report);
    report.check(site.write() == 200, "start", || format!("{what}: it is not ready before the fault"));
    cluster.run_sql(
        "postgres",
        "ALTER ROLE firstline_app SET default_transaction_read_only = on;
         SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'firstline_app'",
    );
    // The first calls may meet connections whose end is not known yet.
    for _ in 0..20 {
        site.write();
    }
    for _ in 0..20 {
        let status = site.write();
        report.check(status == 200, "status", || format!("{what}: a write is answered {status}"));
    }
    report.check(site.is_ready(), "stays-unready", || format!("{what}: /readyz is not 200"));
    cluster.run_sql("postgres", "ALTER ROLE firstline_app RESET default_transaction_read_only");
    site.takes_writes_again();
    site.end();
}
