//! The console: Leptos' pages and server functions, and the files around them.

use super::{assets, session};
use crate::state::AppState;
use app::{App, Assets, SessionCookie, shell};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, generate_route_list, render_app_async_with_context};
use tower::util::option_layer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// Pages and server functions (with sessions, and refused across sites), then built files.
pub(crate) fn router(state: &AppState) -> Router<AppState> {
    let assets = Assets { css: assets::built("css"), js: assets::built("js"), wasm: assets::built("wasm") };
    if !assets::are_there() {
        tracing::warn!("The console's files were not built; pages will show without style and script");
    }
    let shown = assets.clone();
    let pages = Router::<LeptosOptions>::new()
        .leptos_routes_with_context(&options(), generate_route_list(App), context(state), move || {
            shell(shown.clone())
        })
        .with_state::<AppState>(options())
        .fallback(move |state: State<AppState>, request: Request| other(state, request, assets.clone()))
        .layer(from_fn_with_state(state.clone(), session::look_up))
        .layer(from_fn(without_trailing_slash))
        .layer(from_fn(security_headers))
        .layer(option_layer(strict_transport(&state.web.public_url)))
        .layer(trusting(&state.web.public_url));
    pages.route("/pkg/{*file}", get(assets::pkg)).layer(CompressionLayer::new())
}

/// Nothing is read from `LEPTOS_…` variables or files: the names of built files come from the site itself.
fn options() -> LeptosOptions {
    LeptosOptions::builder().output_name("hookloft").build()
}

/// Posts from other sites are refused; behind a proxy that rewrites `Host`, the public URL's origin is ours, too.
fn trusting(public_url: &url::Url) -> CsrfLayer {
    let origin = public_url.origin().ascii_serialization();
    CsrfLayer::new().add_trusted_origin(&origin).unwrap_or_else(|error| {
        tracing::warn!(%error, "HOOKLOFT_PUBLIC_URL is not trusted as an origin of its own");
        CsrfLayer::new()
    })
}

/// Where the console is reached over https, browsers never try http again.
fn strict_transport(public_url: &url::Url) -> Option<SetResponseHeaderLayer<HeaderValue>> {
    let one_year = HeaderValue::from_static("max-age=31536000");
    let layer = SetResponseHeaderLayer::overriding(header::STRICT_TRANSPORT_SECURITY, one_year);
    (public_url.scheme() == "https").then_some(layer)
}

/// What pages and server functions can ask for.
fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let services = state.services.clone();
    let cookie = SessionCookie::for_public_url(&state.web.public_url);
    move || {
        provide_context(services.clone());
        provide_context(cookie);
    }
}

/// Everything no page has: files beside `/pkg`, and the page that says there is nothing.
async fn other(State(state): State<AppState>, request: Request, assets: Assets) -> Response {
    let path = request.uri().path();
    if path.starts_with("/in/") || path.starts_with("/api/") {
        return super::api::ApiError::not_found().into_response();
    }
    if let Some(file) = assets::serve(path, request.headers()) {
        return file;
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut page =
        render_app_async_with_context(context(&state), move || shell(assets.clone()))(request).await;
    if page.status() == StatusCode::OK {
        *page.status_mut() = StatusCode::NOT_FOUND;
    }
    page
}

/// Sends whoever asks for a page of an account with a slash behind it to the page: `/a/acme/?x` to `/a/acme?x`.
async fn without_trailing_slash(request: Request, next: Next) -> Response {
    let uri = request.uri();
    let Some(path) = uri.path().strip_suffix('/').filter(|path| path.starts_with("/a/")) else {
        return next.run(request).await;
    };
    let path = path.trim_end_matches('/');
    let page = uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    Redirect::permanent(&page).into_response()
}

/// Headers that keep pages out of frames, caches and other sites' hands. The content security policy with this
/// answer's nonce comes from the page itself; answers without one get one that allows nothing.
async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    response
}
