//! The outermost layer: request id, metrics, access log and the common headers. It also turns every response with a
//! status of 400 or above into a problem, whichever layer made it.

use std::rc::Rc;
use std::time::Instant as Started;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ResponseHead, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpResponse};
use firstline_http_guard::Connection;
use tracing::Instrument;

use crate::context::RequestContext;
use crate::edge::headers::protect;
use crate::metrics::method_label;
use crate::problem::{Code, PROBLEM_JSON, Problem};
use crate::respond::X_REQUEST_ID;
use crate::state::Shared;

/// The outermost layer of the service's routes.
pub(crate) async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Started::now();
    let Some(shared) = request.app_data::<Data<Shared>>().cloned() else {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    };
    let _active = shared.metrics().request_began();
    let method = request.method().clone();
    let context = enter(&request, &shared);
    let answer = finish(next.call(request).instrument(context.span().clone()).await, &context, &shared);
    let status = answer.as_ref().map_or(StatusCode::INTERNAL_SERVER_ERROR, ServiceResponse::status);
    let took = began.elapsed();
    shared.metrics().request_ended(&method, context.route(), status.as_u16(), took);
    if let Some(limit) = context.standings().refused_by() {
        shared.metrics().count_limited(limit);
    }
    log(&context, &method, status, took);
    answer
}

/// The layer inside CORS: refuses requests while the instance starts, requests over a rate, and unreadable heads.
pub(crate) async fn limit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(shared) = request.app_data::<Data<Shared>>().cloned() else {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    };
    let context = RequestContext::of(request.request());
    if shared.readiness().turns_away(request.path()) {
        let detail = "The instance starts and waits for its store; try again";
        let problem = Problem::unavailable(Code::StoreUnavailable, detail);
        return Ok(request.into_response(problem.respond(context.request_id())));
    }
    if let Err(problem) = shared.edge().admit(&request, &context) {
        return Ok(request.into_response(problem.respond(context.request_id())));
    }
    if let Some(defect) = request.conn_data::<Rc<Connection>>().and_then(|connection| connection.head_defect()) {
        return Ok(request.into_response(Problem::of_head(defect).respond(context.request_id())));
    }
    let answer = next.call(request).await?;
    if context.is_token_refused()
        && let Err(problem) = shared.edge().count_failed_sign_in(&context)
    {
        return Ok(answer.into_response(problem.respond(context.request_id())));
    }
    Ok(answer.map_into_boxed_body())
}

/// The layer of the metrics listener: the same headers and problems, without metrics and access log.
pub(crate) async fn guard_answers(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(shared) = request.app_data::<Data<Shared>>().cloned() else {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    };
    let context = enter(&request, &shared);
    finish(next.call(request).await, &context, &shared)
}

fn enter(request: &ServiceRequest, shared: &Shared) -> Rc<RequestContext> {
    let context = Rc::new(RequestContext::new(request_id(request.headers(), shared)));
    request.extensions_mut().insert(Rc::clone(&context));
    context
}

/// The client's `X-Request-Id`, if there is exactly one and it is safe to log; else a new id.
fn request_id(headers: &HeaderMap, shared: &Shared) -> String {
    let mut given = headers.get_all(&X_REQUEST_ID);
    match (given.next().and_then(|value| value.to_str().ok()), given.next()) {
        (Some(id), None) if is_harmless(id) => id.to_owned(),
        _ => shared.ids().new_id().to_string(),
    }
}

fn is_harmless(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

fn finish(
    answer: Result<ServiceResponse<impl MessageBody + 'static>, Error>,
    context: &RequestContext,
    shared: &Shared,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut answer = match answer {
        Ok(answer) => as_problem(answer.map_into_boxed_body(), context),
        Err(error) => {
            // Firstline's own layers return no errors. An error of the framework has no request to respond to.
            let code = Code::of_framework(error.as_response_error().status_code());
            let mut response = Problem::new(code, code.title()).respond(context.request_id());
            complete(response.head_mut(), context, shared);
            return Err(actix_web::error::InternalError::from_response(code.as_str(), response).into());
        }
    };
    complete(answer.response_mut().head_mut(), context, shared);
    Ok(answer)
}

/// Replaces a response with a status of 400 or above by a problem, unless it is one.
fn as_problem(answer: ServiceResponse<BoxBody>, context: &RequestContext) -> ServiceResponse<BoxBody> {
    let status = answer.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let content_type = answer.headers().get(header::CONTENT_TYPE);
    if !is_error || content_type.is_some_and(|value| value == PROBLEM_JSON) {
        return answer;
    }
    let code = Code::of_framework(status);
    answer.into_response(Problem::new(code, code.title()).respond(context.request_id()))
}

fn complete(head: &mut ResponseHead, context: &RequestContext, shared: &Shared) {
    if shared.readiness().is_draining() {
        // The client's next request should reach another instance.
        head.set_connection_type(ConnectionType::Close);
    }
    let headers = &mut head.headers;
    if let Ok(id) = HeaderValue::from_str(context.request_id()) {
        headers.insert(X_REQUEST_ID, id);
    }
    protect(headers);
    context.standings().tell(headers);
    mark_compressed(headers);
    // Small answers are marked `identity` so that the compression layer skips them.
    if headers.get(header::CONTENT_ENCODING).is_some_and(|value| value == "identity") {
        headers.remove(header::CONTENT_ENCODING);
    }
}

/// Adds the encoding to the `ETag` of a compressed answer: a strong tag identifies one sequence of bytes.
fn mark_compressed(headers: &mut HeaderMap) {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(encoding) = text(header::CONTENT_ENCODING).filter(|encoding| *encoding != "identity") else { return };
    let plain = text(header::ETAG).and_then(|tag| tag.strip_suffix('"'));
    let marked = plain.map(|tag| format!("{tag}-{encoding}\""));
    if let Some(tag) = marked.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
        headers.insert(header::ETAG, tag);
    }
}

/// Response for a head that did not arrive in time. It passes no layer, so its headers are set here.
pub(crate) fn head_timeout(shared: &Shared) -> HttpResponse {
    let context = RequestContext::new(shared.ids().new_id().to_string());
    let problem = Problem::new(Code::HeadTimeout, "The head of the request did not arrive in time");
    let mut response = problem.respond(context.request_id());
    complete(response.head_mut(), &context, shared);
    response
}

/// Logs one line per request: the route's template and ids, never the path, the query, the body or other client text.
fn log(context: &RequestContext, method: &Method, status: StatusCode, took: std::time::Duration) {
    let (user_id, account_id) = context.caller().unzip();
    tracing::info!(
        target: "firstline_api::access",
        method = method_label(method),
        route = context.route(),
        status = status.as_u16(),
        duration_ms = took.as_secs_f64() * 1_000.0,
        request_id = context.request_id(),
        user_id = user_id.map(tracing::field::display),
        account_id = account_id.map(tracing::field::display),
        "request answered"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compressed_answer_has_a_tag_of_its_own() {
        for (encoding, plain, marked) in [
            ("gzip", "\"2\"", "\"2-gzip\""),
            ("deflate", "\"v3\"", "\"v3-deflate\""),
            ("gzip", "W/\"2\"", "W/\"2-gzip\""),
            ("gzip", "x", "x"),
            ("identity", "\"2\"", "\"2\""),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            headers.insert(header::ETAG, HeaderValue::from_str(plain).unwrap());
            mark_compressed(&mut headers);
            assert_eq!(headers.get(header::ETAG).unwrap(), marked);
        }
        let mut plain = HeaderMap::new();
        plain.insert(header::ETAG, HeaderValue::from_static("\"2\""));
        mark_compressed(&mut plain);
        assert_eq!(plain.get(header::ETAG).unwrap(), "\"2\"");
    }
}
