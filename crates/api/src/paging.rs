//! Lists that come in pages: the parameters `limit` and `cursor`, and the header `Link`.
//!
//! A cursor is base64url of JSON (the list, its account, its filter, the key of the last row) and of a checksum against
//! damage. It is no secret and no permission: it names a place in a list that the caller may read anyway, and it is
//! refused for another account, filter or list.

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderValue, LINK};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use firstline_domain::ids::AccountId;
use firstline_domain::paging::PageLimit;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::input::{Defective, Defects, Query};

/// A list that comes in pages, as its cursors know it.
pub(crate) trait List {
    /// The name of the list; no other has it.
    const NAME: &'static str;
    /// What is wrong with a cursor that is not of this list.
    const REFUSAL: &'static str;
    /// What the list is narrowed to: the filters of the query, or the object that the path names.
    type Filter: Serialize + DeserializeOwned + PartialEq;
    /// The place of a row.
    type Key: Serialize + DeserializeOwned;

    /// Whether the service can have written `key`: stores compare with nothing else.
    fn is_place(_key: &Self::Key) -> bool {
        true
    }
}

/// A cursor before it is text.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cursor<'a, F, K> {
    list: &'a str,
    account: AccountId,
    filter: F,
    after: K,
}

const CHECKSUM: usize = 6;

fn encode<L: List>(account: AccountId, filter: &L::Filter, after: &L::Key) -> String {
    // Only maps with odd keys or a broken sink make this fail, and there is neither.
    let mut bytes = serde_json::to_vec(&Cursor { list: L::NAME, account, filter, after }).unwrap_or_default();
    let sum = checksum(&bytes);
    bytes.extend_from_slice(&sum);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The key of a cursor's text; `None` when it is damaged in any way, or of another list, account or filter. Without a
/// filter to compare with, account and filter of the cursor count.
fn decode<L: List>(text: &str, account: AccountId, filter: Option<&L::Filter>) -> Option<L::Key> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (json, sum) = bytes.split_last_chunk::<CHECKSUM>()?;
    if *sum != checksum(json) {
        return None;
    }
    let cursor: Cursor<'_, L::Filter, L::Key> = serde_json::from_slice(json).ok()?;
    let same = filter.is_none_or(|filter| cursor.account == account && cursor.filter == *filter);
    Some(cursor.after).filter(|key| cursor.list == L::NAME && same && L::is_place(key))
}

fn checksum(json: &[u8]) -> [u8; CHECKSUM] {
    let digest = Sha256::new_with_prefix("firstline cursor").chain_update(json).finalize();
    digest.first_chunk().copied().unwrap_or_default()
}

/// Reads `limit`: the most rows of the page.
pub(crate) fn read_limit<const DEFAULT: u16, const MAX: u16>(
    query: &Query,
    defects: &mut Defects,
) -> Result<PageLimit<DEFAULT, MAX>, Defective> {
    let Some(text) = query.get("limit", defects) else { return Ok(PageLimit::default()) };
    // `parse` alone would take a sign.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let limit = text.parse().ok().filter(|_| digits).and_then(PageLimit::new);
    if limit.is_none() {
        defects.add("/query/limit", format!("must be an integer from 1 to {MAX}"));
    }
    limit.ok_or(Defective)
}

/// Reads `cursor` of a list that parameters of the query narrow. With a filter that cannot be read there is nothing to
/// compare with; the filter is the defect.
pub(crate) fn read_cursor<L: List>(
    query: &Query,
    account: AccountId,
    filter: Option<&L::Filter>,
    defects: &mut Defects,
) -> Result<Option<L::Key>, Defective> {
    let Some(text) = query.get("cursor", defects) else { return Ok(None) };
    let after = decode::<L>(text, account, filter);
    if after.is_none() {
        defects.add("/query/cursor", L::REFUSAL);
    }
    after.map(Some).ok_or(Defective)
}

/// Reads `limit` and `cursor` of a list of the object that the path names. Where the path names none, the cursor is not
/// looked at.
pub(crate) fn read_page_of<L: List, const DEFAULT: u16, const MAX: u16>(
    query: &Query,
    account: AccountId,
    object: Option<&L::Filter>,
    defects: &mut Defects,
) -> Result<(PageLimit<DEFAULT, MAX>, Option<L::Key>), Defective> {
    let limit = read_limit(query, defects);
    let after = if object.is_some() {
        read_cursor::<L>(query, account, object, defects)?
    } else {
        query.get("cursor", defects);
        None
    };
    Ok((limit?, after))
}

/// Names the page after the key `next` in the header `Link`: the relative reference `first`, which has a query, with a
/// cursor.
pub(crate) fn link_next<L: List>(
    answer: &mut HttpResponse,
    first: &str,
    account: AccountId,
    filter: &L::Filter,
    next: &L::Key,
) {
    let cursor = encode::<L>(account, filter, next);
    if let Ok(link) = HeaderValue::from_str(&format!("<{first}&cursor={cursor}>; rel=\"next\"")) {
        answer.headers_mut().insert(LINK, link);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use uuid::Uuid;

    use super::*;

    /// The key of a cursor that is written with `key`, read in the same list.
    pub(crate) fn through_text<L: List>(filter: &L::Filter, key: &L::Key) -> Option<L::Key> {
        decode::<L>(&encode::<L>(account(7), filter, key), account(7), Some(filter))
    }

    fn account(id: u128) -> AccountId {
        Uuid::from_u128(id).into()
    }

    struct Letters;

    impl List for Letters {
        const NAME: &'static str = "letters";
        const REFUSAL: &'static str = "";
        type Filter = Option<bool>;
        type Key = u32;

        fn is_place(key: &u32) -> bool {
            *key > 0
        }
    }

    struct Digits;

    impl List for Digits {
        const NAME: &'static str = "digits";
        const REFUSAL: &'static str = "";
        type Filter = Option<bool>;
        type Key = u32;
    }

    #[test]
    fn a_cursor_comes_back_as_it_went_and_no_other_list_account_or_filter_takes_it() {
        for filter in [None, Some(true), Some(false)] {
            let text = encode::<Letters>(account(7), &filter, &41);
            assert_eq!(decode::<Letters>(&text, account(7), Some(&filter)), Some(41));
            assert_eq!(decode::<Letters>(&text, account(7), None), Some(41));
            assert_eq!(decode::<Digits>(&text, account(7), Some(&filter)), None);
            assert_eq!(decode::<Letters>(&text, account(8), Some(&filter)), None);
            let other = if filter.is_none() { Some(true) } else { None };
            assert_eq!(decode::<Letters>(&text, account(7), Some(&other)), None);
        }
    }

    #[test]
    fn any_changed_character_and_any_other_length_is_damage() {
        let text = encode::<Letters>(account(7), &Some(true), &41);
        let read = |text: &str| decode::<Letters>(text, account(7), None);
        for at in 0..text.len() {
            for replacement in ["A", "B", "_", "=", ".", "é"] {
                let mut damaged = text.clone();
                damaged.replace_range(at..=at, replacement);
                assert_eq!(read(&damaged), Some(41).filter(|_| damaged == text), "position {at}");
            }
        }
        assert_eq!((read(&text[1..]), read(&format!("{text}A")), read("")), (None, None, None));
    }

    #[test]
    fn what_the_service_cannot_have_written_is_refused() {
        assert_eq!((through_text::<Letters>(&None, &1), through_text::<Letters>(&None, &0)), (Some(1), None));
        let sealed = |json: &str| {
            let sum = checksum(json.as_bytes());
            URL_SAFE_NO_PAD.encode([json.as_bytes(), &sum].concat())
        };
        let read = |json: &str| decode::<Letters>(&sealed(json), account(7), None);
        let whole = format!(r#"{{"list":"letters","account":"{}","filter":null,"after":1}}"#, account(7));
        assert_eq!(read(&whole), Some(1));
        for json in [
            whole.replace("1}", "-1}"),
            whole.replace("1}", "1,\"x\":1}"),
            whole.replace("1}", "1,\"after\":2}"),
            "{}".to_owned(),
            String::new(),
        ] {
            assert_eq!(read(&json), None, "{json}");
        }
    }

    #[test]
    fn a_cursor_of_the_former_layout_is_refused() {
        // Version, filter, account, microseconds, ticket and checksum, as the queue's cursors were packed.
        let former = "AQIAAAAAAAAAAAAAAAAAAAAHAAZHSEYiIkAAAAAAAAAAAAAAAAAAAAAJkcilEOUs";
        assert!(URL_SAFE_NO_PAD.decode(former).is_ok());
        assert_eq!(decode::<Letters>(former, account(7), None), None);
    }
}
