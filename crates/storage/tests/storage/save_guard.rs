//! The one-statement writes write all of it or nothing, whatever is missing.

use firstline_domain::error::StoreError;
use firstline_domain::ports::{CreateOutcome, NewWalk, SaveOutcome, WalkedTicket};
use firstline_domain::session::{By, Plan, Save, Session, Target, plan};

use crate::support::{Base, intake, notes, step};

fn planned(session: &Session, command: firstline_domain::session::Command, by: By) -> Save {
    let now = session.header.last_step_at + chrono::TimeDelta::seconds(1);
    match plan(session, None, command, by, now).unwrap() {
        Plan::Change { save, .. } => *save,
        Plan::Unchanged => panic!("nothing to save"),
    }
}

#[tokio::test]
async fn a_save_whose_ticket_or_proposal_is_missing_writes_nothing() {
    for base in Base::both().await {
        let desk = base.desk().await;
        let store = base.database.shared();
        let before = desk.workspace.intake(desk.technician, intake(Target::Flow(desk.flow.id))).await.unwrap().session;
        let by = By::Actor(desk.technician);
        for command in [step("a"), notes("n")] {
            let save = planned(&before, command, by);
            // A proposal that is not there stands for any row that is missing.
            let save = Save { validated_proposal: Some(uuid::Uuid::nil().into()), ..save };
            let error = store.save(save).await.unwrap_err();
            assert!(matches!(error, StoreError::Failed(_)), "{:?}: {error:?}", base.database);
            let (account_id, id) = (before.header.account_id, before.header.id);
            assert_eq!(store.session(account_id, id).await.unwrap().as_ref(), Some(&before));
            assert_eq!(store.events(account_id, id).await.unwrap().unwrap().len(), 1);
        }
        // And the same without what is missing.
        let save = planned(&before, step("a"), by);
        assert_eq!(store.save(save).await.unwrap(), SaveOutcome::Saved);
    }
}

#[tokio::test]
async fn a_save_without_its_ticket_raises_under_every_join_method() {
    let base = Base::postgres().await;
    let desk = base.desk().await;
    let before = desk.workspace.intake(desk.technician, intake(Target::Flow(desk.flow.id))).await.unwrap().session;
    // The ticket vanishes behind the constraints' back.
    base.sql("SET session_replication_role = replica; DELETE FROM tickets").await.unwrap();
    for forbidden in ["", "nestloop", "hashjoin", "mergejoin", "indexscan", "seqscan", "material"] {
        if !forbidden.is_empty() {
            let name = crate::support::name_of(&base.url);
            base.sql(&format!("ALTER DATABASE {name} RESET ALL; ALTER DATABASE {name} SET enable_{forbidden} = off"))
                .await
                .unwrap();
        }
        // A pool of its own, so that its connections have the setting.
        let store = base.database.for_worker();
        let save = planned(&before, step("a"), By::Actor(desk.technician));
        assert!(save.ticket_status.is_some());
        let error = store.save(save).await.unwrap_err();
        assert!(matches!(error, StoreError::Failed(_)), "{forbidden}: {error:?}");
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("incomplete: 1 of 2 rows"), "{forbidden}: {cause}");
        let events = store.events(before.header.account_id, before.header.id).await.unwrap().unwrap();
        assert_eq!(events.len(), 1, "{forbidden}");
    }
}

#[tokio::test]
async fn a_walk_without_its_flow_or_open_ticket_leaves_nothing_behind_under_every_join_method() {
    let base = Base::postgres().await;
    let desk = base.desk().await;
    let name = crate::support::name_of(&base.url);
    let first = desk.workspace.intake(desk.technician, intake(Target::Adhoc)).await.unwrap().session;
    let events = base.database.shared().events(desk.account.id, first.header.id).await.unwrap().unwrap();
    for forbidden in ["nestloop", "hashjoin", "mergejoin", "indexscan", "seqscan"] {
        base.sql(&format!("ALTER DATABASE {name} RESET ALL; ALTER DATABASE {name} SET enable_{forbidden} = off"))
            .await
            .unwrap();
        let store = base.database.for_worker();
        let ticket = store.ticket(desk.account.id, first.header.ticket_id).await.unwrap().unwrap().ticket;
        let mut header = first.header.clone();
        header.id = uuid::Uuid::from_u128(7).into();
        header.ticket_id = uuid::Uuid::from_u128(8).into();
        header.target = Target::Flow(uuid::Uuid::from_u128(9).into());
        let ticket = firstline_domain::ticket::Ticket { id: header.ticket_id, ..ticket };
        let walk = |ticket, header: &firstline_domain::session::Header| NewWalk {
            ticket,
            header: header.clone(),
            events: events.clone(),
        };
        let outcome = store.create(walk(WalkedTicket::New(ticket), &header)).await.unwrap();
        assert_eq!(outcome, CreateOutcome::FlowNotFound, "{forbidden}");
        header.target = Target::Adhoc;
        let outcome = store.create(walk(WalkedTicket::Existing(header.ticket_id), &header)).await.unwrap();
        assert_eq!(outcome, CreateOutcome::TicketNotOpen, "{forbidden}");
        header.ticket_id = first.header.ticket_id;
        let outcome = store.create(walk(WalkedTicket::Existing(header.ticket_id), &header)).await.unwrap();
        assert_eq!(outcome, CreateOutcome::TicketNotOpen, "{forbidden}: it has an active session");
        assert_eq!(base.sql("SELECT count(*) FROM walk_sessions, tickets").await.unwrap(), "1");
    }
}
