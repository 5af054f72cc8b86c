//! How the REST API refuses: one shape for every error, made in one place.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::error::{FieldError, FieldErrors};
use domain::limits::MAX_HOPS;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::openapi::{RefOr, ResponseBuilder, ResponsesBuilder};
use utoipa::{IntoResponses, ToSchema};

/// What every refused call is answered: `{"error": {"code", "message", …}}`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
}

/// What went wrong, for machines (`code`) and people (`message`).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ErrorDetail {
    /// `invalid_json`, `unauthorized`, `forbidden`, `not_found`, `method_not_allowed`, `conflict`, `too_large`,
    /// `wrong_content_type`, `broken_body`, `invalid`, `too_many_requests`, `overloaded`, `timeout`, `loop`, `unavailable` or
    /// `internal`.
    pub code: &'static str,
    /// A sentence.
    pub message: String,
    /// What is wrong with which field, for `invalid`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// Where the JSON breaks off, for `invalid_json`: 1 is the first line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Where in that line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

/// A refusal on its way to the caller.
#[derive(Debug, Clone)]
pub struct ApiError {
    status: StatusCode,
    detail: Box<ErrorDetail>,
    retry_after_s: Option<u64>,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let detail =
            ErrorDetail { code, message: message.into(), fields: Vec::new(), line: None, column: None };
        Self { status, detail: Box::new(detail), retry_after_s: None }
    }

    /// No such thing in this account: never existed, or belongs to somebody else.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here.")
    }

    /// The path is known, but not with this method.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "This path does not take that method.",
        )
    }

    /// No API key, or one that is unknown or revoked.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "Send a valid API key as `Authorization: Bearer <key>`.",
        )
    }

    /// What only somebody who is signed in gets, was asked for without a session.
    #[must_use]
    pub fn signed_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "Sign in first.")
    }

    /// `/metrics` was asked for without its token, or with another one.
    #[must_use]
    pub fn no_metrics_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "Send the token of the metrics as `Authorization: Bearer <token>`.",
        )
    }

    /// The body is bigger than is read.
    #[must_use]
    pub fn too_large() -> Self {
        let limit = domain::limits::MAX_BODY_BYTES / 1024;
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", format!("The body is larger than {limit} KiB."))
    }

    /// The body is not declared as JSON.
    #[must_use]
    pub fn wrong_content_type() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "wrong_content_type",
            "Send JSON with `Content-Type: application/json`.",
        )
    }

    /// The body could not be read to its end.
    #[must_use]
    pub fn broken_body() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "broken_body", "The body broke off.")
    }

    /// The body is no JSON.
    #[must_use]
    pub fn invalid_json(error: &serde_json::Error) -> Self {
        let mut refused =
            Self::new(StatusCode::BAD_REQUEST, "invalid_json", format!("The body is no JSON: {error}"));
        refused.detail.line = Some(error.line());
        refused.detail.column = Some(error.column());
        refused
    }

    /// The call is understood, and what it says is wrong.
    #[must_use]
    pub fn invalid(errors: FieldErrors) -> Self {
        let mut refused =
            Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Some fields are not right.");
        if let [only] = errors.0.as_slice() {
            refused.detail.message = if only.field.is_empty() {
                only.message.clone()
            } else {
                format!("{}: {}", only.field, only.message)
            };
        }
        refused.detail.fields = errors.0;
        refused
    }

    /// As [`Self::invalid`], with one field.
    #[must_use]
    pub fn invalid_field(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(field, message);
        Self::invalid(errors)
    }

    /// Too many bodies are in memory already.
    #[must_use]
    pub fn overloaded() -> Self {
        let message = "Too much is under way; nothing was changed. Try again in a moment.";
        let mut refused = Self::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", message);
        refused.retry_after_s = Some(1);
        refused
    }

    /// The call took too long; it may have done its work.
    #[must_use]
    pub fn timeout() -> Self {
        let message = "This took too long and was given up. Read whether it happened before you try again.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", message)
    }

    /// The database does not answer.
    #[must_use]
    pub fn unavailable() -> Self {
        let mut refused = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "Hookloft cannot do this right now; try again in a moment.",
        );
        refused.retry_after_s = Some(1);
        refused
    }

    /// Something broke on our side.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on our side; it was logged.",
        )
    }
}

impl From<services::Error> for ApiError {
    fn from(error: services::Error) -> Self {
        use services::Error as E;
        match error {
            E::NotFound => Self::not_found(),
            E::Unauthorized => Self::unauthorized(),
            E::Forbidden(permission) => Self::new(
                StatusCode::FORBIDDEN,
                "forbidden",
                format!(
                    "This key may not {}; that takes the role {}.",
                    permission.words(),
                    permission.least_role().as_str()
                ),
            ),
            E::Invalid(errors) => Self::invalid(errors),
            E::Stale => {
                Self::new(StatusCode::CONFLICT, "conflict", "It was changed meanwhile; read it again.")
            }
            E::InUse(what) => Self::new(StatusCode::CONFLICT, "conflict", what),
            E::TooManyAttempts { retry_after_s } => {
                let mut refused = Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "too_many_requests",
                    "Too many attempts; wait a little.",
                );
                refused.retry_after_s = Some(retry_after_s);
                refused
            }
            E::LoopEnded => Self::new(
                StatusCode::LOOP_DETECTED,
                "loop",
                format!(
                    "This call is the end of a chain of more than {MAX_HOPS} deliveries to this installation."
                ),
            ),
            E::Unavailable => Self::unavailable(),
            E::Internal(reason) => {
                tracing::error!(reason, "A call of the REST API failed");
                Self::internal()
            }
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(ErrorBody { error: *self.detail })).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The refusals every operation shares, for the OpenAPI document.
pub struct Refused;

impl IntoResponses for Refused {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        ResponsesBuilder::new()
            .response("401", refusal("No valid API key."))
            .response("403", refusal("The key's role does not allow this."))
            .response("404", refusal("No such thing in this account."))
            .response("422", refusal("Some fields are not right."))
            .response("503", refusal("Not possible right now."))
            .build()
            .into()
    }
}

fn refusal(description: &str) -> utoipa::openapi::Response {
    let content = utoipa::openapi::ContentBuilder::new()
        .schema(Some(utoipa::openapi::Ref::from_schema_name("ErrorBody")))
        .build();
    ResponseBuilder::new().description(description).content("application/json", content).build()
}

/// Says of each operation that takes a body how a body is refused that cannot be read.
pub(super) fn describe_unreadable_bodies(document: &mut utoipa::openapi::OpenApi) {
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten().filter(|one| one.request_body.is_some()) {
            let described = &mut operation.responses.responses;
            for (status, description) in [
                ("400", "The body is no JSON, or broke off."),
                ("413", "The body is larger than 1 MiB."),
                ("415", "The body is not declared as JSON."),
            ] {
                described.entry(status.into()).or_insert_with(|| refusal(description).into());
            }
        }
    }
}
