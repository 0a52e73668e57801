//! A directory keeps accounts, and finds who signs in.

use crate::account::{Account, Role, User};
use crate::ids::IdSource;
use crate::ports::PutOutcome;
use crate::service::UserManagementError;
use crate::text::{Email, Name};

use super::support::{RandomIds, World, user};
use super::users::{account, identity};

async fn put(world: &World, user: &User) -> Result<User, UserManagementError> {
    world.user_management().provision(user.clone()).await
}

/// An account is found by its id, and putting it again renames it.
pub async fn an_account_is_kept_and_renamed(world: &World) {
    let id = account(world).await;
    let renamed = Account { id, name: Name::new("Fabrikam Ltd. 漢").unwrap() };
    assert_eq!(world.directory.put_account(&renamed).await.unwrap(), PutOutcome::Stored);
    assert_eq!(world.directory.account(id).await.unwrap(), Some(renamed));
    assert_eq!(world.directory.account(RandomIds.new_id().into()).await.unwrap(), None);
}

/// A user of every role is found by id and by e-mail address, as they were made and as they were changed.
pub async fn a_user_is_found_as_they_are_now(world: &World) {
    let account_id = account(world).await;
    for (number, role) in Role::ALL.into_iter().enumerate() {
        let mut one = user(account_id, &format!("u{number}@example.com"), role);
        put(world, &one).await.unwrap();
        assert_eq!(world.directory.user(one.id).await.unwrap(), Some(one.clone()));
        one.can_cover_l1 = true;
        one.active = role == Role::Owner;
        put(world, &one).await.unwrap();
        assert_eq!(world.directory.user(one.id).await.unwrap(), Some(one.clone()));
        assert_eq!(world.directory.user_by_email(account_id, &one.email).await.unwrap(), Some(one));
    }
    assert_eq!(world.directory.user(RandomIds.new_id().into()).await.unwrap(), None);
}

/// An e-mail address stands once in an account, and is not found from another.
pub async fn an_email_address_stands_once_in_an_account(world: &World) {
    let (one, other) = (account(world).await, account(world).await);
    let first = user(one, "same@example.com", Role::L1Tech);
    put(world, &first).await.unwrap();
    let second = user(one, "same@example.com", Role::Viewer);
    assert!(matches!(put(world, &second).await, Err(UserManagementError::EmailTaken)));
    assert_eq!(world.directory.user(second.id).await.unwrap(), None);
    assert_eq!(world.directory.user_by_email(other, &first.email).await.unwrap(), None);
    put(world, &user(other, "same@example.com", Role::Viewer)).await.unwrap();
}

/// Addresses that look the same are one: they are taken, and found by each other. Its user may spell it anew.
pub async fn an_email_address_stands_once_however_it_is_spelled(world: &World) {
    let (one, other) = (account(world).await, account(world).await);
    let mut zoe = user(one, "zo\u{eb}-li@x.example", Role::L1Tech);
    put(world, &zoe).await.unwrap();
    let mut mia = user(one, "mia@x.example", Role::L1Tech);
    put(world, &mia).await.unwrap();
    let spelled = ["ZOE\u{308}-LI@x.example", "zo\u{eb}\u{2011}li@X.EXAMPLE", "ｚｏ\u{eb}-li@x.exam\u{ad}ple"];
    for email in spelled {
        let email = Email::new(email).unwrap();
        let second = User { email: email.clone(), ..user(one, "a@b", Role::Viewer) };
        assert!(matches!(put(world, &second).await, Err(UserManagementError::EmailTaken)), "{email:?}");
        assert_eq!(world.directory.user(second.id).await.unwrap(), None);
        let renamed = User { email: email.clone(), ..mia.clone() };
        assert!(matches!(put(world, &renamed).await, Err(UserManagementError::EmailTaken)), "{email:?}");
        assert_eq!(world.directory.user_by_email(one, &email).await.unwrap(), Some(zoe.clone()));
        assert_eq!(world.directory.user_by_email(other, &email).await.unwrap(), None);
    }
    put(world, &User { email: Email::new(spelled[0]).unwrap(), ..user(other, "a@b", Role::Viewer) }).await.unwrap();
    for email in spelled {
        zoe.email = Email::new(email).unwrap();
        put(world, &zoe).await.unwrap();
        assert_eq!(world.directory.user(zoe.id).await.unwrap(), Some(zoe.clone()));
    }
    mia.role = Role::Viewer;
    put(world, &mia).await.unwrap();
    zoe.email = Email::new("zoe@x.example").unwrap();
    put(world, &zoe).await.unwrap();
    mia.email = Email::new(spelled[0]).unwrap();
    put(world, &mia).await.unwrap();
    assert_eq!(world.directory.user(mia.id).await.unwrap(), Some(mia));
}

/// A user is found by issuer and subject together, in their account alone; both are kept to the character.
pub async fn a_user_is_found_by_their_identity(world: &World) {
    let (one, other) = (account(world).await, account(world).await);
    let name = identity("https://login.example/Tenant", "Zoë|7 ");
    let mut known = user(one, "a@example.com", Role::L1Tech);
    known.identity = Some(name.clone());
    put(world, &known).await.unwrap();
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
    put(world, &known).await.unwrap();
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
    put(world, &first).await.unwrap();
    let second = named(one, "b@example.com", "7");
    assert!(matches!(put(world, &second).await, Err(UserManagementError::IdentityTaken)));
    assert_eq!(world.directory.user(second.id).await.unwrap(), None);
    for user in [named(one, "b@example.com", "8"), named(other, "a@example.com", "7"), first] {
        put(world, &user).await.unwrap();
    }
    for email in ["c@example.com", "d@example.com"] {
        put(world, &user(one, email, Role::Viewer)).await.unwrap();
    }
}

/// A user needs an account that is there and never moves to another.
pub async fn a_user_belongs_to_one_account_for_good(world: &World) {
    let stray = user(RandomIds.new_id().into(), "a@example.com", Role::L1Tech);
    assert!(matches!(put(world, &stray).await, Err(UserManagementError::AccountNotFound(_))));
    let mut moved = user(account(world).await, "a@example.com", Role::L1Tech);
    put(world, &moved).await.unwrap();
    let home = moved.clone();
    moved.account_id = account(world).await;
    assert!(matches!(put(world, &moved).await, Err(UserManagementError::IdTaken(_))));
    assert_eq!(world.directory.user(home.id).await.unwrap(), Some(home));
}
