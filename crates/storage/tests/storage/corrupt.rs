//! A row that contradicts the rules is an error that names table and id, and shows no customer text.

use std::sync::Mutex;

use firstline_domain::conformance::{Desk, walked as walks};
use firstline_domain::error::StoreError;
use firstline_domain::service::{FlowStatistics, Folded};
use firstline_domain::session::{SessionStatus, Target};

use crate::support::{Base, intake, notes, step};

/// The table that the error names, with the id in it.
fn table_named<T: std::fmt::Debug>(result: Result<T, StoreError>, id: impl std::fmt::Display) -> &'static str {
    let error = result.unwrap_err();
    assert!(!error.to_string().contains("secret"), "{error}");
    match error {
        StoreError::Corrupt { table, id: named, .. } => {
            assert!(named.contains(&id.to_string()), "{named}");
            table
        }
        other => panic!("{other:?}"),
    }
}

async fn walked(desk: &Desk) -> firstline_domain::session::Header {
    let session = desk.workspace.intake(desk.technician, intake(Target::Flow(desk.flow.id))).await.unwrap().session;
    desk.workspace.change(desk.technician, session.header.id, step("a")).await.unwrap();
    let session = desk.workspace.change(desk.technician, session.header.id, notes("n")).await.unwrap().session;
    assert_eq!(session.header.state.status(), SessionStatus::Active);
    session.header
}

#[tokio::test]
async fn a_corrupt_row_is_named_and_not_guessed_at() {
    let damages = [
        (
            "UPDATE session_events SET data = '{\"secret\":1}' WHERE kind = 'step_recorded' AND session_id = {}",
            "session_events",
        ),
        ("DELETE FROM session_events WHERE kind = 'step_recorded' AND session_id = {}", "walk_sessions"),
        ("DELETE FROM session_notes WHERE session_id = {}", "session_notes"),
        ("UPDATE walk_sessions SET version = 9, step_count = 2 WHERE id = {}", "walk_sessions"),
        ("UPDATE session_notes SET notes = 'secret' WHERE session_id = {}", "session_notes"),
        ("UPDATE session_notes SET notes = '[{\"secret\":1}]' WHERE session_id = {}", "session_notes"),
        ("UPDATE walk_sessions SET current_node_id = ' ' WHERE id = {}", "walk_sessions"),
    ];
    for base in Base::both().await {
        let desk = base.desk().await;
        let store = base.database.shared();
        for (damage, expected) in damages {
            let header = walked(&desk).await;
            let sql = damage.replace("{}", &base.id(header.id.as_uuid()));
            base.sql(&sql).await.unwrap();
            let read = store.session(header.account_id, header.id).await;
            assert_eq!(table_named(read, header.id), expected, "{:?} {damage}", base.database);
        }
    }
}

#[tokio::test]
async fn a_history_with_a_gap_or_without_an_event_is_corrupt() {
    for base in Base::both().await {
        let desk = base.desk().await;
        let store = base.database.shared();
        for what in ["seq = 2", "seq = 3", "seq > 0"] {
            let header = walked(&desk).await;
            let id = base.id(header.id.as_uuid());
            base.sql(&format!("DELETE FROM session_events WHERE {what} AND session_id = {id}")).await.unwrap();
            let read = store.events(header.account_id, header.id).await;
            assert_eq!(table_named(read, header.id), "walk_sessions", "{what}");
        }
        let header = walked(&desk).await;
        let id = base.id(header.id.as_uuid());
        base.sql(&format!("UPDATE session_events SET data = 'secret' WHERE seq = 1 AND session_id = {id}"))
            .await
            .unwrap();
        let read = store.events(header.account_id, header.id).await;
        assert_eq!(table_named(read, header.id), "session_events");
    }
}

#[tokio::test]
async fn corrupt_tickets_users_flows_and_proposals_are_named() {
    for base in Base::both().await {
        let desk = base.desk().await;
        let store = base.database.shared();
        let header = walked(&desk).await;
        base.sql("UPDATE tickets SET problem_statement = ' '").await.unwrap();
        assert_eq!(table_named(store.ticket(desk.account.id, header.ticket_id).await, header.ticket_id), "tickets");
        assert_eq!(table_named(store.queue(desk.account.id, None, None, 9).await, header.ticket_id), "tickets");
        base.sql("UPDATE users SET email = ' ' WHERE account_role = 'l1_tech'").await.unwrap();
        let user = desk.technician.user_id();
        assert_eq!(table_named(store.user(user).await, user), "users");
        base.sql("UPDATE flows SET name = ' '").await.unwrap();
        assert_eq!(table_named(store.flow(desk.account.id, desk.flow.id).await, desk.flow.id), "flows");
        base.sql("UPDATE flow_proposals SET name = ' '").await.unwrap();
        let proposal = desk.proposal.id;
        assert_eq!(table_named(store.proposal(desk.account.id, proposal).await, proposal), "flow_proposals");
        base.sql("UPDATE accounts SET name = ' '").await.unwrap();
        assert_eq!(table_named(store.account(desk.account.id).await, desk.account.id), "accounts");
    }
}

#[tokio::test]
async fn corrupt_statistics_are_named() {
    for base in Base::both().await {
        let desk = base.desk().await;
        let (account, flow) = (desk.account.id, desk.flow.id);
        let (account_id, flow_id) = (base.id(account.as_uuid()), base.id(flow.as_uuid()));
        base.sql(&format!("INSERT INTO flow_stats VALUES ({account_id}, {flow_id}, 1, 1, 'secret')")).await.unwrap();
        let read = base.database.shared().flow_stats(account, flow, None, 9).await;
        assert_eq!(table_named(read, flow), "flow_stats");
    }
}

#[tokio::test]
async fn a_damaged_walk_is_left_out_of_the_statistics_and_stops_no_other() {
    for base in Base::both().await {
        let desk = base.desk().await;
        let flow = walks::printer_offline(&desk, 1).await.remove(0);
        let mut all = Vec::new();
        for number in 0..4 {
            all.push(walks::some_walk(&desk, &flow, number).await);
        }
        let damages = [
            format!(
                "UPDATE session_events SET data = 'secret' WHERE seq = 1 AND session_id = {}",
                base.id(all[1].as_uuid())
            ),
            format!(
                "DELETE FROM session_events WHERE seq = (SELECT version FROM walk_sessions WHERE id = {0}) AND session_id = {0}",
                base.id(all[2].as_uuid())
            ),
        ];
        for damage in damages {
            base.sql(&damage).await.unwrap();
        }
        let statistics = statistics(&desk);
        for counted in [2, 0] {
            let said = fold_past_two(&statistics, counted).await;
            for damaged in [all[1], all[2]] {
                assert!(said.iter().any(|said| said.contains(&damaged.to_string())), "{said:?}");
            }
            assert!(!said.concat().contains("secret"), "{said:?}");
        }
        let report = statistics.of_flow(walks::author(&desk), flow.flow_id(), None).await.unwrap();
        assert_eq!((report.staleness.pending_walks, report.versions[0].stats.ended().total()), (2, 2));
    }
}

fn statistics(desk: &Desk) -> FlowStatistics {
    let world = &desk.world;
    FlowStatistics::new(world.sessions.clone(), world.flows.clone(), world.stats.clone(), desk.clock.clone())
}

/// Counts so many walks and leaves two out as damaged; answers what was said of them.
async fn fold_past_two(statistics: &FlowStatistics, counted: u64) -> Vec<String> {
    let said = Mutex::new(Vec::new());
    let folded = statistics.fold(&|error| said.lock().unwrap().push(error.to_string())).await.unwrap();
    assert_eq!(folded, Folded { walks: counted, conflicts: 0, corrupt: 2 });
    said.into_inner().unwrap()
}

#[tokio::test]
async fn damaged_statistics_of_one_version_stop_the_counting_of_no_other() {
    for base in Base::both().await {
        let desk = base.desk().await;
        let mut flows = Vec::new();
        for _ in 0..2 {
            let flow = walks::printer_offline(&desk, 1).await.remove(0);
            for number in 0..2 {
                walks::some_walk(&desk, &flow, number).await;
            }
            flows.push(flow.flow_id());
        }
        let (account_id, flow_id) = (base.id(desk.account.id.as_uuid()), base.id(flows[0].as_uuid()));
        base.sql(&format!("INSERT INTO flow_stats VALUES ({account_id}, {flow_id}, 1, 1, 'secret')")).await.unwrap();
        let statistics = statistics(&desk);
        for counted in [2, 0] {
            let said = fold_past_two(&statistics, counted).await;
            assert!(said.len() == 1 && !said[0].contains("secret"), "{said:?}");
        }
        let report = statistics.of_flow(walks::author(&desk), flows[1], None).await.unwrap();
        assert_eq!(report.versions[0].stats.ended().total(), 2);
    }
}
