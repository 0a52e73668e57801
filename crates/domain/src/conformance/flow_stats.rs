//! What walks tell of flows is counted once for each walk, whoever counts and however many do, and kept within the
//! account.

use crate::flow::authored::VersionNumber;
use crate::flow::walk::CompiledFlow;
use crate::ids::{FlowId, IdSource, SessionId};
use crate::ports::{FoldOutcome, KeptStats, UnfoldedWalk};
use crate::service::{FlowStatistics, Folded, MAX_VERSIONS_LISTED};
use crate::session::Event;
use crate::stats::{FoldSave, VersionStats};

use super::races::race;
use super::recount;
use super::support::{Desk, RandomIds, World, pages};
use super::walked::{END, End, author, printer_offline, walk};

fn statistics(desk: &Desk) -> FlowStatistics {
    let world = &desk.world;
    FlowStatistics::new(world.sessions.clone(), world.flows.clone(), world.stats.clone(), desk.clock.clone())
}

fn number(number: u32) -> VersionNumber {
    VersionNumber::new(number).unwrap()
}

async fn fold(desk: &Desk) -> Folded {
    statistics(desk).fold(&|error| panic!("{error:?}")).await.unwrap()
}

/// All that is not counted, page by page.
async fn unfolded(world: &World, rows: u16) -> Vec<UnfoldedWalk> {
    let (mut all, mut after) = (Vec::new(), None);
    for _ in pages("the list of uncounted walks") {
        let page = world.stats.unfolded(after, rows).await.unwrap();
        after = page.last().copied();
        all.extend(&page);
        if page.len() < usize::from(rows) {
            return all;
        }
    }
    unreachable!("the pages end by panicking")
}

async fn histories(desk: &Desk, walks: &[SessionId]) -> Vec<Vec<Event>> {
    let mut histories = Vec::new();
    for id in walks {
        histories.push(desk.world.sessions.events(desk.account.id, *id).await.unwrap().unwrap());
    }
    histories
}

/// What the statistics of these walks, all of one version, must be.
async fn counted_anew(desk: &Desk, walks: &[SessionId]) -> VersionStats {
    recount(histories(desk, walks).await.iter().map(Vec::as_slice))
}

async fn kept(desk: &Desk, flow: FlowId) -> Vec<KeptStats> {
    desk.world.stats.flow_stats(desk.account.id, flow, None, 100).await.unwrap()
}

async fn walks(desk: &Desk, flow: &CompiledFlow, ends: &[End]) -> Vec<SessionId> {
    let mut walks = Vec::new();
    for (number, end) in ends.iter().enumerate() {
        walks.push(walk(desk, flow, number, *end).await);
    }
    walks
}

/// Ended walks of versions of all accounts are found by account, flow and end, page by page, until they are counted;
/// walks that go on, and walks of no version, never are.
pub async fn an_ended_walk_is_found_until_it_is_counted(world: &World) {
    let (desk, other) = (world.desk().await, world.desk().await);
    let mut expected = Vec::new();
    for desk in [&desk, &other] {
        for flow in printer_offline(desk, 2).await.iter().rev() {
            for id in walks(desk, flow, &END).await {
                expected.push((desk.account.id, id, flow.version().get()));
            }
            walks(desk, flow, &[End::GoesOn]).await;
        }
        let unguided = desk.flow_walk().await.header.id;
        desk.command(unguided, super::support::resolve(true)).await;
    }
    let found = unfolded(world, 3).await;
    assert!(found.is_sorted_by_key(UnfoldedWalk::place), "{found:?}");
    let mut found: Vec<_> = found.iter().map(|walk| (walk.account_id, walk.session_id, walk.version.get())).collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(fold(&desk).await, Folded { walks: 16, ..Folded::default() });
    assert_eq!(unfolded(world, 3).await, []);
    assert_eq!(fold(&desk).await, Folded::default());
}

/// What the job counts, in as many runs as may be, is what counting all walks of each version anew gives.
pub async fn the_statistics_are_what_counting_anew_gives(world: &World) {
    let desk = world.desk().await;
    let [first, second] = printer_offline(&desk, 2).await.try_into().unwrap();
    let (mut of_first, mut of_second) = (Vec::new(), Vec::new());
    for round in 0..3 {
        of_first.extend(walks(&desk, &first, &END).await);
        of_second.extend(walks(&desk, &second, &END[round..]).await);
        fold(&desk).await;
    }
    let (newest, oldest) = (counted_anew(&desk, &of_second).await, counted_anew(&desk, &of_first).await);
    assert!(newest.undo_rate().is_some_and(|rate| rate > 0.0) && newest.seconds.median().is_some());
    let kept = kept(&desk, first.flow_id()).await;
    assert_eq!(
        kept.iter().map(|kept| (kept.version, kept.revision)).collect::<Vec<_>>(),
        [(number(2), 3), (number(1), 3)]
    );
    assert_eq!(kept.into_iter().map(|kept| kept.stats).collect::<Vec<_>>(), [newest, oldest]);
}

/// Statistics are listed from the newest version on, at most as many as asked for, or the one asked for; another
/// account's are not there.
pub async fn statistics_are_listed_newest_version_first_and_within_their_account(world: &World) {
    let (desk, other) = (world.desk().await, world.desk().await);
    let flows = printer_offline(&desk, 12).await;
    let (flow, theirs) = (flows[0].flow_id(), printer_offline(&other, 1).await[0].flow_id());
    for version in &flows {
        walks(&desk, version, &[End::Helpful]).await;
    }
    fold(&desk).await;
    let versions = async |version, rows| {
        let kept = world.stats.flow_stats(desk.account.id, flow, version, rows).await.unwrap();
        kept.into_iter().map(|kept| kept.version.get()).collect::<Vec<_>>()
    };
    assert_eq!(versions(None, 3).await, [12, 11, 10]);
    assert_eq!(versions(Some(number(7)), 3).await, [7]);
    assert_eq!(versions(Some(number(13)), 3).await, [0_u32; 0]);
    assert_eq!(world.stats.flow_stats(other.account.id, flow, None, 3).await.unwrap(), []);
    assert_eq!(world.stats.flow_stats(desk.account.id, theirs, None, 3).await.unwrap(), []);
    let report = statistics(&desk).of_flow(author(&desk), flow, None).await.unwrap();
    assert_eq!((report.versions.len(), report.more_versions), (usize::from(MAX_VERSIONS_LISTED), true));
    let report = statistics(&desk).of_flow(author(&desk), flow, Some(number(2))).await.unwrap();
    assert_eq!((report.versions.len(), report.more_versions), (1, false));
    assert!(statistics(&other).of_flow(author(&other), flow, None).await.is_err());
}

/// Statistics, and how far they are behind, are those of as many versions and walks as were asked for, however many
/// other accounts and flows have, and whoever was walked first.
pub async fn statistics_are_cut_after_whose_they_are_is_chosen(world: &World) {
    let desks = [world.desk().await, world.desk().await];
    let mut flows = Vec::new();
    for _ in 0..2 {
        for desk in &desks {
            flows.push((desk, printer_offline(desk, 3).await));
        }
    }
    for round in 0..3 {
        for (desk, versions) in &flows {
            walks(desk, &versions[round], &[End::Helpful, End::Helpful]).await;
        }
    }
    for (desk, versions) in &flows {
        let pending = async |rows| world.stats.pending_walks(desk.account.id, versions[0].flow_id(), rows).await;
        assert_eq!(pending(4).await.unwrap().walks, 4);
        assert_eq!(pending(99).await.unwrap().walks, 6);
    }
    fold(&desks[0]).await;
    for (desk, versions) in &flows {
        let found = world.stats.flow_stats(desk.account.id, versions[0].flow_id(), None, 2).await.unwrap();
        assert_eq!(found.iter().map(|kept| kept.version.get()).collect::<Vec<_>>(), [3, 2]);
        let behind = world.stats.pending_walks(desk.account.id, versions[0].flow_id(), 4).await.unwrap();
        assert_eq!((behind.walks, behind.oldest), (0, None));
    }
}

/// A save on another revision, or with a walk that is counted already or cannot be counted there, writes nothing.
pub async fn a_fold_that_comes_second_writes_nothing(world: &World) {
    let (desk, other) = (world.desk().await, world.desk().await);
    let [flow, newer] = printer_offline(&desk, 2).await.try_into().unwrap();
    let foreign = printer_offline(&other, 1).await.remove(0);
    let mine = walks(&desk, &flow, &[End::Helpful, End::Escalated, End::NotHelpful]).await;
    let save = |expected_revision, walks: &[SessionId]| FoldSave {
        account_id: desk.account.id,
        flow_id: flow.flow_id(),
        version: flow.version(),
        expected_revision,
        stats: VersionStats::default(),
        walks: walks.to_vec(),
    };
    let outcome = async |save| world.stats.save_fold(save).await.unwrap();
    assert_eq!(outcome(save(1, &mine[..1])).await, FoldOutcome::Conflict, "there is nothing yet to add to");
    assert_eq!(outcome(save(0, &mine[..1])).await, FoldOutcome::Saved);
    assert_eq!(outcome(save(0, &mine[1..2])).await, FoldOutcome::Conflict, "another revision");
    assert_eq!(outcome(save(1, &mine[..2])).await, FoldOutcome::Conflict, "one is counted already");
    let unfit = [
        walks(&desk, &flow, &[End::GoesOn]).await,
        walks(&desk, &newer, &[End::Helpful]).await,
        walks(&other, &foreign, &[End::Helpful]).await,
        vec![RandomIds.new_id().into()],
    ];
    for unfit in unfit {
        assert_eq!(outcome(save(1, &[mine[1], unfit[0]])).await, FoldOutcome::Conflict);
    }
    let open: Vec<SessionId> = unfolded(world, 50).await.iter().map(|walk| walk.session_id).collect();
    assert!(open.contains(&mine[1]) && open.contains(&mine[2]) && !open.contains(&mine[0]), "{open:?}");
    assert_eq!(kept(&desk, flow.flow_id()).await.iter().map(|kept| kept.revision).collect::<Vec<_>>(), [1]);
    assert_eq!(outcome(save(1, &mine[1..])).await, FoldOutcome::Saved);
}

/// An answer says since when and how many walks are not in it, and nothing once all are.
pub async fn an_answer_says_how_far_it_is_behind(world: &World) {
    let desk = world.desk().await;
    let flow = printer_offline(&desk, 1).await.remove(0);
    let staleness = async || statistics(&desk).of_flow(author(&desk), flow.flow_id(), None).await.unwrap().staleness;
    let empty = staleness().await;
    assert_eq!((empty.pending_walks, empty.behind.num_seconds()), (0, 0));
    walks(&desk, &flow, &END).await;
    let oldest = unfolded(world, 50).await.iter().map(|walk| walk.ended_at).min().unwrap();
    desk.wait(60);
    let behind = staleness().await;
    assert_eq!((behind.pending_walks, behind.counted_until), (4, oldest));
    assert_eq!(behind.behind, crate::clock::Clock::now(desk.clock.as_ref()) - oldest);
    let pending = world.stats.pending_walks(desk.account.id, flow.flow_id(), 3).await.unwrap();
    assert_eq!((pending.walks, pending.oldest), (3, Some(oldest)));
    fold(&desk).await;
    let caught_up = staleness().await;
    assert_eq!((caught_up.pending_walks, caught_up.behind.num_seconds()), (0, 0));
}

/// However many jobs count at once, while walks go on ending, each walk is counted once.
pub async fn many_jobs_at_once_count_each_walk_once(world: &World) {
    let (desk, other) = (world.desk().await, world.desk().await);
    let mut flows = printer_offline(&desk, 2).await;
    flows.extend(printer_offline(&other, 1).await);
    let desk_of = |place: usize| if place == 2 { other.clone() } else { desk.clone() };
    let mut ended: [Vec<SessionId>; 3] = Default::default();
    for round in 0..15 {
        for place in 0..3 {
            let ends = &END[round % 4..];
            ended[place].extend(walks(&desk_of(place), &flows[place], ends).await);
        }
    }
    // Even ones count, odd ones walk on meanwhile.
    let results = race(8, |racer| {
        let place = racer % 3;
        let (desk, flow) = (desk_of(place), flows[place].clone());
        async move {
            if racer.is_multiple_of(2) {
                return (place, fold(&desk).await, Vec::new());
            }
            (place, Folded::default(), walks(&desk, &flow, &[END, END].concat()).await)
        }
    })
    .await;
    let mut folded: u64 = results.iter().map(|(_, folded, _)| folded.walks).sum();
    for (place, _, walks) in results {
        ended[place].extend(walks);
    }
    folded += fold(&desk).await.walks;
    assert_eq!(folded, ended.iter().map(|walks| walks.len() as u64).sum::<u64>());
    for (place, walks) in ended.iter().enumerate() {
        let (desk, flow) = (desk_of(place), &flows[place]);
        let kept = kept(&desk, flow.flow_id()).await;
        let kept = kept.into_iter().find(|kept| kept.version == flow.version()).unwrap();
        assert_eq!(kept.stats, counted_anew(&desk, walks).await);
    }
}
