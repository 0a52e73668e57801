//! The rules of user management: who may change whom, and that an account keeps an owner.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use chrono::{DateTime, Utc};
use firstline_domain::account::{AccessDenied, Identity, Role, User};
use firstline_domain::conformance;
use firstline_domain::text::{Email, Issuer, Subject};
use firstline_domain::user::{
    Changed, ChangedBy, FieldChange, IdentityChange, Roster, UserChange, UserDetails, UserEventData, UserRefusal,
    UserSave, change, create,
};
use proptest::prelude::*;
use uuid::Uuid;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap()
}

fn user(number: u128, role: Role, active: bool) -> User {
    let user = conformance::user(Uuid::from_u128(2).into(), &format!("u{number}@example.com"), role);
    User { id: Uuid::from_u128(number).into(), active, ..user }
}

fn roster(user: &User, other_active_owners: u64) -> Roster {
    Roster { version: 7, changed_at: Some(now()), user: Some(user.clone()), actor: None, other_active_owners }
}

fn to_role(role: Role) -> UserChange {
    UserChange { role: Some(role), ..UserChange::default() }
}

fn to_active(active: bool) -> UserChange {
    UserChange { active: Some(active), ..UserChange::default() }
}

fn manager(role: Role) -> ChangedBy {
    ChangedBy::Manager(user(9, role, true).manages_users().unwrap())
}

#[test]
fn only_an_owner_or_the_system_makes_changes_or_unmakes_an_owner() {
    let may = [(manager(Role::Admin), false), (manager(Role::Owner), true), (ChangedBy::System, true)];
    for (by, may_touch_owners) in may {
        for before in Role::ALL {
            let target = user(1, before, true);
            for after in Role::ALL {
                let answer = change(&roster(&target, 1), &target, &to_role(after), by, now());
                let touches_owner = before == Role::Owner || after == Role::Owner;
                let expected = may_touch_owners || !touches_owner;
                assert_eq!(answer.is_ok(), expected, "{by:?}: {before:?} to {after:?}");
                assert!(expected || answer == Err(UserRefusal::OwnerRequired));
            }
            // Whatever else about an owner: an admin could lock them out or sign in as them.
            for other in [
                to_active(false),
                UserChange { email: Some(Email::new("x@example.com").unwrap()), ..UserChange::default() },
                UserChange { can_cover_l1: Some(true), ..UserChange::default() },
                UserChange { identity: IdentityChange::Set(identity()), ..UserChange::default() },
            ] {
                let answer = change(&roster(&target, 1), &target, &other, by, now());
                assert_eq!(answer.is_ok(), may_touch_owners || before != Role::Owner, "{by:?}: {before:?} {other:?}");
            }
            let made = create(&roster(&target, 1), target.account_id, target.id, target.clone().into(), by, now());
            assert_eq!(made.is_ok(), may_touch_owners || before != Role::Owner, "{by:?} makes {before:?}");
        }
    }
}

#[test]
fn the_last_active_owner_can_neither_be_deactivated_nor_demoted_by_anybody() {
    let last = user(1, Role::Owner, true);
    for by in [manager(Role::Owner), ChangedBy::System] {
        let others = Role::ALL.into_iter().filter(|role| *role != Role::Owner).map(to_role);
        for away in others.chain([to_active(false)]) {
            assert_eq!(change(&roster(&last, 0), &last, &away, by, now()), Err(UserRefusal::LastOwner), "{away:?}");
            assert!(change(&roster(&last, 1), &last, &away, by, now()).is_ok(), "{away:?} with another owner");
        }
        let flag = UserChange { can_cover_l1: Some(true), ..UserChange::default() };
        assert!(change(&roster(&last, 0), &last, &flag, by, now()).is_ok(), "they stay what they are");
        let idle = user(1, Role::Owner, false);
        assert!(change(&roster(&idle, 0), &idle, &to_role(Role::Viewer), by, now()).is_ok(), "they were none");
    }
}

#[test]
fn somebody_may_step_down_unless_they_are_the_last_owner() {
    let owner = user(1, Role::Owner, true);
    let own = ChangedBy::Manager(owner.manages_users().unwrap());
    assert!(change(&roster(&owner, 1), &owner, &to_role(Role::Viewer), own, now()).unwrap().is_some());
    let admin = user(1, Role::Admin, true);
    let own = ChangedBy::Manager(admin.manages_users().unwrap());
    assert!(change(&roster(&admin, 0), &admin, &to_active(false), own, now()).unwrap().is_some());
    assert_eq!(change(&roster(&admin, 1), &admin, &to_role(Role::Owner), own, now()), Err(UserRefusal::OwnerRequired));
}

#[test]
fn who_was_let_in_counts_as_they_are_by_now() {
    let by = manager(Role::Owner);
    let seen = |actor| Roster { actor, ..roster(&user(1, Role::Viewer, true), 1) };
    let denied = Err(AccessDenied::UserManagementRequired);
    assert_eq!(by.as_of(&seen(Some(user(9, Role::Viewer, true)))), denied);
    assert_eq!(by.as_of(&seen(Some(user(9, Role::Owner, false)))), Err(AccessDenied::Inactive));
    assert_eq!(by.as_of(&seen(None)), Err(AccessDenied::Inactive));
    assert_eq!(by.as_of(&seen(Some(user(9, Role::Admin, true)))), Ok(manager(Role::Admin)), "an owner no more");
    assert_eq!(ChangedBy::System.as_of(&seen(None)), Ok(ChangedBy::System));
}

#[test]
fn an_event_names_each_changed_field_once_with_both_values() {
    let before = user(1, Role::Viewer, true);
    let wanted = UserChange {
        role: Some(Role::Admin),
        active: Some(true),
        can_cover_l1: Some(true),
        identity: IdentityChange::Set(identity()),
        ..UserChange::default()
    };
    let save = change(&roster(&before, 0), &before, &wanted, manager(Role::Admin), now()).unwrap().unwrap();
    let UserEventData::Changed(changed) = &save.event.data else { panic!("{:?}", save.event) };
    let expected = [
        FieldChange::AccountRole { before: Role::Viewer, after: Role::Admin },
        FieldChange::CanCoverL1 { before: false, after: true },
        FieldChange::Identity { before: None, after: Some(identity()) },
    ];
    assert_eq!(changed.changes, expected);
    assert_eq!((save.event.seq, save.expected_version), (8, 7));
    assert_eq!(
        save.event.data.to_json().unwrap(),
        concat!(
            r#"{"changes":[{"field":"account_role","before":"viewer","after":"admin"},"#,
            r#"{"field":"can_cover_l1","before":false,"after":true},"#,
            r#"{"field":"identity","before":null,"after":{"issuer":"https://login.example","subject":"7"}}]}"#
        )
    );
}

#[test]
fn damaged_event_data_is_refused() {
    for (kind, data) in [
        ("user_gone", "{}"),
        ("user_changed", r#"{"changes":[{"field":"age","before":1,"after":2}]}"#),
        ("user_created", r#"{"email":"","account_role":"viewer","can_cover_l1":true,"active":true,"identity":null}"#),
        ("user_created", "{"),
    ] {
        assert!(UserEventData::from_json(kind, data).is_err(), "{kind} {data}");
    }
}

fn identity() -> Identity {
    Identity { issuer: Issuer::new("https://login.example").unwrap(), subject: Subject::new("7").unwrap() }
}

/// An account in the plainest form: its users, decided one after the other.
struct Account {
    users: Vec<User>,
    version: i64,
}

impl Account {
    fn owners(&self) -> usize {
        self.users.iter().filter(|user| user.is_active_owner()).count()
    }

    fn roster(&self, target: usize, actor: usize) -> Roster {
        let others = self.users.iter().enumerate().filter(|(index, user)| *index != target && user.is_active_owner());
        Roster {
            version: self.version,
            changed_at: None,
            user: Some(self.users[target].clone()),
            actor: Some(self.users[actor].clone()),
            other_active_owners: others.count() as u64,
        }
    }

    /// Carries out the change, if the rules allow it.
    fn change(&mut self, actor: usize, target: usize, wanted: &UserChange) -> Option<UserSave> {
        let roster = self.roster(target, actor);
        let by = ChangedBy::Manager(self.users[actor].manages_users().ok()?).as_of(&roster).ok()?;
        let save = change(&roster, &self.users[target], wanted, by, now()).ok()??;
        self.users[target] = save.user.clone();
        self.version = save.event.seq;
        Some(save)
    }
}

fn changes() -> impl Strategy<Value = UserChange> {
    let role = proptest::option::of(proptest::sample::select(Role::ALL.to_vec()));
    let email = proptest::option::weighted(0.2, "[a-z]{1,5}@b");
    let flag = || proptest::option::weighted(0.4, any::<bool>());
    let names = prop_oneof![
        4 => Just(IdentityChange::Keep),
        1 => Just(IdentityChange::Set(identity())),
        1 => Just(IdentityChange::Remove),
    ];
    (role, email, flag(), flag(), names).prop_map(|(role, email, can_cover_l1, active, identity)| UserChange {
        role,
        email: email.map(|email| Email::new(email).unwrap()),
        can_cover_l1,
        active,
        identity,
    })
}

proptest! {
    /// However many changes by whomever: an active owner stays, every change made is one that its author may make, and
    /// events and users tell the same.
    #[test]
    fn an_account_keeps_an_owner_and_its_history_tells_its_users(
        turns in proptest::collection::vec((0_usize..5, 0_usize..5, changes()), 0..60)
    ) {
        let roles = [Role::Owner, Role::Owner, Role::Admin, Role::Engineer, Role::Viewer];
        let mut account = Account { users: Vec::new(), version: 0 };
        for (number, role) in (1..).zip(roles) {
            account.users.push(user(number, role, true));
        }
        for (actor, target, wanted) in turns {
            let (before, by) = (account.users[target].clone(), account.users[actor].clone());
            let save = account.change(actor, target, &wanted);
            prop_assert!(account.owners() >= 1);
            let Some(save) = save else {
                prop_assert_eq!(&account.users[target], &before);
                continue;
            };
            let after = &account.users[target];
            prop_assert!(by.active && matches!(by.role, Role::Admin | Role::Owner));
            prop_assert!(by.role == Role::Owner || (before.role != Role::Owner && after.role != Role::Owner));
            prop_assert_eq!(save.event.seq, save.expected_version + 1);
            prop_assert_eq!(save.event.actor_user_id, Some(by.id));
            let json = save.event.data.to_json().unwrap();
            prop_assert_eq!(UserEventData::from_json(save.event.data.kind(), &json).unwrap(), save.event.data.clone());
            prop_assert_eq!(Some(save.event.data), Changed::between(&before, after).map(UserEventData::Changed));
            prop_assert_eq!((after.id, after.account_id), (before.id, before.account_id));
        }
    }

    /// Putting a user as they are is no change; putting other details makes exactly those.
    #[test]
    fn details_make_the_user_they_describe(first in changes(), second in changes()) {
        let one = first.applied_to(&user(1, Role::Viewer, true));
        let two = second.applied_to(&one);
        let details = UserDetails::from(two.clone());
        prop_assert_eq!(UserChange::from(details.clone()).applied_to(&one), two.clone());
        prop_assert_eq!(details.of(two.account_id, two.id), two);
    }
}
