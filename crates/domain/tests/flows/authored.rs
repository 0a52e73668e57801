//! An authored flow: who may write it, what follows from what, and what each publishing keeps.

use chrono::TimeDelta;
use firstline_domain::account::{AccessDenied, Role};
use firstline_domain::flow::FlowStatus;
use firstline_domain::flow::authored::{
    AuthoredFlow, FlowChange, FlowPlan, FlowRefusal, FlowVersion, VersionNumber, archive, create, edit, publish,
    restore,
};
use firstline_domain::flow::check::NotLookedUp;
use firstline_domain::flow::tree::Tree;
use serde_json::json;

use super::support::{
    Library, author, began, brief, call, change, flow_id, instruction, question, resolved, sound, tree, user,
};

fn other() -> Tree {
    tree(&json!([question("new", &["yes", "no"]), resolved("yes"), resolved("no")]))
}

fn broken() -> Tree {
    tree(&json!([instruction("a", "nowhere"), resolved("b")]))
}

fn drafted() -> AuthoredFlow {
    create(flow_id(1), author(), tree(&sound()), began())
}

fn published_change(flow: &AuthoredFlow) -> FlowChange {
    change(publish(flow, &NotLookedUp, None, author(), began()).unwrap())
}

fn published() -> (AuthoredFlow, FlowVersion) {
    let change = published_change(&drafted());
    (change.flow, change.version.unwrap())
}

fn archived() -> (AuthoredFlow, FlowVersion) {
    let (flow, version) = published();
    (change(archive(&flow, None, began()).unwrap()).flow, version)
}

#[test]
fn engineers_admins_and_owners_author_flows_and_nobody_else() {
    for role in Role::ALL {
        let may = matches!(role, Role::Engineer | Role::Admin | Role::Owner);
        let expected = if may { Ok(user(role, true).account_id) } else { Err(AccessDenied::FlowAuthoringRequired) };
        assert_eq!(user(role, true).may_author_flows().map(|author| author.account_id()), expected, "{role:?}");
        assert_eq!(user(role, false).may_author_flows(), Err(AccessDenied::Inactive), "{role:?}");
    }
}

#[test]
fn a_new_flow_is_a_draft_that_nobody_walks() {
    let flow = drafted();
    assert_eq!((flow.status, flow.revision, flow.walkable()), (FlowStatus::Draft, 1, None));
    assert_eq!((flow.created_at, flow.updated_at, flow.draft.edited_at), (began(), began(), began()));
}

#[test]
fn publishing_makes_the_next_version_of_the_draft() {
    let (flow, version) = published();
    assert_eq!((flow.status, flow.revision, flow.walkable()), (FlowStatus::Published, 2, Some(VersionNumber::FIRST)));
    assert_eq!((version.number.get(), &version.tree, version.flow_id), (1, &tree(&sound()), flow.id));
    let edited = change(edit(&flow, other(), None, author(), began()).unwrap());
    assert_eq!((edited.flow.walkable(), edited.version), (Some(VersionNumber::FIRST), None));
    let second = published_change(&edited.flow);
    assert_eq!((second.expected_revision, second.flow.revision), (3, 4));
    let version = second.version.unwrap();
    assert_eq!((version.number.get(), version.tree), (2, other()));
}

#[test]
fn a_draft_may_have_gaps_and_is_then_not_published() {
    let flow = change(edit(&drafted(), broken(), None, author(), began()).unwrap()).flow;
    let Err(FlowRefusal::Defective(report)) = publish(&flow, &NotLookedUp, None, author(), began()) else { panic!() };
    let codes: Vec<&str> = brief(&report.errors).into_iter().map(|(code, _, _)| code).collect();
    assert_eq!(codes, ["target_missing", "unreachable"]);
}

#[test]
fn what_is_so_already_changes_nothing() {
    let (flow, version) = published();
    let unchanged = [
        edit(&flow, tree(&sound()), None, author(), began()),
        publish(&flow, &NotLookedUp, None, author(), began()),
        restore(&flow, &version, None, author(), began()),
        archive(&archived().0, None, began()),
    ];
    for plan in unchanged {
        assert_eq!(plan, Ok(FlowPlan::Unchanged));
    }
}

#[test]
fn an_archived_flow_that_was_never_published_is_a_draft_again_once_somebody_writes_one() {
    let made = change(archive(&drafted(), None, began()).unwrap()).flow;
    assert_eq!(publish(&made, &NotLookedUp, None, author(), began()), Err(FlowRefusal::Archived));
    for tree in [made.draft.tree.clone(), other()] {
        let again = change(edit(&made, tree.clone(), None, author(), began()).unwrap()).flow;
        assert_eq!((again.status, again.revision, again.draft.tree), (FlowStatus::Draft, made.revision + 1, tree));
    }
}

#[test]
fn an_archived_flow_is_walked_by_nobody_and_takes_only_a_restored_version() {
    let (flow, version) = archived();
    assert_eq!((flow.status, flow.walkable()), (FlowStatus::Archived, None));
    assert_eq!(edit(&flow, other(), None, author(), began()), Err(FlowRefusal::Archived));
    assert_eq!(publish(&flow, &NotLookedUp, None, author(), began()), Err(FlowRefusal::Archived));
    let back = change(restore(&flow, &version, None, author(), began()).unwrap()).flow;
    assert_eq!(
        (back.status, back.walkable(), back.draft.restored_from),
        (FlowStatus::Draft, None, Some(version.number))
    );
    // Nothing of it has changed, and it is published again all the same: somebody wants it back in use.
    let again = published_change(&back);
    assert_eq!((again.flow.status, again.version.unwrap().number.get()), (FlowStatus::Published, 2));
}

#[test]
fn restoring_makes_an_old_version_the_draft_and_leaves_the_published_one() {
    let (flow, first) = published();
    let edited = change(edit(&flow, other(), None, author(), began()).unwrap()).flow;
    let second = published_change(&edited).flow;
    let restored = change(restore(&second, &first, None, author(), began()).unwrap()).flow;
    assert_eq!((restored.status, restored.walkable()), (FlowStatus::Published, VersionNumber::new(2)));
    assert_eq!((&restored.draft.tree, restored.draft.restored_from), (&first.tree, Some(first.number)));
    let edited = change(edit(&restored, other(), None, author(), began()).unwrap()).flow;
    assert_eq!(edited.draft.restored_from, None);
}

#[test]
fn another_flows_version_cannot_be_restored() {
    let (flow, mut version) = published();
    version.flow_id = flow_id(2);
    assert_eq!(restore(&flow, &version, None, author(), began()), Err(FlowRefusal::ForeignVersion));
}

#[test]
fn a_stale_revision_changes_nothing_and_is_told_before_anything_else() {
    let (flow, version) = archived();
    let stale = Err(FlowRefusal::Stale { expected: 1, actual: 3 });
    assert_eq!(edit(&flow, other(), Some(1), author(), began()), stale);
    assert_eq!(publish(&flow, &NotLookedUp, Some(1), author(), began()), stale);
    assert_eq!(archive(&flow, Some(1), began()), stale);
    assert_eq!(restore(&flow, &version, Some(1), author(), began()), stale);
    assert_eq!(archive(&flow, Some(3), began()), Ok(FlowPlan::Unchanged));
}

#[test]
fn time_never_goes_back_and_is_cut_to_microseconds() {
    let early = began() - TimeDelta::days(1);
    let edited = change(edit(&drafted(), other(), None, author(), early).unwrap()).flow;
    assert_eq!((edited.updated_at, edited.draft.edited_at), (began(), began()));
    let late = began() + TimeDelta::nanoseconds(1_999);
    let edited = change(edit(&drafted(), other(), None, author(), late).unwrap()).flow;
    assert_eq!(edited.updated_at, began() + TimeDelta::microseconds(1));
}

#[test]
fn a_version_pins_its_sub_flows_and_a_newer_one_of_those_is_reason_to_publish_again() {
    let mut library = Library::default();
    library.publish(flow_id(7), &json!([instruction("x", "end"), resolved("end")]));
    let parent = tree(&json!([call("run", flow_id(7), "end"), resolved("end")]));
    let flow = create(flow_id(1), author(), parent, began());
    let first = change(publish(&flow, &library, None, author(), began()).unwrap());
    assert_eq!(first.version.unwrap().pins[&flow_id(7)].get(), 1);
    assert_eq!(publish(&first.flow, &library, None, author(), began()), Ok(FlowPlan::Unchanged));

    let newer = super::support::version(flow_id(7), 2, tree(&sound()), &Library::default());
    let newer = firstline_domain::flow::check::KnownFlow::Published(library.compile(&newer).into());
    library.flows.insert(flow_id(7), newer);
    let second = change(publish(&first.flow, &library, None, author(), began()).unwrap());
    let version = second.version.unwrap();
    assert_eq!((version.number.get(), version.pins[&flow_id(7)].get()), (2, 2));
}

#[test]
fn a_flow_never_runs_itself_however_far_round() {
    let mut library = Library::default();
    let runs = |id| json!([question("q", &["run", "end"]), call("run", flow_id(id), "end"), resolved("end")]);
    library.publish(flow_id(1), &sound());
    library.publish(flow_id(2), &runs(1));
    library.publish(flow_id(3), &runs(2));
    let flow = create(flow_id(1), author(), tree(&runs(3)), began());
    let Err(FlowRefusal::Defective(report)) = publish(&flow, &library, None, author(), began()) else { panic!() };
    assert_eq!(brief(&report.errors), [("sub_flow_cycle", Some("run"), "/nodes/1/flow")]);
}

#[test]
fn a_sub_flow_that_cannot_be_looked_up_is_not_published_on_trust() {
    let parent = tree(&json!([call("run", flow_id(7), "end"), resolved("end")]));
    let flow = create(flow_id(1), author(), parent, began());
    let refused = publish(&flow, &NotLookedUp, None, author(), began());
    assert!(matches!(refused, Err(FlowRefusal::Corrupt(_))), "{refused:?}");
}
