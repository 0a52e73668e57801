//! The cursors of user management. Layout: version (1), role (1), activity (1), account (16), user (16) for the users.

use firstline_domain::account::Role;
use firstline_domain::repository::UserFilter;
use firstline_domain::user_management::UserCursor;
use uuid::Uuid;

use super::{open, seal};

const USERS: &str = "users";
const VERSION: u8 = 1;

const ACTIVITIES: [Option<bool>; 3] = [None, Some(true), Some(false)];

/// Where the next page of users begins, as text.
pub(crate) fn encode(cursor: &UserCursor) -> String {
    let mut bytes = vec![VERSION, role_number(cursor.filter.role), activity_number(cursor.filter.active)];
    bytes.extend_from_slice(cursor.account_id.as_uuid().as_bytes());
    bytes.extend_from_slice(cursor.after.as_uuid().as_bytes());
    seal(USERS, bytes)
}

/// The cursor of that text; `None` when it is damaged in any way.
pub(crate) fn decode(text: &str) -> Option<UserCursor> {
    let payload: [u8; 35] = open(USERS, text)?;
    let (&[VERSION, role, activity], rest) = payload.split_first_chunk()? else { return None };
    let (account, rest) = rest.split_first_chunk()?;
    let (user, _) = rest.split_first_chunk()?;
    let mut roles = std::iter::once(None).chain(Role::ALL.map(Some));
    let filter = UserFilter {
        role: roles.find(|one| role_number(*one) == role)?,
        active: ACTIVITIES.into_iter().find(|one| activity_number(*one) == activity)?,
    };
    let (account_id, after) = (Uuid::from_bytes(*account).into(), Uuid::from_bytes(*user).into());
    Some(UserCursor { account_id, filter, after })
}

const fn role_number(role: Option<Role>) -> u8 {
    match role {
        None => 0,
        Some(Role::L1Tech) => 1,
        Some(Role::Engineer) => 2,
        Some(Role::Admin) => 3,
        Some(Role::Owner) => 4,
        Some(Role::Viewer) => 5,
    }
}

const fn activity_number(active: Option<bool>) -> u8 {
    match active {
        None => 0,
        Some(true) => 1,
        Some(false) => 2,
    }
}

#[cfg(test)]
mod tests {
    use firstline_domain::ids::UserId;

    use super::super::events::{self, EventList};
    use super::*;

    #[test]
    fn cursors_come_back_as_they_went_and_one_list_takes_none_of_another() {
        let (account_id, after) = (Uuid::from_u128(7).into(), UserId::from(Uuid::from_u128(9)));
        for role in std::iter::once(None).chain(Role::ALL.map(Some)) {
            for active in ACTIVITIES {
                let cursor = UserCursor { account_id, filter: UserFilter { role, active }, after };
                assert_eq!(decode(&encode(&cursor)), Some(cursor));
                assert_eq!(events::decode(EventList::OfUser, &encode(&cursor), account_id, after.as_uuid()), None);
            }
        }
        assert_eq!(decode(&events::encode(EventList::OfUser, account_id, after.as_uuid(), 41)), None);
    }

    #[test]
    fn any_changed_character_and_any_other_length_is_damage() {
        let cursor = UserCursor {
            account_id: Uuid::from_u128(7).into(),
            filter: UserFilter::default(),
            after: Uuid::max().into(),
        };
        let text = encode(&cursor);
        for at in 0..text.len() {
            for replacement in ["A", "B", "_", "=", "é"] {
                let mut damaged = text.clone();
                damaged.replace_range(at..=at, replacement);
                assert_eq!(decode(&damaged), Some(cursor).filter(|_| damaged == text), "position {at}");
            }
        }
        assert_eq!(decode(&text[1..]), None);
        assert_eq!(decode(&format!("{text}A")), None);
        assert_eq!(decode(""), None);
    }
}
