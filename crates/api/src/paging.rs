//! Lists that come in pages: the parameters `limit` and `cursor`, and the header `Link`.
//!
//! A cursor is base64url of JSON (the list, its account, its filter, the key of the last row) and of a checksum against
//! damage. It is no secret and no permission: it names a place in a list that the caller may read anyway. It is refused
//! for another account, filter or list, and where its JSON is not exactly what the service writes.

use actix_web::http::header::{HeaderValue, LINK};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use firstline_domain::ids::AccountId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, Required, Type};

use crate::input::{InvalidParams, Param, ParamValue, Params, Query, describe};
use crate::problem::Problem;

/// A list that comes in pages, as its cursors know it.
pub(crate) trait List {
    /// The name of the list; no other has it.
    const NAME: &'static str;
    /// What its rows are called.
    const ROWS: &'static str;
    /// What is wrong with a cursor that is not of this list.
    const REFUSAL: &'static str;
    /// What must be the same from page to page, in the description of its cursors.
    const SAME: &'static str;
    /// The parameters of the query that narrow the list.
    type Query: Params;
    /// What the list is narrowed to: by the query, or by the object that the path names.
    type Filter: Serialize + DeserializeOwned + PartialEq;
    /// How many rows a page may have.
    type Limit: ParamValue + Default;
    /// The place of a row.
    type Key: Serialize + DeserializeOwned;

    /// Whether the service can have written `key`: stores compare with nothing else.
    fn is_place(_key: &Self::Key) -> bool {
        true
    }
}

/// A cursor before it is text.
#[derive(Serialize, Deserialize)]
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

/// Reads the key of a cursor. `None` when the cursor is damaged, or is of another list, account or filter. `filter` is
/// `None` when the request's own filter is invalid; account and filter are not compared then.
fn decode<L: List>(text: &str, account: AccountId, filter: Option<&L::Filter>) -> Option<L::Key> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (json, sum) = bytes.split_last_chunk::<CHECKSUM>()?;
    if *sum != checksum(json) {
        return None;
    }
    let cursor: Cursor<'_, L::Filter, L::Key> = serde_json::from_slice(json).ok()?;
    // Members that the types do not know, at any depth, are lost on the way back.
    if serde_json::to_vec(&cursor).ok()? != json {
        return None;
    }
    let same = filter.is_none_or(|filter| cursor.account == account && cursor.filter == *filter);
    Some(cursor.after).filter(|key| cursor.list == L::NAME && same && L::is_place(key))
}

fn checksum(json: &[u8]) -> [u8; CHECKSUM] {
    let digest = Sha256::new_with_prefix("firstline cursor").chain_update(json).finalize();
    digest.first_chunk().copied().unwrap_or_default()
}

/// A page of a list, as a request asks for it.
pub(crate) struct Asked<L: List> {
    /// What the list is narrowed to.
    pub(crate) filter: L::Filter,
    /// The most rows.
    pub(crate) limit: L::Limit,
    /// The place after which the page begins; `None` for the first.
    pub(crate) after: Option<L::Key>,
}

/// Reads which page of a list is wanted. Parameters of the query narrow the list.
pub(crate) fn read_page<L: List>(query: &Query, account: AccountId, invalid: &mut InvalidParams) -> Option<Asked<L>>
where
    L::Filter: From<L::Query>,
{
    let filter = L::Query::read(query, invalid).map(L::Filter::from);
    let limit = Option::<L::Limit>::read(query, "limit", invalid);
    // A filter that cannot be read is a defect itself, and the cursor cannot be compared with it.
    let after = read_cursor::<L>(query, account, filter.as_ref(), invalid);
    Some(Asked { filter: filter?, limit: limit?.unwrap_or_default(), after: after.ok()? })
}

/// Reads which page of a list of the object that the path names is wanted, with no other parameters.
///
/// # Errors
/// A problem that names everything that breaks a rule.
pub(crate) fn read_page_of<P: Params, L: List>(
    request: &HttpRequest,
    account: AccountId,
    object: impl FnOnce(P) -> L::Filter,
) -> Result<Asked<L>, Problem> {
    let mut invalid = InvalidParams::default();
    let object = P::read(request, &mut invalid).map(object);
    let query = Query::only(request, &PageParams::<L>::names(), &mut invalid);
    let asked = asked_of(&query, account, object, &mut invalid);
    invalid.finish(asked)
}

/// Where the path names no object, the cursor is not looked at.
fn asked_of<L: List>(
    query: &Query,
    account: AccountId,
    object: Option<L::Filter>,
    invalid: &mut InvalidParams,
) -> Option<Asked<L>> {
    let limit = Option::<L::Limit>::read(query, "limit", invalid);
    let Some(filter) = object else {
        query.get("cursor", invalid);
        return None;
    };
    let after = read_cursor::<L>(query, account, Some(&filter), invalid);
    Some(Asked { filter, limit: limit?.unwrap_or_default(), after: after.ok()? })
}

fn read_cursor<L: List>(
    query: &Query,
    account: AccountId,
    filter: Option<&L::Filter>,
    invalid: &mut InvalidParams,
) -> Result<Option<L::Key>, InvalidParam> {
    let Some(text) = query.get("cursor", invalid) else { return Ok(None) };
    let after = decode::<L>(text, account, filter);
    if after.is_none() {
        invalid.add("/query/cursor", L::REFUSAL);
    }
    after.map(Some).ok_or(InvalidParam)
}

/// A parameter breaks a rule. The defect is in the request's [`InvalidParams`].
struct InvalidParam;

/// The parameters of a query that asks for a page of `L`.
pub(crate) struct PageParams<L>(std::marker::PhantomData<L>);

impl<L: List> PageParams<L> {
    /// Their names.
    pub(crate) fn names() -> Vec<&'static str> {
        L::Query::NAMES.iter().copied().chain(["limit", "cursor"]).collect()
    }
}

impl<L: List> IntoParams for PageParams<L> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let limit = format!("The greatest number of {} in the page.", L::ROWS);
        let cursor =
            format!("The place where the page begins: taken from the `Link` header of the page before{}.", L::SAME);
        let mut params = L::Query::describe(&ParameterIn::Query);
        params.push(describe::<Option<L::Limit>>("limit", &ParameterIn::Query, &[&limit]).build());
        let text = ObjectBuilder::new().schema_type(Type::String);
        let parameter = ParameterBuilder::new().name("cursor").parameter_in(ParameterIn::Query);
        let parameter = parameter.required(Required::False).description(Some(cursor)).schema(Some(text));
        params.push(parameter.build());
        params
    }
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
    use firstline_domain::paging::PageLimit;
    use uuid::Uuid;

    use super::*;

    /// The key of a cursor that is written with `key`, read in the same list.
    pub(crate) fn through_text<L: List>(filter: &L::Filter, key: &L::Key) -> Option<L::Key> {
        decode::<L>(&encode::<L>(account(7), filter, key), account(7), Some(filter))
    }

    fn account(id: u128) -> AccountId {
        Uuid::from_u128(id).into()
    }

    /// A list whose keys begin at 1; `DIGITS` tells the two of them apart.
    struct Symbols<const DIGITS: bool>;

    impl<const DIGITS: bool> List for Symbols<DIGITS> {
        const NAME: &'static str = if DIGITS { "digits" } else { "letters" };
        const ROWS: &'static str = "";
        const REFUSAL: &'static str = "";
        const SAME: &'static str = "";
        type Query = ();
        type Filter = Option<bool>;
        type Limit = PageLimit;
        type Key = u32;

        fn is_place(key: &u32) -> bool {
            *key > 0
        }
    }

    type Letters = Symbols<false>;
    type Digits = Symbols<true>;

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
            whole.replace("1}", "1 }"),
            whole.replace("\"list\"", "\"\\u006cist\""),
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
