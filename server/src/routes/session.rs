//! Who is signed in: from the session cookie to the extension `CurrentUser`.

use crate::state::AppState;
use app::SessionCookie;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Looks the session up and passes its user on; without one the request goes on as a stranger's.
pub(crate) async fn look_up(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let cookie = SessionCookie::for_public_url(&state.web.public_url);
    if let Some(token) = cookie.read(request.headers()) {
        match state.services.current_user(token).await {
            Ok(Some(user)) => {
                request.extensions_mut().insert(user);
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(%error, "A session could not be looked up");
                let retry = [(header::RETRY_AFTER, HeaderValue::from_static("2"))];
                return (
                    StatusCode::SERVICE_UNAVAILABLE,
                    retry,
                    "Hookloft cannot reach its database right now.",
                )
                    .into_response();
            }
        }
    }
    next.run(request).await
}
