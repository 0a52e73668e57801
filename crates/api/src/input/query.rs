//! Taking a query apart.

use actix_web::HttpRequest;
use actix_web::web;

use super::invalid::InvalidParams;

/// The parameters of a query, decoded.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Takes the query of `request` apart, which is always possible: bytes that are no UTF-8 become U+FFFD.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
        Self(pairs.map(web::Query::into_inner).unwrap_or_default())
    }

    /// As [`of`](Self::of), on a route with the parameters `names` only. Any other parameter is a defect, since the
    /// caller expects it to filter. The routes of the original ignore unknown parameters.
    pub(crate) fn only(request: &HttpRequest, names: &[&str], invalid: &mut InvalidParams) -> Self {
        let query = Self::of(request);
        for (key, _) in &query.0 {
            if !names.contains(&key.as_str()) {
                let detail = format!("is not a parameter of this route, which has {}", names.join(", "));
                invalid.add(unknown_pointer(key), detail);
            }
        }
        query
    }

    /// The parameter `name`. Given twice it is a defect, as either may be meant.
    pub(crate) fn get(&self, name: &str, invalid: &mut InvalidParams) -> Option<&str> {
        let mut all = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let value = all.next();
        if all.next().is_some() {
            invalid.add(format!("/query/{name}"), "must be given once");
            return None;
        }
        value
    }

    /// Whether the parameter `name` is given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }
}

/// Where an unknown parameter stands. A name that no parameter could have is not repeated.
fn unknown_pointer(key: &str) -> String {
    let is_name = (1..=64).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    if is_name { format!("/query/{key}") } else { "/query".to_owned() }
}
