//! The tests' cluster does what the tests lean on.

use firstline_testkit::postgres::Cluster;

#[test]
fn databases_are_empty_apart_and_outlive_an_outage() {
    let cluster = Cluster::start(firstline_testkit::postgres::ClusterOptions::default());
    assert!(cluster.create_database("one").contains("/one"));
    cluster.run_sql("one", "CREATE TABLE t (n int); INSERT INTO t VALUES (7)");
    assert!(cluster.fresh_database().ends_with("/fresh_0?sslmode=disable"));
    assert_eq!(cluster.run_sql("fresh_0", "SELECT to_regclass('t') IS NULL"), "t");
    cluster.stop();
    cluster.start_again();
    assert_eq!(cluster.run_sql("one", "SELECT n FROM t"), "7");
    assert!(cluster.fresh_database_from("one").contains("/fresh_1"));
    assert_eq!(cluster.run_sql("fresh_1", "SELECT n FROM t"), "7");
}
