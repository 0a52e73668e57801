//! What holds of authored flows however many author them at once.

use crate::flow_management::{CompiledCache, CompiledFlows, FlowManagementError};
use crate::repository::Walkable;

use super::authored_flows::{author, calling, management, tree};
use super::races::race;
use super::support::World;

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
