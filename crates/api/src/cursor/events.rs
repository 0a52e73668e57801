//! The cursors of lists of events. Layout: version (1), account (16), the object whose events they are (16), seq (8).

use firstline_domain::ids::AccountId;
use firstline_domain::paging::PageLimit;
use uuid::Uuid;

use super::{open, seal};
use crate::input::{Defective, Defects, Query, read_limit};

const VERSION: u8 = 1;

/// A kind of list of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventList {
    /// The events of a user.
    OfUser,
    /// The events of a session.
    OfSession,
}

impl EventList {
    const fn name(self) -> &'static str {
        match self {
            Self::OfUser => "user events",
            Self::OfSession => "session events",
        }
    }

    const fn refusal(self) -> &'static str {
        match self {
            Self::OfUser => "must be the cursor of a Link header of this user's events",
            Self::OfSession => "must be the cursor of a Link header of this session's events",
        }
    }
}

/// The cursor of the page after the seq `after`, as text.
pub(crate) fn encode(list: EventList, account_id: AccountId, object: Uuid, after: i64) -> String {
    let mut bytes = vec![VERSION];
    bytes.extend_from_slice(account_id.as_uuid().as_bytes());
    bytes.extend_from_slice(object.as_bytes());
    bytes.extend_from_slice(&after.to_be_bytes());
    seal(list.name(), bytes)
}

/// The seq of that text; `None` when it is damaged in any way, or of another list, account or object.
pub(crate) fn decode(list: EventList, text: &str, account_id: AccountId, object: Uuid) -> Option<i64> {
    let payload: [u8; 41] = open(list.name(), text)?;
    let (&[VERSION], rest) = payload.split_first_chunk()? else { return None };
    let (account, rest) = rest.split_first_chunk()?;
    let (of, rest) = rest.split_first_chunk()?;
    let (seq, _) = rest.split_first_chunk()?;
    let same = (Uuid::from_bytes(*account), Uuid::from_bytes(*of)) == (account_id.as_uuid(), object);
    Some(i64::from_be_bytes(*seq)).filter(|seq| same && *seq >= 1)
}

/// Reads `limit` and `cursor` of a list of events; the seq is zero on the first page. `object` is missing where the
/// path names none, and then the cursor is not looked at.
pub(crate) fn read_page<const DEFAULT: u16, const MAX: u16>(
    query: &Query,
    list: EventList,
    account_id: AccountId,
    object: Option<Uuid>,
    defects: &mut Defects,
) -> Result<(PageLimit<DEFAULT, MAX>, i64), Defective> {
    let limit = read_limit(query, defects);
    let after = match query.get("cursor", defects).zip(object) {
        None => 0,
        Some((text, object)) => decode(list, text, account_id, object).ok_or_else(|| {
            defects.add("/query/cursor", list.refusal());
            Defective
        })?,
    };
    Ok((limit?, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went_and_no_other_list_takes_it() {
        let (account, object, other) = (AccountId::from(Uuid::from_u128(7)), Uuid::from_u128(9), Uuid::from_u128(8));
        for (list, another) in [(EventList::OfUser, EventList::OfSession), (EventList::OfSession, EventList::OfUser)] {
            let text = encode(list, account, object, 41);
            assert_eq!(decode(list, &text, account, object), Some(41));
            assert_eq!(decode(another, &text, account, object), None);
            assert_eq!(decode(list, &text, account, other), None);
            assert_eq!(decode(list, &text, other.into(), object), None);
            assert_eq!(decode(list, &encode(list, account, object, 0), account, object), None);
            assert_eq!(decode(list, &text[1..], account, object), None);
        }
    }
}
