//! The condition under which a change is to be made: the header `If-Match`.

use actix_web::HttpRequest;
use actix_web::http::header::IF_MATCH;

use firstline_domain::service::ExpectedRevision;

use crate::problem::{Code, Problem};

/// No flow has it: they count from 1.
const NO_REVISION: i64 = 0;

/// What proxies, and this service, put behind the tag of an answer that they compress.
const COMPRESSED: [&str; 7] = ["--gzip", "-gzip", ";gzip", "-br", ";br", "-deflate", ";deflate"];

/// The most tags that one request may list.
const MAX_TAGS: usize = 20;

/// The condition of `request`, from `If-Match`.
///
/// The tag is the revision, so what proxies do to tags is undone. A compressing proxy makes a tag weak (`W/"1"`) or
/// appends `-gzip` or `;gzip`. This is an intended departure from the strong comparison of RFC 9110, section 13.1.1. A
/// foreign tag names no revision, and so is stale.
///
/// # Errors
/// `invalid_if_match` for what is no list of entity tags.
pub(crate) fn expected_revision(request: &HttpRequest) -> Result<ExpectedRevision, Problem> {
    let mut revisions = Vec::new();
    let mut values = request.headers().get_all(IF_MATCH).peekable();
    if values.peek().is_none() {
        return Ok(ExpectedRevision::Any);
    }
    for value in values {
        let text = value.to_str().map_err(|_| malformed())?.trim();
        if text == "*" {
            return Ok(ExpectedRevision::Any);
        }
        read(text, &mut revisions)?;
    }
    if revisions.is_empty() { Err(malformed()) } else { Ok(ExpectedRevision::OneOf(revisions)) }
}

/// Reads a list of entity tags.
fn read(mut text: &str, revisions: &mut Vec<i64>) -> Result<(), Problem> {
    loop {
        text = text.trim_start_matches([' ', '\t', ',']);
        if text.is_empty() {
            return Ok(());
        }
        if revisions.len() >= MAX_TAGS {
            return Err(malformed());
        }
        let quoted = text.strip_prefix("W/").unwrap_or(text).strip_prefix('"').ok_or_else(malformed)?;
        let (tag, rest) = quoted.split_once('"').ok_or_else(malformed)?;
        // Some proxies put their suffix behind the quotes.
        let rest = COMPRESSED.iter().find_map(|suffix| rest.strip_prefix(suffix)).unwrap_or(rest);
        let rest = rest.trim_start_matches([' ', '\t']);
        let of_a_tag = |byte: u8| byte == 0x21 || (0x23..=0x7e).contains(&byte);
        if tag.is_empty() || !tag.bytes().all(of_a_tag) || !(rest.is_empty() || rest.starts_with(',')) {
            return Err(malformed());
        }
        revisions.push(revision(tag));
        text = rest;
    }
}

fn revision(tag: &str) -> i64 {
    let tag = COMPRESSED.iter().find_map(|suffix| tag.strip_suffix(suffix)).unwrap_or(tag);
    let digits = tag.bytes().all(|byte| byte.is_ascii_digit()) && !tag.starts_with('0');
    tag.parse().ok().filter(|_| digits).unwrap_or(NO_REVISION)
}

fn malformed() -> Problem {
    Problem::new(
        Code::InvalidIfMatch,
        "If-Match must be entity tags in quotes, as the flow's ETag has it, separated by commas, or *",
    )
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn of(values: &[&str]) -> Result<ExpectedRevision, Code> {
        let request =
            values.iter().fold(TestRequest::default(), |request, value| request.append_header((IF_MATCH, *value)));
        expected_revision(&request.to_http_request()).map_err(|problem| problem.code)
    }

    fn one_of(revisions: &[i64]) -> ExpectedRevision {
        ExpectedRevision::OneOf(revisions.to_vec())
    }

    #[test]
    fn tags_name_revisions_and_a_star_any() {
        assert_eq!(of(&[]), Ok(ExpectedRevision::Any));
        assert_eq!(of(&["*"]), Ok(ExpectedRevision::Any));
        assert_eq!(of(&["\"7\""]), Ok(one_of(&[7])));
        assert_eq!(of(&[" \"9223372036854775807\" "]), Ok(one_of(&[i64::MAX])));
        assert_eq!(of(&["\"6\", \"7\""]), Ok(one_of(&[6, 7])));
        assert_eq!(of(&["\"6\"", "\"7\""]), Ok(one_of(&[6, 7])));
        assert_eq!(of(&[",\"6\",,\t\"7\","]), Ok(one_of(&[6, 7])));
    }

    #[test]
    fn what_compressing_proxies_do_to_a_tag_is_undone() {
        for tag in [
            "W/\"7\"",
            "\"7-gzip\"",
            "\"7;gzip\"",
            "W/\"7-gzip\"",
            "\"7\"-gzip",
            "\"7\";gzip",
            "\"7--gzip\"",
            "\"7-br\"",
            "\"7-deflate\"",
        ] {
            assert_eq!(of(&[tag]), Ok(one_of(&[7])), "{tag}");
        }
        assert_eq!(of(&["W/\"6\", \"7-gzip\""]), Ok(one_of(&[6, 7])));
    }

    #[test]
    fn a_tag_of_something_else_is_no_revision_that_there_is() {
        for tag in
            ["\"v7\"", "\"abc\"", "\"07\"", "\"-7\"", "\"+7\"", "\"9223372036854775808\"", "\"7-zip\"", "\"-gzip\""]
        {
            assert_eq!(of(&[tag]), Ok(one_of(&[NO_REVISION])), "{tag}");
        }
    }

    #[test]
    fn what_is_no_list_of_tags_is_malformed() {
        let long = vec!["\"1\""; MAX_TAGS + 1].join(",");
        for value in [
            "",
            ",",
            "7",
            "\"\"",
            "\"7",
            "w/\"7\"",
            "\"6\" x",
            "\"6\" \"7\"",
            "\"6 7\"",
            "* *",
            "\"\u{e9}\"",
            "\"6\"\"7\"",
            &long,
        ] {
            assert_eq!(of(&[value]), Err(Code::InvalidIfMatch), "{value}");
        }
    }
}
