//! What handlers ask a request for; every refusal has the API's own error shape.

use super::error::ApiError;
use crate::routes::body;
use crate::state::AppState;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use domain::error::FieldErrors;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use services::{BodyRoom, Unread};
use storage::AccountScope;
use uuid::Uuid;

/// Who calls: the account and role of the API key in `Authorization: Bearer …`.
pub struct Caller(pub AccountScope);

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let key = bearer(&parts.headers).ok_or_else(ApiError::unauthorized)?;
        Ok(Self(state.services.enter_with_api_key(key).await?))
    }
}

/// The token of `Authorization: Bearer …`, if there is exactly one such header.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let is_alone = values.next().is_none();
    (is_alone && scheme.eq_ignore_ascii_case("bearer"))
        .then(|| token.trim())
        .filter(|token| !token.is_empty())
}

/// The id in the path. Text that is no id is answered like an id that is not there.
pub struct Id<T>(pub T);

impl<T: From<Uuid>> FromRequestParts<AppState> for Id<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let params = params(parts, state).await?;
        Ok(Self(id_at(&params, 0)?))
    }
}

/// The id in the path of a thing, and that of something it has: `/customers/{id}/notes/{note_id}`.
pub struct IdWithin<T, U>(pub T, pub U);

impl<T: From<Uuid>, U: From<Uuid>> FromRequestParts<AppState> for IdWithin<T, U> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let params = params(parts, state).await?;
        Ok(Self(id_at(&params, 0)?, id_at(&params, 1)?))
    }
}

/// The id in the path of a thing, and the number of something it has: `/sources/{id}/revisions/{number}`. Text that is
/// no number is answered like a number that is not there.
pub struct IdAndNumber<T>(pub T, pub i64);

impl<T: From<Uuid>> FromRequestParts<AppState> for IdAndNumber<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let params = params(parts, state).await?;
        let number = params.iter().nth(1).and_then(|(_, text)| text.parse().ok());
        Ok(Self(id_at(&params, 0)?, number.ok_or_else(ApiError::not_found)?))
    }
}

/// The name in the path, of what has no id.
pub struct Named(pub String);

impl FromRequestParts<AppState> for Named {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let params = params(parts, state).await?;
        params.iter().next().map(|(_, text)| Self(text.to_owned())).ok_or_else(ApiError::not_found)
    }
}

async fn params(parts: &mut Parts, state: &AppState) -> Result<RawPathParams, ApiError> {
    RawPathParams::from_request_parts(parts, state).await.map_err(|_| ApiError::not_found())
}

/// The id that stands at a place among those of the path.
fn id_at<T: From<Uuid>>(params: &RawPathParams, place: usize) -> Result<T, ApiError> {
    let id = params.iter().nth(place).and_then(|(_, text)| Uuid::parse_str(text).ok());
    id.map(T::from).ok_or_else(ApiError::not_found)
}

/// The query string.
pub struct QueryString<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for QueryString<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(QueryRejection::FailedToDeserializeQueryString(error)) => {
                let text =
                    std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
                let (field, message) = text.split_once(": ").unwrap_or(("", &text));
                Err(ApiError::invalid_field(field, message))
            }
            Err(_) => Err(ApiError::invalid_field("", "the query string cannot be read")),
        }
    }
}

/// Which version of something is meant, where there is no body to say it in.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VersionQuery {
    /// Refuses the call when it is no longer the current one.
    pub version: Option<i64>,
}

/// A body that says it is JSON, read to its end under the cap, not parsed yet.
pub struct JsonBytes {
    bytes: Bytes,
    _room: BodyRoom,
}

impl FromRequest<AppState> for JsonBytes {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            return Err(ApiError::wrong_content_type());
        }
        let (parts, body) = request.into_parts();
        let mut room = state.services.body_room();
        match body::read(&parts.headers, body, &mut room).await {
            Ok(bytes) => Ok(Self { bytes, _room: room }),
            Err(Unread::TooLarge) => Err(ApiError::too_large()),
            Err(Unread::NoRoom) => Err(ApiError::overloaded()),
            Err(Unread::TooSlow) => Err(ApiError::timeout()),
            Err(Unread::BrokenOff) => Err(ApiError::broken_body()),
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
        || (essence.len() > 5 && essence[essence.len() - 5..].eq_ignore_ascii_case("+json"))
}

impl JsonBytes {
    /// Reads it as a `T`.
    ///
    /// # Errors
    /// 400 with line and column when it is no JSON, 422 with the field when it is no `T`.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        let mut deserializer = serde_json::Deserializer::from_slice(&self.bytes);
        let parsed = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| refusal(&error))?;
        deserializer.end().map_err(|error| ApiError::invalid_json(&error))?;
        Ok(parsed)
    }
}

fn refusal(error: &serde_path_to_error::Error<serde_json::Error>) -> ApiError {
    let inner = error.inner();
    if !inner.is_data() {
        return ApiError::invalid_json(inner);
    }
    let path = error.path().to_string();
    let mut errors = FieldErrors::default();
    errors.add(if path == "." { String::new() } else { path }, without_position(inner));
    ApiError::invalid(errors)
}

fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(message, _)| message.to_owned())
}

/// A JSON body that is a `T`.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        JsonBytes::from_request(request, state).await?.parse().map(Self)
    }
}

/// A JSON object that is a `T`, with the `version` the caller last read beside its fields: when it is there and no
/// longer the current one, the write is refused with 409.
pub struct Versioned<T> {
    /// The `version` in the body.
    pub version: Option<i64>,
    /// The rest of it.
    pub value: T,
}

impl<T: DeserializeOwned> FromRequest<AppState> for Versioned<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let mut body: Value = JsonBytes::from_request(request, state).await?.parse()?;
        let version = match body.as_object_mut().and_then(|fields| fields.remove("version")) {
            None | Some(Value::Null) => None,
            Some(version) => Some(
                version
                    .as_i64()
                    .ok_or_else(|| ApiError::invalid_field("version", "must be a whole number"))?,
            ),
        };
        let value = serde_path_to_error::deserialize(&body).map_err(|error| refusal(&error))?;
        Ok(Self { version, value })
    }
}
