//! The stores on real databases. One program for all of it, so that one Postgres cluster serves every test.
#![expect(clippy::unwrap_used, reason = "a test speaks by panicking")]

mod account_list;
mod before;
mod clocks;
mod cold_plans;
mod conformance;
mod corrupt;
mod hot;
mod migrations;
mod outcome;
mod plans;
mod postgres_faults;
mod postgres_sessions;
mod save_guard;
mod schema;
mod silence;
mod spans;
mod sqlite_file;
mod support;
mod wall_cluster;
mod wall_damage;
mod wall_roles;
mod wall_startup;
mod wall_statements;
