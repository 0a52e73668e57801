//! Which users share an e-mail address: what was accepted by older rules is kept, and told.

use std::collections::BTreeMap;

use crate::ids::{AccountId, UserId};
use crate::text::folded_email;

/// A user's e-mail address as a store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptEmail {
    /// The user's account.
    pub account_id: AccountId,
    /// The user.
    pub user_id: UserId,
    /// The address.
    pub email: String,
    /// What stands for it where it must be unique; none while it was not compared, or another user stands for it.
    pub folded: Option<String>,
}

/// Users of one account with the same address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SameEmail {
    /// The account.
    pub account_id: AccountId,
    /// The users: first the one who stands for the address, then the others, the first made first.
    pub user_ids: Vec<UserId>,
}

/// What comparing addresses gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ComparedEmails {
    /// The users whose `folded` is to be another, in an order in which no two ever have the same.
    pub changes: Vec<KeptEmail>,
    /// Who shares an address, by account and address.
    pub same: Vec<SameEmail>,
}

/// Compares the addresses of all users: of those who share one, the user who has it already stands for it, else the one
/// who was made first.
#[must_use]
pub fn compare_emails(mut users: Vec<KeptEmail>) -> ComparedEmails {
    users.sort_by_key(|user| (user.account_id, user.user_id));
    let mut groups: BTreeMap<(AccountId, String), Vec<KeptEmail>> = BTreeMap::new();
    for user in users {
        groups.entry((user.account_id, folded_email(&user.email))).or_default().push(user);
    }
    let (mut freed, mut taken, mut same) = (Vec::new(), Vec::new(), Vec::new());
    for ((account_id, folded), mut users) in groups {
        // Stable: the others stay in their order.
        users.sort_by_key(|user| user.folded.as_ref() != Some(&folded));
        if users.len() > 1 {
            same.push(SameEmail { account_id, user_ids: users.iter().map(|user| user.user_id).collect() });
        }
        let mut wanted = Some(folded);
        for user in users {
            let folded = wanted.take();
            if user.folded == folded {
                continue;
            }
            if user.folded.is_some() {
                freed.push(KeptEmail { folded: None, ..user.clone() });
            }
            if folded.is_some() {
                taken.push(KeptEmail { folded, ..user });
            }
        }
    }
    freed.append(&mut taken);
    ComparedEmails { changes: freed, same }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn kept(account: u128, user: u128, email: &str, folded: Option<&str>) -> KeptEmail {
        KeptEmail {
            account_id: Uuid::from_u128(account).into(),
            user_id: Uuid::from_u128(user).into(),
            email: email.to_owned(),
            folded: folded.map(str::to_owned),
        }
    }

    fn same(account: u128, users: &[u128]) -> SameEmail {
        let user_ids = users.iter().map(|user| Uuid::from_u128(*user).into()).collect();
        SameEmail { account_id: Uuid::from_u128(account).into(), user_ids }
    }

    #[test]
    fn the_first_made_stands_for_an_address_and_the_others_are_told() {
        let compared = compare_emails(vec![
            kept(1, 3, " mia@x.example", None),
            kept(1, 2, "Mia@X.example", None),
            kept(1, 4, "ada@x.example", None),
            kept(2, 1, "mia@x.example", None),
        ]);
        let changes = [
            kept(1, 4, "ada@x.example", Some("ada@x.example")),
            kept(1, 2, "Mia@X.example", Some("mia@x.example")),
            kept(2, 1, "mia@x.example", Some("mia@x.example")),
        ];
        assert_eq!(compared, ComparedEmails { changes: changes.clone().into(), same: vec![same(1, &[2, 3])] });
        assert_eq!(compare_emails(changes.into()), ComparedEmails::default(), "it is done once");
    }

    #[test]
    fn who_stands_for_an_address_goes_on_doing_so() {
        let users = vec![kept(1, 1, "A@b", None), kept(1, 2, "a@b", Some("a@b"))];
        assert_eq!(compare_emails(users), ComparedEmails { changes: vec![], same: vec![same(1, &[2, 1])] });
    }

    #[test]
    fn what_older_versions_left_behind_is_freed_before_it_is_taken() {
        // They change an address without knowing of the other column.
        let users = vec![kept(1, 1, "new@b", Some("old@b")), kept(1, 2, "Old@b", None)];
        let changes =
            vec![kept(1, 1, "new@b", None), kept(1, 1, "new@b", Some("new@b")), kept(1, 2, "Old@b", Some("old@b"))];
        assert_eq!(compare_emails(users), ComparedEmails { changes, same: vec![] });
    }
}
