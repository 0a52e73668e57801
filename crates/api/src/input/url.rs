//! Reading what stands in the URL: ids in the path, parameters of the query.

use actix_web::HttpRequest;
use actix_web::web;
use firstline_domain::flow::authored::VersionNumber;
use uuid::Uuid;

use super::Defects;

/// The id in the path's segment `name`, in any spelling of a UUID.
pub(crate) fn path_id<T: From<Uuid>>(request: &HttpRequest, name: &str, defects: &mut Defects) -> Option<T> {
    let id = request.match_info().get(name).and_then(|text| Uuid::parse_str(text).ok());
    if id.is_none() {
        defects.add(format!("/path/{name}"), "must be a UUID");
    }
    id.map(T::from)
}

/// The number of a version in the path's segment `version`.
pub(crate) fn path_version(request: &HttpRequest, defects: &mut Defects) -> Option<VersionNumber> {
    let number = request.match_info().get("version").and_then(version_number);
    if number.is_none() {
        defects.add("/path/version", "must be a version's number, from 1");
    }
    number
}

/// The version of that number, written as the service writes it.
pub(crate) fn version_number(text: &str) -> Option<VersionNumber> {
    // `parse` alone would take a sign and zeros in front, and one version would have many URLs.
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| plain).and_then(VersionNumber::new)
}

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
    pub(crate) fn only(request: &HttpRequest, names: &[&str], defects: &mut Defects) -> Self {
        let query = Self::of(request);
        for (key, _) in &query.0 {
            if !names.contains(&key.as_str()) {
                let detail = format!("is not a parameter of this route, which has {}", names.join(", "));
                defects.add(unknown_pointer(key), detail);
            }
        }
        query
    }

    /// The parameter `name`. Given twice it is a defect, as nobody can say which one was meant.
    pub(crate) fn get(&self, name: &str, defects: &mut Defects) -> Option<&str> {
        let mut all = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let value = all.next();
        if all.next().is_some() {
            defects.add(format!("/query/{name}"), "must be given once");
            return None;
        }
        value
    }

    /// The parameter `name`, which must be there.
    pub(crate) fn required(&self, name: &str, defects: &mut Defects) -> Option<&str> {
        let given = self.0.iter().any(|(key, _)| key == name);
        if !given {
            defects.add(format!("/query/{name}"), "is required");
        }
        self.get(name, defects)
    }
}

/// A parameter that breaks a rule; which one stands among the defects.
pub(crate) struct Defective;

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

/// Where an unknown parameter stands. A name that no parameter could have is not repeated.
fn unknown_pointer(key: &str) -> String {
    let is_name = (1..=64).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    if is_name { format!("/query/{key}") } else { "/query".to_owned() }
}
