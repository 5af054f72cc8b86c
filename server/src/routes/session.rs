//! Who is signed in: from the session cookie to the extension `CurrentUser`, and back to a cookie that lasts as long.

use super::refusal::{Asker, Refusal};
use crate::state::AppState;
use app::SessionCookie;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// Looks the session up and passes its user on; without one the request goes on as a stranger's. A session that was
/// extended has its cookie renewed, unless the answer sets or clears it by itself.
pub(crate) async fn look_up(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let cookie = SessionCookie::for_public_url(&state.web.public_url);
    let mut renewed = None;
    if let Some(token) = cookie.read(request.headers()) {
        match state.services.use_session(token).await {
            Ok(Some(used)) => {
                renewed = used.is_extended.then(|| cookie.set(token));
                request.extensions_mut().insert(used.user);
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(%error, "A session could not be looked up");
                return Refusal::Unavailable.to(Asker::of(&request));
            }
        }
    }
    let mut response = next.run(request).await;
    if let Some(line) = renewed.and_then(|line| HeaderValue::from_str(&line).ok()) {
        renew(response.headers_mut(), line);
    }
    response
}

/// An answer with a session's token in it is for no cache, whatever it is.
fn renew(headers: &mut HeaderMap, line: HeaderValue) {
    if !headers.contains_key(header::SET_COOKIE) {
        headers.insert(header::SET_COOKIE, line);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
