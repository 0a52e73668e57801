//! A directory keeps accounts and users.

use crate::account::{Account, Identity, Role, User};
use crate::ids::{AccountId, IdSource};
use crate::repository::{PutOutcome, UserChange};
use crate::text::{Email, Issuer, Name, Subject};

use super::support::{RandomIds, World};

async fn account(world: &World) -> AccountId {
    let account = Account { id: RandomIds.new_id().into(), name: Name::new("Fabrikam").unwrap() };
    assert_eq!(world.directory.put_account(&account).await.unwrap(), PutOutcome::Stored);
    account.id
}

fn user(account_id: AccountId, email: &str, role: Role) -> User {
    let email = Email::new(email).unwrap();
    User { id: RandomIds.new_id().into(), account_id, email, role, can_cover_l1: false, active: true, identity: None }
}

fn identity(issuer: &str, subject: &str) -> Identity {
    Identity { issuer: Issuer::new(issuer).unwrap(), subject: Subject::new(subject).unwrap() }
}

/// An account is found by its id, and putting it again renames it.
pub async fn an_account_is_kept_and_renamed(world: &World) {
    let id = account(world).await;
    let renamed = Account { id, name: Name::new("Fabrikam Ltd. 漢").unwrap() };
    assert_eq!(world.directory.put_account(&renamed).await.unwrap(), PutOutcome::Stored);
    assert_eq!(world.directory.account(id).await.unwrap(), Some(renamed));
    assert_eq!(world.directory.account(RandomIds.new_id().into()).await.unwrap(), None);
}

/// A user of every role is found by id and by e-mail address, and putting them again replaces them.
pub async fn a_user_is_kept_and_replaced(world: &World) {
    let account_id = account(world).await;
    for (number, role) in Role::ALL.into_iter().enumerate() {
        let mut one = user(account_id, &format!("u{number}@example.com"), role);
        assert_eq!(world.directory.put_user(&one).await.unwrap(), PutOutcome::Stored);
        assert_eq!(world.directory.user(one.id).await.unwrap(), Some(one.clone()));
        one.can_cover_l1 = true;
        one.active = false;
        assert_eq!(world.directory.put_user(&one).await.unwrap(), PutOutcome::Stored);
        assert_eq!(world.directory.user_by_email(account_id, &one.email).await.unwrap(), Some(one.clone()));
    }
    assert_eq!(world.directory.user(RandomIds.new_id().into()).await.unwrap(), None);
}

/// An e-mail address stands once in an account, and is not found from another.
pub async fn an_email_address_stands_once_in_an_account(world: &World) {
    let (one, other) = (account(world).await, account(world).await);
    let first = user(one, "same@example.com", Role::L1Tech);
    assert_eq!(world.directory.put_user(&first).await.unwrap(), PutOutcome::Stored);
    let second = user(one, "same@example.com", Role::Viewer);
    assert_eq!(world.directory.put_user(&second).await.unwrap(), PutOutcome::EmailTaken);
    assert_eq!(world.directory.user(second.id).await.unwrap(), None);
    assert_eq!(world.directory.user_by_email(other, &first.email).await.unwrap(), None);
    let elsewhere = user(other, "same@example.com", Role::Viewer);
    assert_eq!(world.directory.put_user(&elsewhere).await.unwrap(), PutOutcome::Stored);
}

/// A user is found by issuer and subject together, in their account alone; both are kept to the character.
pub async fn a_user_is_found_by_their_identity(world: &World) {
    let (one, other) = (account(world).await, account(world).await);
    let name = identity("https://login.example/Tenant", "Zoë|7 ");
    let mut known = user(one, "a@example.com", Role::L1Tech);
    known.identity = Some(name.clone());
    assert_eq!(world.directory.put_user(&known).await.unwrap(), PutOutcome::Stored);
    assert_eq!(world.directory.user_by_identity(one, &name).await.unwrap(), Some(known.clone()));
    for (account_id, issuer, subject) in [
        (other, "https://login.example/Tenant", "Zoë|7 "),
        (one, "https://login.example/tenant", "Zoë|7 "),
        (one, "https://login.example/Tenant", "Zoë|7"),
        (one, "https://login.example/Tenant", "zoë|7 "),
    ] {
        let found = world.directory.user_by_identity(account_id, &identity(issuer, subject)).await.unwrap();
        assert_eq!(found, None, "{issuer} {subject}");
    }
    known.identity = None;
    assert_eq!(world.directory.put_user(&known).await.unwrap(), PutOutcome::Stored);
    assert_eq!(world.directory.user_by_identity(one, &name).await.unwrap(), None);
    assert_eq!(world.directory.user(known.id).await.unwrap(), Some(known));
}

/// An identity stands once in an account; another account may know the same one. Any number of users have none.
pub async fn an_identity_stands_once_in_an_account(world: &World) {
    let (one, other) = (account(world).await, account(world).await);
    let named = |account_id, email: &str, subject: &str| User {
        identity: Some(identity("https://login.example", subject)),
        ..user(account_id, email, Role::L1Tech)
    };
    let first = named(one, "a@example.com", "7");
    assert_eq!(world.directory.put_user(&first).await.unwrap(), PutOutcome::Stored);
    let second = named(one, "b@example.com", "7");
    assert_eq!(world.directory.put_user(&second).await.unwrap(), PutOutcome::IdentityTaken);
    assert_eq!(world.directory.user(second.id).await.unwrap(), None);
    for user in [named(one, "b@example.com", "8"), named(other, "a@example.com", "7"), first] {
        assert_eq!(world.directory.put_user(&user).await.unwrap(), PutOutcome::Stored);
    }
    for email in ["c@example.com", "d@example.com"] {
        assert_eq!(world.directory.put_user(&user(one, email, Role::Viewer)).await.unwrap(), PutOutcome::Stored);
    }
}

/// A user needs an account that is there and never moves to another.
pub async fn a_user_belongs_to_one_account_for_good(world: &World) {
    let stray = user(RandomIds.new_id().into(), "a@example.com", Role::L1Tech);
    assert_eq!(world.directory.put_user(&stray).await.unwrap(), PutOutcome::AccountNotFound);
    let mut moved = user(account(world).await, "a@example.com", Role::L1Tech);
    assert_eq!(world.directory.put_user(&moved).await.unwrap(), PutOutcome::Stored);
    let home = moved.clone();
    moved.account_id = account(world).await;
    assert_eq!(world.directory.put_user(&moved).await.unwrap(), PutOutcome::IdTaken);
    assert_eq!(world.directory.user(home.id).await.unwrap(), Some(home));
}

/// An update changes what it names and nothing else.
pub async fn an_update_changes_what_it_names_alone(world: &World) {
    let mut expected = user(account(world).await, "a@example.com", Role::Engineer);
    world.directory.put_user(&expected).await.unwrap();
    let changes = [
        UserChange { role: Some(Role::Admin), ..UserChange::default() },
        UserChange { can_cover_l1: Some(true), ..UserChange::default() },
        UserChange { active: Some(false), ..UserChange::default() },
        UserChange::default(),
    ];
    for change in changes {
        expected.role = change.role.unwrap_or(expected.role);
        expected.can_cover_l1 = change.can_cover_l1.unwrap_or(expected.can_cover_l1);
        expected.active = change.active.unwrap_or(expected.active);
        let updated = world.directory.update_user(expected.id, change).await.unwrap();
        assert_eq!(updated.as_ref(), Some(&expected));
        assert_eq!(world.directory.user(expected.id).await.unwrap(), updated);
    }
    assert_eq!(world.directory.update_user(RandomIds.new_id().into(), UserChange::default()).await.unwrap(), None);
}
