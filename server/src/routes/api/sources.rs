//! `/sources`: configured inbound URLs.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Id, Json, QueryString, Versioned};
use super::lists::{list_query, page_of};
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use domain::activity::{Page, RequestDetail};
use domain::ids::{RequestId, SourceId};
use domain::source::{CopyDraft, Source, SourceConfig, SourceState};
use domain::warning::Warning;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use storage::AccountScope;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, replace, patch))
        .routes(routes!(activate))
        .routes(routes!(deactivate))
        .routes(routes!(archive))
        .routes(routes!(capture))
        .routes(routes!(duplicate))
        .routes(routes!(list_samples, paste))
}

/// A source, the URL it is reached at, and what is to be said of it.
#[derive(Serialize, ToSchema)]
pub(super) struct SourceWithUrl {
    #[serde(flatten)]
    source: Source,
    /// Where senders send to.
    url: String,
    /// What is allowed in it and better set otherwise.
    warnings: Vec<Warning>,
}

/// Which sources are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateFilter {
    Active,
    Inactive,
    Archived,
    All,
}

impl StateFilter {
    const fn state(self) -> Option<SourceState> {
        match self {
            Self::Active => Some(SourceState::Active),
            Self::Inactive => Some(SourceState::Inactive),
            Self::Archived => Some(SourceState::Archived),
            Self::All => None,
        }
    }
}

list_query! {
    /// Which sources are wanted.
    SourceQuery {
        /// `active` (when left out), `inactive`, `archived` or `all`.
        #[param(inline)]
        state: Option<StateFilter>,
    }
}

/// A source, or why there is none.
pub(super) type Answer = Result<axum::Json<SourceWithUrl>, ApiError>;

pub(super) fn with_url(state: &AppState, scope: &AccountScope, source: Source) -> SourceWithUrl {
    let url = state.services.inbound_url(scope.account_id(), &source.config.endpoint).to_string();
    let warnings = source.config.warnings();
    SourceWithUrl { source, url, warnings }
}

/// List sources, newest first. Inactive and archived ones are left out unless `state` asks for them.
#[utoipa::path(get, path = "/sources", tag = "Sources", operation_id = "list_sources",
    extensions(("x-permission" = json!("read_configuration"))), params(SourceQuery),
    responses((status = 200, body = Page<SourceWithUrl>), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
    QueryString(query): QueryString<SourceQuery>,
) -> Result<axum::Json<Page<SourceWithUrl>>, ApiError> {
    let wanted = query.state.unwrap_or(StateFilter::Active).state();
    let sources = state.services.list_sources(&scope, wanted).await?;
    let page = page_of(sources, |source| source.id.0, query.page());
    let data = page.data.into_iter().map(|source| with_url(&state, &scope, source)).collect();
    Ok(axum::Json(Page { data, next: page.next }))
}

/// Create a source. It is inactive, and answers 404, until activated.
#[utoipa::path(post, path = "/sources", tag = "Sources", operation_id = "create_source",
    extensions(("x-permission" = json!("edit_sources"))), request_body = SourceConfig,
    responses((status = 201, body = SourceWithUrl), Refused))]
async fn create(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Json(config): Json<SourceConfig>,
) -> Result<(StatusCode, axum::Json<SourceWithUrl>), ApiError> {
    let source = state.services.create_source(&scope, config).await?;
    Ok((StatusCode::CREATED, axum::Json(with_url(&state, &scope, source))))
}

/// Read a source.
#[utoipa::path(get, path = "/sources/{id}", tag = "Sources", operation_id = "get_source",
    extensions(("x-permission" = json!("read_configuration"))), params(("id" = SourceId, Path)),
    responses((status = 200, body = SourceWithUrl), Refused))]
async fn read(Caller(scope): Caller, State(state): State<AppState>, Id(id): Id<SourceId>) -> Answer {
    let source = state.services.source(&scope, id).await?;
    Ok(axum::Json(with_url(&state, &scope, source)))
}

/// Replace everything that can be set of a source. A secret that is left out stays, while the kind of verification
/// stays. A `version` beside the fields refuses the write when it is no longer the current one.
#[utoipa::path(put, path = "/sources/{id}", tag = "Sources", operation_id = "replace_source",
    extensions(("x-permission" = json!("edit_sources"))), params(("id" = SourceId, Path)),
    request_body = SourceConfig,
    responses((status = 200, body = SourceWithUrl), (status = 409, description = "It was changed meanwhile."), Refused))]
async fn replace(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<SourceId>,
    body: Versioned<SourceConfig>,
) -> Answer {
    let source = state.services.update_source(&scope, id, body.version, body.value).await?;
    Ok(axum::Json(with_url(&state, &scope, source)))
}

/// Change some fields of a source: a JSON merge patch (RFC 7396).
#[utoipa::path(patch, path = "/sources/{id}", tag = "Sources", operation_id = "patch_source",
    extensions(("x-permission" = json!("edit_sources"))), params(("id" = SourceId, Path)),
    request_body = Value,
    responses((status = 200, body = SourceWithUrl), (status = 409, description = "It was changed meanwhile."), Refused))]
async fn patch(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<SourceId>,
    body: Versioned<Value>,
) -> Answer {
    let source = state.services.patch_source(&scope, id, body.version, body.value).await?;
    Ok(axum::Json(with_url(&state, &scope, source)))
}

/// Let a source take requests.
#[utoipa::path(post, path = "/sources/{id}/activate", tag = "Sources", operation_id = "activate_source",
    extensions(("x-permission" = json!("edit_sources"))), params(("id" = SourceId, Path)),
    responses((status = 200, body = SourceWithUrl), Refused))]
async fn activate(Caller(scope): Caller, State(state): State<AppState>, Id(id): Id<SourceId>) -> Answer {
    let source = state.services.activate_source(&scope, id).await?;
    Ok(axum::Json(with_url(&state, &scope, source)))
}

/// Stop a source: it answers 404 to everybody.
#[utoipa::path(post, path = "/sources/{id}/deactivate", tag = "Sources", operation_id = "deactivate_source",
    extensions(("x-permission" = json!("edit_sources"))), params(("id" = SourceId, Path)),
    responses((status = 200, body = SourceWithUrl), Refused))]
async fn deactivate(Caller(scope): Caller, State(state): State<AppState>, Id(id): Id<SourceId>) -> Answer {
    let source = state.services.deactivate_source(&scope, id).await?;
    Ok(axum::Json(with_url(&state, &scope, source)))
}

/// Archive an inactive source, for good: it cannot be restored and its endpoint stays taken.
#[utoipa::path(post, path = "/sources/{id}/archive", tag = "Sources", operation_id = "archive_source",
    extensions(("x-permission" = json!("edit_sources"))), params(("id" = SourceId, Path)),
    responses((status = 200, body = SourceWithUrl), Refused))]
async fn archive(Caller(scope): Caller, State(state): State<AppState>, Id(id): Id<SourceId>) -> Answer {
    let source = state.services.archive_source(&scope, id).await?;
    Ok(axum::Json(with_url(&state, &scope, source)))
}

/// Let an inactive source keep what it is sent for ten more minutes, as samples that do nothing.
#[utoipa::path(post, path = "/sources/{id}/capture", tag = "Sources", operation_id = "capture_samples",
    extensions(("x-permission" = json!("edit_sources"))), params(("id" = SourceId, Path)),
    responses((status = 200, body = SourceWithUrl), Refused))]
async fn capture(Caller(scope): Caller, State(state): State<AppState>, Id(id): Id<SourceId>) -> Answer {
    let source = state.services.open_capture_window(&scope, id).await?;
    Ok(axum::Json(with_url(&state, &scope, source)))
}

/// Make an inactive source that is set up like this one, secrets included. An archived one can be duplicated, too. The
/// body may give the copy its name and its endpoint; `{}` leaves both to us.
#[utoipa::path(post, path = "/sources/{id}/duplicate", tag = "Sources", operation_id = "duplicate_source",
    extensions(("x-permission" = json!("edit_sources"))), params(("id" = SourceId, Path)), request_body = CopyDraft,
    responses((status = 201, body = SourceWithUrl), Refused))]
async fn duplicate(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<SourceId>,
    Json(draft): Json<CopyDraft>,
) -> Result<(StatusCode, axum::Json<SourceWithUrl>), ApiError> {
    let source = state.services.copy_source(&scope, id, draft).await?;
    Ok((StatusCode::CREATED, axum::Json(with_url(&state, &scope, source))))
}

/// The samples of a source: its last 20 requests, one that was chosen counting from when it was. The newest is the first.
#[utoipa::path(get, path = "/sources/{id}/samples", tag = "Sources", operation_id = "list_samples",
    extensions(("x-permission" = json!("read_activity"))), params(("id" = SourceId, Path)),
    responses((status = 200, body = Vec<RequestDetail>), Refused))]
async fn list_samples(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<SourceId>,
) -> Result<axum::Json<Vec<RequestDetail>>, ApiError> {
    // So that a source that is not there answers 404, not that nothing came.
    state.services.source(&scope, id).await?;
    Ok(axum::Json(state.services.samples(&scope, id).await?))
}

/// A sample that nobody sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SampleDraft {
    /// A body as the sender would write it: an object, or an array of objects where the source feeds a module. A form is
    /// a text: `"name=Ada&points=5"`.
    #[schema(value_type = Value)]
    body: Box<RawValue>,
    /// Headers by name, for criteria that look at them. Without `content-type` the body is JSON, or a form where the
    /// source takes nothing else.
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

/// Where a pasted sample is kept.
#[derive(Serialize, ToSchema)]
struct PastedSample {
    /// The request that it stands in the log as.
    request_id: RequestId,
}

/// Put a body among the samples of a source, which the console tries filter and mapping on. It is no request: it makes no
/// event, is counted nowhere, and needs no proof. What the source could not read is refused.
#[utoipa::path(post, path = "/sources/{id}/samples", tag = "Sources", operation_id = "paste_sample",
    extensions(("x-permission" = json!("edit_sources"))), params(("id" = SourceId, Path)),
    request_body = SampleDraft, responses((status = 201, body = PastedSample), Refused))]
async fn paste(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<SourceId>,
    Json(SampleDraft { body, headers }): Json<SampleDraft>,
) -> Result<(StatusCode, axum::Json<PastedSample>), ApiError> {
    let headers = headers.into_iter().collect();
    // A text is no body of JSON that a source takes, so what is one is a form, as it would be sent.
    let form = serde_json::from_str::<String>(body.get()).ok();
    let body = form.as_deref().unwrap_or(body.get());
    let request_id = state.services.paste_sample(&scope, id, body, headers).await?;
    Ok((StatusCode::CREATED, axum::Json(PastedSample { request_id })))
}
