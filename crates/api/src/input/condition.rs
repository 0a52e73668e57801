//! The condition under which a change is to be made: the header `If-Match`.

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderValue, IF_MATCH};

use crate::problem::{Code, Problem};

/// No flow has it: they count from 1.
const NO_REVISION: i64 = 0;

/// The revision that the caller read, from `If-Match`; `None` when the header is not there or says `*`, any.
///
/// A tag that is none of ours names no revision that there is, and so is stale.
pub(crate) fn expected_revision(request: &HttpRequest) -> Result<Option<i64>, Problem> {
    let mut given = request.headers().get_all(IF_MATCH);
    match (given.next(), given.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => read(value),
        (Some(_), Some(_)) => Err(malformed()),
    }
}

fn read(value: &HeaderValue) -> Result<Option<i64>, Problem> {
    let text = value.to_str().map_err(|_| malformed())?.trim();
    if text == "*" {
        return Ok(None);
    }
    let of_a_tag = |byte: u8| byte == 0x21 || (0x23..=0x7e).contains(&byte);
    let tag = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let tag = tag.filter(|tag| !tag.is_empty() && tag.bytes().all(of_a_tag)).ok_or_else(malformed)?;
    let digits = tag.bytes().all(|byte| byte.is_ascii_digit()) && !tag.starts_with('0');
    Ok(Some(tag.parse().ok().filter(|_| digits).unwrap_or(NO_REVISION)))
}

fn malformed() -> Problem {
    Problem::new(
        Code::InvalidIfMatch,
        "If-Match must be one strong entity tag in quotes, as the flow's ETag has it, or *",
    )
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn of(values: &[&str]) -> Result<Option<i64>, Code> {
        let request =
            values.iter().fold(TestRequest::default(), |request, value| request.append_header((IF_MATCH, *value)));
        expected_revision(&request.to_http_request()).map_err(|problem| problem.code)
    }

    #[test]
    fn one_tag_names_a_revision_and_a_star_any() {
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&["*"]), Ok(None));
        assert_eq!(of(&["\"7\""]), Ok(Some(7)));
        assert_eq!(of(&[" \"9223372036854775807\" "]), Ok(Some(i64::MAX)));
    }

    #[test]
    fn a_tag_of_something_else_is_no_revision_that_there_is() {
        for tag in ["\"v7\"", "\"abc\"", "\"07\"", "\"-7\"", "\"+7\"", "\"9223372036854775808\""] {
            assert_eq!(of(&[tag]), Ok(Some(NO_REVISION)), "{tag}");
        }
    }

    #[test]
    fn what_is_no_single_strong_tag_is_malformed() {
        for value in ["", "7", "\"\"", "\"7", "W/\"7\"", "\"6\", \"7\"", "\"6 7\"", "* *", "\"é\""] {
            assert_eq!(of(&[value]), Err(Code::InvalidIfMatch), "{value}");
        }
        assert_eq!(of(&["\"6\"", "\"7\""]), Err(Code::InvalidIfMatch));
    }
}
