//! What the console answers when neither page nor server function gets to: the database is away, or time is up.
//!
//! Each asker is told in its own words: people a sentence, the console's code in the browser an `AppError`, programs the
//! error of the API.

use super::api::ApiError;
use app::AppError;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use leptos::server_fn::axum::server_fn_paths;
use leptos::server_fn::error::FromServerFnError;
use std::time::Duration;

/// Who waits for the answer of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// A person: their browser shows what comes.
    Person,
    /// The console's code in the browser, which called a server function.
    Console,
    /// Anything else.
    Program,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The database does not answer. Nothing was changed.
    Unavailable,
    /// It took too long. Something may have been changed.
    TimedOut,
}

impl Asker {
    /// Who sent it.
    pub(crate) fn of(request: &Request) -> Self {
        let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
        if accepted.is_some_and(|value| value.contains("text/html")) {
            return Self::Person;
        }
        let path = request.uri().path();
        if server_fn_paths().any(|(known, _)| known == path) { Self::Console } else { Self::Program }
    }
}

impl Refusal {
    /// The answer.
    pub(crate) fn to(self, asker: Asker) -> Response {
        match (asker, self) {
            (Asker::Person, Self::Unavailable) => {
                let retry = [(header::RETRY_AFTER, HeaderValue::from_static("2"))];
                (retry, sentence("Hookloft cannot reach its database right now.")).into_response()
            }
            (Asker::Person, Self::TimedOut) => sentence(
                "This took too long and was given up. Look whether it happened before you try again.",
            ),
            (Asker::Console, Self::Unavailable) => function_error(&AppError::Unavailable),
            (Asker::Console, Self::TimedOut) => function_error(&AppError::TimedOut),
            (Asker::Program, Self::Unavailable) => ApiError::unavailable().into_response(),
            (Asker::Program, Self::TimedOut) => ApiError::timeout().into_response(),
        }
    }
}

fn sentence(text: &'static str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
}

/// As the browser decodes it.
fn function_error(error: &AppError) -> Response {
    let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (error.status(), json, error.ser()).into_response()
}

/// Gives a request up after `deadline`.
pub(crate) async fn within(State(deadline): State<Duration>, request: Request, next: Next) -> Response {
    let asker = Asker::of(&request);
    let answered = tokio::time::timeout(deadline, next.run(request)).await;
    answered.unwrap_or_else(|_| Refusal::TimedOut.to(asker))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    async fn given_up(path: &str, accept: &str) -> String {
        let slow = Router::new()
            .fallback(std::future::pending::<()>)
            .layer(from_fn_with_state(Duration::ZERO, within));
        let request = Request::post(path).header(header::ACCEPT, accept).body(Body::empty());
        let answer = slow.oneshot(request.expect("a request")).await.expect("a router answers everything");
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        let body = answer.into_body().collect().await.expect("the body ends").to_bytes();
        String::from_utf8(body.to_vec()).expect("text")
    }

    #[tokio::test]
    async fn who_asked_is_told_in_their_words_that_it_took_too_long() {
        let (function, _) = server_fn_paths().next().expect("the console has some");
        let decoded = AppError::de(given_up(function, "application/json").await.into());
        assert_eq!(decoded, AppError::TimedOut);
        assert!(given_up(function, "text/html,*/*;q=0.8").await.starts_with("This took too long"));
        assert!(given_up("/a/acme/live/requests", "text/event-stream").await.contains(r#""code":"timeout""#));
    }
}
