//! What holds of authored flows however many author them at once.

use crate::flow::authored::FlowRefusal;
use crate::ids::FlowId;
use crate::ports::Walkable;
use crate::service::{CompiledCache, CompiledFlows, FlowManagementError};

use super::authored_flows::{author, calling, management, tree};
use super::races::race;
use super::support::{RandomIds, World};

/// Of many who edit and publish one flow at once none is lost, and the versions count up without a gap.
pub async fn of_many_who_publish_at_once_each_makes_one_version(world: &World) {
    const AUTHORS: usize = 8;
    let desk = world.desk().await;
    let author = author(desk.account.id);
    let id = management(&desk).create(author, tree("Dock", "First?")).await.unwrap().id;
    let made = race(AUTHORS, |number| {
        let flows = management(&desk);
        async move {
            flows.edit(author, id, tree("Dock", &format!("Question {number}?")), None).await.unwrap();
            flows.publish(author, id, None).await.unwrap().walkable().unwrap()
        }
    })
    .await;
    let flow = world.flows.authored(desk.account.id, id).await.unwrap().unwrap();
    let newest = flow.walkable().unwrap();
    assert_eq!(made.iter().max(), Some(&newest));
    let versions = world.flows.flow_versions(desk.account.id, id, None, 99).await.unwrap();
    let numbers: Vec<u32> = versions.iter().rev().map(|version| version.number.get()).collect();
    assert_eq!(numbers, (1..=newest.get()).collect::<Vec<_>>());
    // One revision for the creation, and one for each edit and each version.
    assert_eq!(flow.revision, i64::try_from(1 + AUTHORS).unwrap() + i64::from(newest.get()));
}

/// However many change flows of one account at once, each change makes the account's mark greater by one.
pub async fn changes_of_many_flows_at_once_are_each_in_the_accounts_mark(world: &World) {
    const AUTHORS: usize = 8;
    let desk = world.desk().await;
    let author = author(desk.account.id);
    race(AUTHORS, |number| {
        let flows = management(&desk);
        async move {
            let id = flows.create(author, tree(&format!("Dock {number}"), "First?")).await.unwrap().id;
            flows.publish(author, id, None).await.unwrap();
            flows.edit(author, id, tree(&format!("Dock {number}"), "Now?"), None).await.unwrap();
        }
    })
    .await;
    assert_eq!(world.flows.flows_mark(desk.account.id).await.unwrap(), i64::try_from(3 * AUTHORS).unwrap());
}

/// Of two flows that are published at once to run each other, every walk still ends: each version runs older ones alone.
pub async fn flows_that_come_to_run_each_other_at_once_still_end(world: &World) {
    let desk = world.desk().await;
    let (flows, author, account_id) = (management(&desk), author(desk.account.id), desk.account.id);
    let mut ids = Vec::new();
    for name in ["A", "B"] {
        let id = flows.create(author, tree(name, "First?")).await.unwrap().id;
        flows.publish(author, id, None).await.unwrap();
        ids.push(id);
    }
    for (this, other) in [(0, 1), (1, 0)] {
        flows.edit(author, ids[this], calling("Ring", ids[other]), None).await.unwrap();
    }
    let ends = race(2, |at| {
        let (flows, id) = (management(&desk), ids[at]);
        async move { flows.publish(author, id, None).await }
    })
    .await;
    let refused = |end: &Result<_, _>| matches!(end, Err(FlowManagementError::Refused(_)));
    assert!(ends.iter().all(|end| end.is_ok() || refused(end)), "{ends:?}");
    assert!(ends.iter().any(Result::is_ok), "one of them came first");
    let compiled = CompiledFlows::new(world.flows.clone(), CompiledCache::default());
    for id in ids {
        let Some(Walkable::Version(number)) = world.flows.walkable(account_id, id).await.unwrap() else { panic!() };
        let flow = compiled.compiled(account_id, id, number).await.unwrap().unwrap();
        assert!(flow.steps_through() <= 1);
    }
}

/// Of many who say that they read one revision exactly one changes the flow, whatever each does; the others are told so.
pub async fn of_many_who_read_one_revision_exactly_one_changes_the_flow(world: &World) {
    let desk = world.desk().await;
    let (flows, author) = (management(&desk), author(desk.account.id));
    let made = flows.create(author, tree("Dock", "First?")).await.unwrap();
    let (id, read) = (made.id, Some(made.revision));
    let ends = race(9, |number| {
        let flows = management(&desk);
        async move {
            match number % 3 {
                0 => flows.edit(author, id, tree("Dock", &format!("Question {number}?")), read).await,
                1 => flows.publish(author, id, read).await,
                _ => flows.archive(author, id, read).await,
            }
        }
    })
    .await;
    let (won, lost): (Vec<_>, Vec<_>) = ends.into_iter().partition(Result::is_ok);
    let stale = |end: &Result<_, _>| {
        matches!(end, Err(FlowManagementError::Refused(FlowRefusal::Stale { expected: 1, actual: 2 })))
    };
    assert!(lost.iter().all(stale), "{lost:?}");
    let stored = world.flows.authored(desk.account.id, id).await.unwrap().unwrap();
    assert_eq!(won.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [stored]);
}

/// Of many who make a flow of one id exactly one does, and that flow is whole.
pub async fn of_many_who_make_a_flow_of_one_id_exactly_one_does(world: &World) {
    let desk = world.desk().await;
    let author = author(desk.account.id);
    let id = FlowId::generate(&RandomIds);
    let ends = race(8, |number| {
        let flows = management(&desk);
        async move { flows.create_as(id, author, tree(&format!("Dock {number}"), "First?")).await }
    })
    .await;
    let (won, lost): (Vec<_>, Vec<_>) = ends.into_iter().partition(Result::is_ok);
    assert!(lost.iter().all(|end| matches!(end, Err(FlowManagementError::IdTaken(taken)) if *taken == id)), "{lost:?}");
    let stored = world.flows.authored(desk.account.id, id).await.unwrap().unwrap();
    let name = world.flows.flow(desk.account.id, id).await.unwrap().unwrap().name;
    assert_eq!(&name, stored.name());
    assert_eq!(won.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [stored]);
}

/// A flow that is published while the one that it runs is changed and archived runs a version of that as it was once published,
/// or is refused; it is never published around something that is not there.
pub async fn what_is_published_while_its_sub_flow_changes_is_walked_to_its_end(world: &World) {
    const ROUNDS: usize = 4;
    let desk = world.desk().await;
    let (flows, author, account_id) = (management(&desk), author(desk.account.id), desk.account.id);
    for round in 0..ROUNDS {
        let inner = flows.create(author, tree("Inner", "First?")).await.unwrap().id;
        flows.publish(author, inner, None).await.unwrap();
        let outer = flows.create(author, calling("Outer", inner)).await.unwrap().id;
        let ends = race(3, |at| {
            let flows = management(&desk);
            async move {
                match at {
                    0 => flows.publish(author, outer, None).await,
                    1 => flows.archive(author, inner, None).await,
                    _ => match flows.edit(author, inner, tree("Inner", "Second?"), None).await {
                        Ok(_) => flows.publish(author, inner, None).await,
                        refused => refused,
                    },
                }
            }
        })
        .await;
        let refused = |end: &Result<_, _>| matches!(end, Err(FlowManagementError::Refused(_)));
        assert!(ends.iter().all(|end| end.is_ok() || refused(end)), "{round}: {ends:?}");
        let walkable = world.flows.walkable(account_id, outer).await.unwrap();
        assert_eq!(walkable.is_some(), ends[0].is_ok(), "{round}: {ends:?}");
        let Some(Walkable::Version(number)) = walkable else { continue };
        let pins = world.flows.flow_version(account_id, outer, number).await.unwrap().unwrap().pins;
        assert!(world.flows.flow_version(account_id, inner, pins[&inner]).await.unwrap().is_some());
        let compiled = CompiledFlows::new(world.flows.clone(), CompiledCache::default());
        assert_eq!(compiled.compiled(account_id, outer, number).await.unwrap().unwrap().steps_through(), 1);
    }
}
