//! `/api/openapi.json`, and `/api`: a page to read and try it, with everything it needs in the binary.

use super::error::ApiError;
use crate::state::AppState;
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use std::sync::Arc;
use utoipa_swagger_ui::Config;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const THEME: &str = include_str!("theme.js");

/// Swagger UI sets styles on elements it makes; scripts come from this server only.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

pub(super) fn router(document: &utoipa::openapi::OpenApi) -> Router<AppState> {
    let json = Bytes::from(document.to_json().expect("the document is plain data"));
    let config = Arc::new(
        Config::from("/api/openapi.json")
            .use_base_layout()
            .try_it_out_enabled(true)
            .persist_authorization(false)
            .validator_url("none")
            .display_request_duration(true)
            .show_extensions(true)
            .default_models_expand_depth(0),
    );
    let json_of = move || std::future::ready(([(header::CONTENT_TYPE, "application/json")], json.clone()));
    Router::new()
        .route("/api/openapi.json", get(json_of))
        .route("/api", get(async || ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(PAGE))))
        .route("/api/docs/page.css", get(async || ([(header::CONTENT_TYPE, "text/css")], STYLE)))
        .route("/api/docs/theme.js", get(async || ([(header::CONTENT_TYPE, "text/javascript")], THEME)))
        .route("/api/docs/{file}", get(async move |Path(file): Path<String>| asset(&file, &config)))
}

fn asset(file: &str, config: &Arc<Config<'static>>) -> Response {
    match utoipa_swagger_ui::serve(file, Arc::clone(config)) {
        Ok(Some(found)) => {
            let content_type = HeaderValue::from_str(&found.content_type);
            let is_gzip = found.gzpipped;
            let mut response = found.bytes.into_owned().into_response();
            if let Ok(content_type) = content_type {
                response.headers_mut().insert(header::CONTENT_TYPE, content_type);
            }
            if is_gzip {
                response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            let one_day = HeaderValue::from_static("public, max-age=86400");
            response.headers_mut().insert(header::CACHE_CONTROL, one_day);
            response
        }
        Ok(None) => ApiError::not_found().into_response(),
        Err(error) => {
            tracing::error!(%error, "A file of the API page could not be made");
            ApiError::internal().into_response()
        }
    }
}
