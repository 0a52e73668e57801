//! What holds of an account's users however many manage them at once.

use crate::account::{AccessDenied, AccountManager, Role, User};
use crate::ids::UserId;
use crate::ports::UserFilter;
use crate::service::{UserManagement, UserManagementError};
use crate::user::{UserChange, UserRefusal};

use super::races::race;
use super::support::{World, user};
use super::users::{events, owner, put, told};

async fn demote(users: UserManagement, by: AccountManager, id: UserId) -> Result<User, UserManagementError> {
    users.change(by, id, UserChange { role: Some(Role::Viewer), ..UserChange::default() }).await
}

async fn active_owners(world: &World, one: &User) -> usize {
    let owners = UserFilter { role: Some(Role::Owner), active: Some(true) };
    world.users.users(one.account_id, owners, None, 200).await.unwrap().len()
}

/// The account's users are as their events tell, which are numbered without gaps.
async fn assert_history_agrees(world: &World, one: &User) {
    let mut numbers = Vec::new();
    for user in world.users.users(one.account_id, UserFilter::default(), None, 200).await.unwrap() {
        let history = events(world, &user).await;
        assert_eq!(told(user.account_id, &history), user);
        numbers.extend(history.iter().map(|event| event.seq));
    }
    numbers.sort_unstable();
    let gapless = (1..).take(numbers.len());
    assert!(numbers.iter().copied().eq(gapless), "{numbers:?}");
}

/// Owners of whom each demotes each, themselves too, all at once: one stays. Whoever was demoted demotes nobody after
/// that, so nobody can be left over beside them.
pub async fn of_many_owners_who_demote_each_other_one_stays(world: &World) {
    let (first, _) = owner(world).await;
    let mut owners = vec![first.clone()];
    for number in 1..6 {
        owners.push(put(world, first.account_id, &format!("o{number}@example.com"), Role::Owner).await);
    }
    let users = world.user_management();
    let results = race(36, |number| {
        let by = owners[number % 6].manages_users().unwrap();
        demote(users.clone(), by, owners[number / 6].id)
    })
    .await;
    for error in results.iter().filter_map(|result| result.as_ref().err()) {
        let expected = matches!(
            error,
            UserManagementError::AccessDenied(AccessDenied::UserManagementRequired)
                | UserManagementError::Refused(UserRefusal::LastOwner)
        );
        assert!(expected, "{error:?}");
    }
    assert_eq!(active_owners(world, &first).await, 1);
    assert_history_agrees(world, &first).await;
}

/// Two owners, each of whom steps down at the same time: one stays, however often it is tried.
pub async fn of_two_owners_who_step_down_at_once_one_stays(world: &World) {
    for _ in 0..20 {
        let (one, _) = owner(world).await;
        let two = put(world, one.account_id, "two@example.com", Role::Owner).await;
        let pair = [one.clone(), two];
        let users = world.user_management();
        let results =
            race(2, |number| demote(users.clone(), pair[number].manages_users().unwrap(), pair[number].id)).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
        assert_eq!(active_owners(world, &one).await, 1);
    }
}

/// Forty who are made and changed at once are all there, with an event each.
pub async fn no_concurrent_change_of_users_is_lost(world: &World) {
    let (first, manager) = owner(world).await;
    let mut people = Vec::new();
    for number in 0..20 {
        people.push(put(world, first.account_id, &format!("u{number}@example.com"), Role::L1Tech).await);
    }
    let users = world.user_management();
    let results = race(40, |number| {
        let (users, person) = (users.clone(), people[number / 2].clone());
        async move {
            if number % 2 == 0 {
                let flag = UserChange { can_cover_l1: Some(true), ..UserChange::default() };
                return users.change(manager, person.id, flag).await;
            }
            let email = crate::text::Email::new(format!("new{number}@example.com")).unwrap();
            users.create(manager, User { email, ..person }.into()).await
        }
    })
    .await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(world.users.roster(first.account_id, first.id, None).await.unwrap().version, 61);
    assert_history_agrees(world, &first).await;
}

/// Of many who take one e-mail address at once exactly one gets it.
pub async fn of_many_who_take_one_address_exactly_one_gets_it(world: &World) {
    let (first, manager) = owner(world).await;
    let users = world.user_management();
    let wanted = user(first.account_id, "one@example.com", Role::Viewer);
    let results = race(12, |_| {
        let (users, wanted) = (users.clone(), wanted.clone());
        async move { users.create(manager, wanted.into()).await }
    })
    .await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for error in results.iter().filter_map(|result| result.as_ref().err()) {
        assert!(matches!(error, UserManagementError::EmailTaken), "{error:?}");
    }
    assert_eq!(world.users.roster(first.account_id, first.id, None).await.unwrap().version, 2);
}
