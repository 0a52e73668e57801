//! A store keeps an account's users and what happened to them, which change together.

use chrono::TimeDelta;

use crate::account::{Account, AccountManager, Identity, Role, User};
use crate::clock::Clock;
use crate::error::StoreError;
use crate::ids::{AccountId, IdSource, UserId};
use crate::paging::PageLimit;
use crate::ports::{PutOutcome, UserFilter, UserSaveOutcome};
use crate::service::{UserEventQuery, UserManagementError, UserQuery};
use crate::text::{Email, Issuer, Name, Subject};
use crate::user::{
    Changed, ChangedBy, FieldChange, IdentityChange, Roster, UserChange, UserDetails, UserEvent, UserEventData,
    UserSave, change, create,
};

use super::support::{ManualClock, RandomIds, World, pages, user};

pub(super) async fn account(world: &World) -> AccountId {
    let account = Account { id: RandomIds.new_id().into(), name: Name::new("Fabrikam").unwrap() };
    assert_eq!(world.directory.put_account(&account).await.unwrap(), PutOutcome::Stored);
    account.id
}

pub(super) fn identity(issuer: &str, subject: &str) -> Identity {
    Identity { issuer: Issuer::new(issuer).unwrap(), subject: Subject::new(subject).unwrap() }
}

/// A user of a new account, as the system makes them.
pub(super) async fn put(world: &World, account_id: AccountId, email: &str, role: Role) -> User {
    world.user_management().provision(user(account_id, email, role)).await.unwrap()
}

/// An owner of a new account.
pub(super) async fn owner(world: &World) -> (User, AccountManager) {
    let account_id = account(world).await;
    let owner = put(world, account_id, "owner@example.com", Role::Owner).await;
    let manager = owner.manages_users().unwrap();
    (owner, manager)
}

pub(super) async fn events(world: &World, user: &User) -> Vec<UserEvent> {
    world.users.user_events(user.account_id, user.id, 0, 10_000).await.unwrap()
}

async fn roster(world: &World, user: &User) -> Roster {
    world.users.roster(user.account_id, user.id, None).await.unwrap()
}

fn to_role(role: Role) -> UserChange {
    UserChange { role: Some(role), ..UserChange::default() }
}

/// The user whom the events tell of: each change begins where the one before ended.
pub(super) fn told(account_id: AccountId, events: &[UserEvent]) -> User {
    let (first, rest) = events.split_first().unwrap();
    let UserEventData::Created(details) = &first.data else { panic!("{first:?} is no beginning") };
    let mut user = details.clone().of(account_id, first.user_id);
    for event in rest {
        let UserEventData::Changed(changed) = &event.data else { panic!("{event:?} is a second beginning") };
        let mut wanted = UserChange::default();
        for one in changed.changes.clone() {
            match one {
                FieldChange::Email { after, .. } => wanted.email = Some(after),
                FieldChange::AccountRole { after, .. } => wanted.role = Some(after),
                FieldChange::CanCoverL1 { after, .. } => wanted.can_cover_l1 = Some(after),
                FieldChange::Active { after, .. } => wanted.active = Some(after),
                FieldChange::Identity { after, .. } => {
                    wanted.identity = after.map_or(IdentityChange::Remove, IdentityChange::Set);
                }
            }
        }
        let next = wanted.applied_to(&user);
        assert_eq!(Changed::between(&user, &next).as_ref(), Some(changed), "{event:?} does not begin at {user:?}");
        user = next;
    }
    user
}

/// Every field of a user comes back as it was written, by use case and by event, at each change.
pub async fn a_user_and_their_events_read_back_as_written(world: &World) {
    let (owner, manager) = owner(world).await;
    let users = world.user_management();
    let details = UserDetails {
        email: Email::new("zoë.漢@example.com").unwrap(),
        role: Role::Engineer,
        can_cover_l1: true,
        active: true,
        identity: Some(identity("https://login.example/\"t'", "Zoë\\|7 ")),
    };
    let mut expected = users.create(manager, details.clone()).await.unwrap();
    assert_eq!(UserDetails::from(expected.clone()), details);
    let changes = [
        to_role(Role::Owner),
        UserChange { can_cover_l1: Some(false), ..UserChange::default() },
        UserChange { active: Some(false), email: Some(Email::new("z@example.com").unwrap()), ..UserChange::default() },
        UserChange { identity: IdentityChange::Remove, ..UserChange::default() },
        UserChange { identity: IdentityChange::Set(identity("i", "s")), ..to_role(Role::Viewer) },
    ];
    for change in changes {
        expected = change.applied_to(&expected);
        assert_eq!(users.change(manager, expected.id, change).await.unwrap(), expected);
        assert_eq!(world.users.user_of(expected.account_id, expected.id).await.unwrap(), Some(expected.clone()));
        assert_eq!(world.directory.user(expected.id).await.unwrap(), Some(expected.clone()));
    }
    let history = events(world, &expected).await;
    assert_eq!(told(expected.account_id, &history), expected);
    assert!(history.iter().all(|event| event.actor_user_id == Some(owner.id)));
    assert_eq!(history.iter().map(|event| event.seq).collect::<Vec<_>>(), [2, 3, 4, 5, 6, 7]);
    let now = ManualClock::default().now();
    assert!(history.iter().all(|event| event.at == now), "times are kept to the microsecond");
    assert_eq!(events(world, &owner).await[0].actor_user_id, None, "the system made the first");
}

/// What changes nothing makes no event, by whichever way it comes.
pub async fn a_change_of_nothing_makes_no_event(world: &World) {
    let (owner, manager) = owner(world).await;
    let users = world.user_management();
    for change in [UserChange::default(), to_role(Role::Owner), UserChange::from(UserDetails::from(owner.clone()))] {
        assert_eq!(users.change(manager, owner.id, change).await.unwrap(), owner);
    }
    assert_eq!(users.provision(owner.clone()).await.unwrap(), owner);
    assert_eq!(events(world, &owner).await.len(), 1);
    assert_eq!(roster(world, &owner).await.version, 1);
}

/// A decision sees the version, the time of the newest event, both users as they are, and how many other owners could
/// act.
pub async fn a_roster_shows_what_a_decision_leans_on(world: &World) {
    let (owner, _) = owner(world).await;
    let account_id = owner.account_id;
    let second = put(world, account_id, "second@example.com", Role::Owner).await;
    let admin = put(world, account_id, "admin@example.com", Role::Admin).await;
    let mut idle = user(account_id, "idle@example.com", Role::Owner);
    idle.active = false;
    world.user_management().provision(idle.clone()).await.unwrap();
    let other = self::owner(world).await.0;
    let expected = Roster {
        version: 4,
        changed_at: Some(ManualClock::default().now()),
        user: Some(owner.clone()),
        actor: Some(admin.clone()),
        other_active_owners: 1,
    };
    assert_eq!(world.users.roster(account_id, owner.id, Some(admin.id)).await.unwrap(), expected);
    let own = world.users.roster(account_id, second.id, Some(second.id)).await.unwrap();
    assert_eq!((own.user, own.actor, own.other_active_owners), (Some(second.clone()), Some(second), 1));
    assert_eq!(world.users.roster(account_id, idle.id, None).await.unwrap().other_active_owners, 2);
    let foreign = world.users.roster(account_id, other.id, Some(other.id)).await.unwrap();
    assert_eq!((foreign.user, foreign.actor, foreign.other_active_owners), (None, None, 2));
    let empty = world.users.roster(account(world).await, owner.id, None).await.unwrap();
    assert_eq!((empty.version, empty.changed_at, empty.user, empty.other_active_owners), (0, None, None, 0));
}

/// Of two savers from one version exactly one is saved, whether they make or change a user; the other has written
/// nothing.
pub async fn of_two_savers_of_users_from_one_version_exactly_one_is_saved(world: &World) {
    let (owner, _) = owner(world).await;
    let now = ManualClock::default().now();
    let seen = roster(world, &owner).await;
    let flag = UserChange { can_cover_l1: Some(true), ..UserChange::default() };
    let changed = change(&seen, &owner, &flag, ChangedBy::System, now).unwrap().unwrap();
    let new = user(owner.account_id, "new@example.com", Role::Viewer);
    let made = create(&seen, owner.account_id, new.id, new.clone().into(), ChangedBy::System, now).unwrap();
    assert_eq!(world.users.save_user(changed.clone()).await.unwrap(), UserSaveOutcome::Saved);
    for stale in [changed, made] {
        assert_eq!(world.users.save_user(stale).await.unwrap(), UserSaveOutcome::Conflict);
    }
    assert_eq!(world.users.user_of(owner.account_id, new.id).await.unwrap(), None);
    assert_eq!(roster(world, &owner).await.version, 2);
    assert_eq!(events(world, &owner).await.len(), 2);
}

/// A save that the store refuses has written neither user nor event.
pub async fn a_refused_save_of_a_user_leaves_no_trace(world: &World) {
    let (owner, _) = owner(world).await;
    let admin = UserDetails {
        identity: Some(identity("i", "s")),
        ..user(owner.account_id, "b@example.com", Role::Admin).into()
    };
    let admin = world.user_management().provision(admin.of(owner.account_id, RandomIds.new_id().into())).await.unwrap();
    let elsewhere = self::owner(world).await.0;
    let seen = roster(world, &owner).await;
    let now = ManualClock::default().now();
    let make = |id: UserId, user: &User| -> UserSave {
        create(&seen, owner.account_id, id, user.clone().into(), ChangedBy::System, now).unwrap()
    };
    let alter = |change_: UserChange| change(&seen, &owner, &change_, ChangedBy::System, now).unwrap().unwrap();
    let fresh = RandomIds.new_id().into();
    let other = user(owner.account_id, "c@example.com", Role::Viewer);
    let namesake = User { identity: None, ..admin.clone() };
    let twin = User { identity: admin.identity.clone(), ..other.clone() };
    let same_name = IdentityChange::Set(identity("i", "s"));
    for (save, outcome) in [
        (make(fresh, &namesake), UserSaveOutcome::EmailTaken),
        (make(fresh, &twin), UserSaveOutcome::IdentityTaken),
        (make(elsewhere.id, &other), UserSaveOutcome::IdTaken),
        (alter(UserChange { email: Some(admin.email.clone()), ..UserChange::default() }), UserSaveOutcome::EmailTaken),
        (alter(UserChange { identity: same_name, ..UserChange::default() }), UserSaveOutcome::IdentityTaken),
    ] {
        assert_eq!(world.users.save_user(save.clone()).await.unwrap(), outcome, "{save:?}");
        assert_eq!(roster(world, &owner).await, seen);
        assert_eq!(events(world, &owner).await.len(), 1);
        assert_eq!(world.users.user_of(owner.account_id, fresh).await.unwrap(), None);
    }
    let nowhere: AccountId = RandomIds.new_id().into();
    let empty = world.users.roster(nowhere, other.id, None).await.unwrap();
    let save = create(&empty, nowhere, other.id, other.clone().into(), ChangedBy::System, now).unwrap();
    assert_eq!(world.users.save_user(save).await.unwrap(), UserSaveOutcome::AccountNotFound);
    assert_eq!(world.directory.user(elsewhere.id).await.unwrap(), Some(elsewhere));
}

/// A change of a user who does not exist, which no use case asks for, fails and leaves no event.
pub async fn a_change_of_nobody_fails_and_leaves_no_event(world: &World) {
    let (owner, _) = owner(world).await;
    let seen = roster(world, &owner).await;
    let nobody = user(owner.account_id, "nobody@example.com", Role::Viewer);
    let now = ManualClock::default().now();
    let save = change(&seen, &nobody, &to_role(Role::Admin), ChangedBy::System, now).unwrap().unwrap();
    assert!(matches!(world.users.save_user(save).await, Err(StoreError::Failed(_))));
    assert_eq!(roster(world, &owner).await, seen);
    assert_eq!(events(world, &nobody).await, []);
}

/// Another account's users are neither read nor listed nor changed.
pub async fn another_accounts_users_are_not_there(world: &World) {
    let ((owner, manager), (other, _)) = (owner(world).await, self::owner(world).await);
    let users = world.user_management();
    assert_eq!(world.users.user_of(owner.account_id, other.id).await.unwrap(), None);
    assert_eq!(world.users.user_events(owner.account_id, other.id, 0, 9).await.unwrap(), []);
    assert_eq!(users.users(manager, UserQuery::default()).await.unwrap().rows, std::slice::from_ref(&owner));
    assert!(matches!(users.user(manager, other.id).await, Err(UserManagementError::UserNotFound(_))));
    let events = users.events(manager, other.id, UserEventQuery::default()).await;
    assert!(matches!(events, Err(UserManagementError::UserNotFound(_))));
    let changed = users.change(manager, other.id, to_role(Role::Viewer)).await;
    assert!(matches!(changed, Err(UserManagementError::UserNotFound(_))));
    assert_eq!(world.directory.user(other.id).await.unwrap(), Some(other));
}

/// Users are listed by id, each once however they are paged, and a filter shows those it takes alone.
pub async fn users_are_listed_by_id_and_their_pages_are_whole(world: &World) {
    let (owner, manager) = owner(world).await;
    let users = world.user_management();
    let mut all = vec![owner.clone()];
    for (number, role) in Role::ALL.into_iter().cycle().take(11).enumerate() {
        let mut one = user(owner.account_id, &format!("u{number}@example.com"), role);
        one.active = number % 3 != 0;
        all.push(users.provision(one).await.unwrap());
    }
    all.sort_by_key(|user| user.id);
    let mut filters = vec![UserFilter::default()];
    for active in [None, Some(true), Some(false)] {
        filters.extend(Role::ALL.map(|role| UserFilter { role: Some(role), active }));
        filters.push(UserFilter { role: None, active });
    }
    for filter in filters {
        let expected: Vec<User> = all.iter().filter(|user| filter.takes(user)).cloned().collect();
        for limit in [1, 5, 200] {
            let (mut found, mut after, limit) = (Vec::new(), None, PageLimit::new(limit).unwrap());
            for _ in pages("the list of users") {
                let page = users.users(manager, UserQuery { filter, limit, after }).await.unwrap();
                assert!(page.rows.len() <= usize::from(limit.get()));
                found.extend(page.rows);
                let Some(next) = page.next else { break };
                after = Some(next);
            }
            assert_eq!(found, expected, "{filter:?} {limit:?}");
        }
    }
}

/// Pages of users, and of a user's events, are as long as was asked for, however many others have.
pub async fn pages_of_users_and_events_are_cut_after_whose_they_are_is_chosen(world: &World) {
    let (one, other) = (account(world).await, account(world).await);
    let mut all = Vec::new();
    for number in 0..9 {
        for account_id in [one, other] {
            let role = if number % 3 == 0 { Role::Engineer } else { Role::Viewer };
            all.push(put(world, account_id, &format!("u{number}@example.com"), role).await);
        }
    }
    all.sort_by_key(|user| user.id);
    for account_id in [one, other] {
        for filter in [UserFilter::default(), UserFilter { role: Some(Role::Engineer), active: Some(true) }] {
            let mine = all.iter().filter(|user| user.account_id == account_id && filter.takes(user));
            let mine: Vec<User> = mine.cloned().collect();
            assert_eq!(world.users.users(account_id, filter, None, 2).await.unwrap(), mine[..2]);
            assert_eq!(world.users.users(account_id, filter, Some(mine[0].id), 2).await.unwrap(), mine[1..3]);
            assert_eq!(world.users.users(account_id, filter, None, 99).await.unwrap(), mine);
        }
    }
    let users = world.user_management();
    let of = |account_id| all.iter().filter(move |user| user.account_id == account_id);
    for round in [true, false, true] {
        for user in of(one).chain(of(other)) {
            let mut flagged = user.clone();
            flagged.can_cover_l1 = round;
            users.provision(flagged).await.unwrap();
        }
    }
    for user in &all {
        let whole = events(world, user).await;
        assert_eq!(whole.len(), 4);
        assert!(whole.iter().all(|event| event.user_id == user.id), "{whole:?}");
        let page = async |after, rows| world.users.user_events(user.account_id, user.id, after, rows).await.unwrap();
        assert_eq!(page(0, 2).await, whole[..2]);
        assert_eq!(page(whole[1].seq, 2).await, whole[2..]);
    }
}

/// A user's events are their own, in order, and paged without a gap.
pub async fn a_users_events_are_paged_in_order(world: &World) {
    let (owner, manager) = owner(world).await;
    let users = world.user_management();
    let admin = put(world, owner.account_id, "admin@example.com", Role::Admin).await;
    for number in 0..6 {
        for id in [owner.id, admin.id] {
            let flag = UserChange { can_cover_l1: Some(number % 2 == 0), ..UserChange::default() };
            users.change(manager, id, flag).await.unwrap();
        }
    }
    let whole = events(world, &admin).await;
    assert_eq!(whole.iter().map(|event| event.seq).collect::<Vec<_>>(), [2, 4, 6, 8, 10, 12, 14]);
    let (mut found, mut after) = (Vec::new(), 0);
    for _ in pages("the list of a user's events") {
        let query = UserEventQuery { limit: PageLimit::new(3).unwrap(), after };
        let page = users.events(manager, admin.id, query).await.unwrap();
        found.extend(page.rows);
        let Some(next) = page.next else { break };
        after = next;
    }
    assert_eq!(found, whole);
}

/// An event's time is never before the last one's, even when the clock goes back.
pub async fn a_users_events_never_go_back_in_time(world: &World) {
    let (owner, _) = owner(world).await;
    let seen = roster(world, &owner).await;
    let earlier = ManualClock::default().now() - TimeDelta::hours(1);
    let flag = UserChange { can_cover_l1: Some(true), ..UserChange::default() };
    let save = change(&seen, &owner, &flag, ChangedBy::System, earlier).unwrap().unwrap();
    assert_eq!(world.users.save_user(save).await.unwrap(), UserSaveOutcome::Saved);
    let history = events(world, &owner).await;
    assert_eq!(history[1].at, history[0].at);
}
