//! The two applications: the service, and the metrics on a listener of their own.

use std::sync::LazyLock;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::{Compress, Condition, from_fn};
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, Error, HttpRequest, HttpResponse, Resource};

use crate::context::RequestContext;
use crate::edge::cors::cors;
use crate::endpoint::{no_route, other_methods};
use crate::observe::{guard_answers, limit, observe};
use crate::openapi::openapi_json;
use crate::problem::Problem;
use crate::route::RouteSpec;
use crate::routes::ROUTES;
use crate::state::{Services, Shared, State};

/// The description of the service, written once.
static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(openapi_json()));

/// The whole service: routes, health, documentation, and the layers around them. Call it in the factory of the workers,
/// with each worker's own `services`.
pub fn app(
    shared: &Shared,
    services: Services,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    let state = Data::new(State { document: DOCUMENT.clone(), shared: shared.clone(), services });
    let mut app = App::new().app_data(Data::new(shared.clone())).app_data(state);
    let mut patterns: Vec<&'static str> = Vec::new();
    for spec in ROUTES {
        // Several routes of one path are one resource, so that its 405 can name them all.
        if !patterns.contains(&spec.pattern) {
            patterns.push(spec.pattern);
            app = app.service(resource(spec));
        }
    }
    let origins = shared.cors_origins();
    app.default_service(web::route().to(no_route))
        .wrap(Compress::default())
        .wrap(from_fn(limit))
        .wrap(Condition::new(!origins.is_empty(), cors(origins)))
        .wrap(from_fn(observe))
}

fn resource(first: &'static RouteSpec) -> Resource {
    let of_path = || ROUTES.iter().filter(|spec| spec.pattern == first.pattern);
    let allow: Vec<&str> = of_path().flat_map(|spec| spec.verb.allowed()).copied().collect();
    let resource = web::resource(first.pattern).default_service(other_methods(first.template, allow.join(", ")));
    of_path().fold(resource, |resource, spec| resource.route((spec.route)(spec)))
}

/// The metrics: `GET /metrics` and nothing else.
pub fn metrics_app(
    shared: &Shared,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    let metrics = web::resource("/metrics")
        .route(web::get().to(metrics))
        .default_service(other_methods("/metrics", "GET".to_owned()));
    App::new()
        .app_data(Data::new(shared.clone()))
        .service(metrics)
        .default_service(web::route().to(no_route))
        .wrap(from_fn(guard_answers))
}

async fn metrics(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    match shared.metrics().render() {
        Ok(text) => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8"))
            .body(text),
        Err(_) => Problem::internal().respond(RequestContext::of(&request).request_id()),
    }
}
