//! What every list that comes in pages reads and answers.

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderValue, LINK};
use firstline_domain::paging::PageLimit;

use super::{Defects, Query};

/// A parameter that breaks a rule; which one stands among the defects.
pub(crate) struct Defective;

/// The most rows of the page.
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

/// The parameter `name` as a boolean; `None` when it is missing.
pub(crate) fn read_boolean(query: &Query, name: &str, defects: &mut Defects) -> Result<Option<bool>, Defective> {
    match query.get(name, defects) {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(_) => {
            defects.add(format!("/query/{name}"), "must be true or false");
            Err(Defective)
        }
    }
}

/// Names the next page in the header `Link`, as a relative reference.
pub(crate) fn next_page(answer: &mut HttpResponse, reference: &str) {
    if let Ok(link) = HeaderValue::from_str(&format!("<{reference}>; rel=\"next\"")) {
        answer.headers_mut().insert(LINK, link);
    }
}
