//! The service's own description: the `OpenAPI` document and a page to read it, with nothing from outside.

use std::sync::{Arc, LazyLock};

use actix_web::HttpResponse;
use actix_web::http::header;
use utoipa::openapi::schema::AdditionalProperties;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use utoipa_swagger_ui::Config;

use crate::endpoint::PublicCall;
use crate::problem::Problem;

static PAGE: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    // Without this the page would send the document's address to a validator on the internet.
    Arc::new(Config::from("/api/v1/openapi.json").validator_url("none").try_it_out_enabled(false))
});

/// What a browser may load for the page: nothing from anywhere else, whatever the page asks for.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// An OpenAPI 3.1 document.
pub(crate) enum OpenApiDocument {}

impl PartialSchema for OpenApiDocument {
    fn schema() -> RefOr<Schema> {
        let anything = AdditionalProperties::FreeForm(true);
        let document = ObjectBuilder::new().additional_properties(Some(anything));
        document.description(Some("An OpenAPI 3.1 document.")).into()
    }
}

impl ToSchema for OpenApiDocument {}

/// Returns this document.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "documentation", operation_id = "openapi_document",
    responses((status = 200, description = "The service's OpenAPI 3.1 document.", body = OpenApiDocument)))]
pub(crate) async fn openapi_document(call: PublicCall) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "application/json")).body(call.state.document.clone()))
}

/// Returns a file of a page that shows this document to people.
#[utoipa::path(get, path = "/api/v1/docs/{file}", tag = "documentation", operation_id = "documentation",
    params(("file" = String, Path, description = "The name of the file, such as `index.html`.")),
    responses((status = 200, description = "The file.",
        content((String = "text/html"), (String = "text/css"), (String = "text/javascript")))))]
pub(crate) async fn documentation(call: PublicCall) -> Result<HttpResponse, Problem> {
    let file = call.request.match_info().get("file").unwrap_or_default();
    if file.is_empty() {
        // The page's links are relative to the folder.
        return Ok(HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/api/v1/docs/")).finish());
    }
    let file = utoipa_swagger_ui::serve(file.trim_start_matches('/'), Arc::clone(&PAGE));
    let Ok(Some(file)) = file else { return Err(Problem::route_not_found()) };
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_TYPE, file.content_type));
    answer.insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY));
    answer.insert_header((header::CACHE_CONTROL, "public, max-age=3600"));
    Ok(answer.body(file.bytes.into_owned()))
}
