//! Reading what stands in the URL: ids in the path, parameters of the query.

use actix_web::HttpRequest;
use actix_web::web;
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

/// The parameters of a query, decoded. Unknown ones are left alone.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Takes the query of `request` apart, which is always possible: bytes that are no UTF-8 become U+FFFD.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
        Self(pairs.map(web::Query::into_inner).unwrap_or_default())
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
}
