//! `/integrations`: configured outbound webhooks.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Id, Json, QueryString, Versioned};
use super::lists::{Paging, page_of};
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use domain::activity::{ExampleMessage, Page, TestReport};
use domain::ids::IntegrationId;
use domain::integration::{Integration, IntegrationConfig};
use domain::warning::Warning;
use serde::Serialize;
use serde_json::{Value, json};
use services::Services;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, replace, patch, delete))
        .routes(routes!(activate))
        .routes(routes!(deactivate))
        .routes(routes!(example))
        .routes(routes!(test))
        .routes(routes!(links))
        .routes(routes!(rotate_secret))
}

/// An integration, and what is to be said of it.
#[derive(Serialize, ToSchema)]
struct IntegrationWithWarnings {
    #[serde(flatten)]
    integration: Integration,
    /// What is allowed in it and better set otherwise.
    warnings: Vec<Warning>,
}

/// An integration, or why there is none.
type Answer = Result<axum::Json<IntegrationWithWarnings>, ApiError>;

fn with_warnings(services: &Services, integration: Integration) -> IntegrationWithWarnings {
    let warnings = integration.config.warnings(&services.own_networks());
    IntegrationWithWarnings { integration, warnings }
}

/// A new integration, with what is shown only now.
#[derive(Serialize, ToSchema)]
struct Created {
    #[serde(flatten)]
    integration: IntegrationWithWarnings,
    /// The secret its messages are signed with. Shown only now.
    signing_secret: String,
}

/// A new signing secret.
#[derive(Serialize, ToSchema)]
struct Rotated {
    /// Shown only now. The one before signs beside it for 24 hours.
    signing_secret: String,
}

/// Something that makes the integration fire.
#[derive(Serialize, ToSchema)]
struct Link {
    /// `subscription`.
    kind: String,
    /// Its id.
    id: String,
    /// What people call it.
    name: String,
}

/// What an integration is linked to.
#[derive(Serialize, ToSchema)]
struct Links {
    /// Empty when it is linked to nothing, and so never fires.
    data: Vec<Link>,
}

/// List integrations, newest first.
#[utoipa::path(get, path = "/integrations", tag = "Integrations", operation_id = "list_integrations",
    extensions(("x-permission" = json!("read_configuration"))), params(Paging),
    responses((status = 200, body = Page<IntegrationWithWarnings>), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
    QueryString(paging): QueryString<Paging>,
) -> Result<axum::Json<Page<IntegrationWithWarnings>>, ApiError> {
    let all = state.services.list_integrations(&scope).await?;
    let page = page_of(all, |integration| integration.id.0, paging.page());
    let data = page.data.into_iter().map(|integration| with_warnings(&state.services, integration)).collect();
    Ok(axum::Json(Page { data, next: page.next }))
}

/// Create an integration. It is inactive until activated.
#[utoipa::path(post, path = "/integrations", tag = "Integrations", operation_id = "create_integration",
    extensions(("x-permission" = json!("edit_integrations"))), request_body = IntegrationConfig,
    responses((status = 201, body = Created), Refused))]
async fn create(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Json(config): Json<IntegrationConfig>,
) -> Result<(StatusCode, axum::Json<Created>), ApiError> {
    let created = state.services.create_integration(&scope, config).await?;
    let signing_secret = created.signing_secret.reveal().to_owned();
    let integration = with_warnings(&state.services, created.integration);
    Ok((StatusCode::CREATED, axum::Json(Created { integration, signing_secret })))
}

/// Read an integration.
#[utoipa::path(get, path = "/integrations/{id}", tag = "Integrations", operation_id = "get_integration",
    extensions(("x-permission" = json!("read_configuration"))), params(("id" = IntegrationId, Path)),
    responses((status = 200, body = IntegrationWithWarnings), Refused))]
async fn read(Caller(scope): Caller, State(state): State<AppState>, Id(id): Id<IntegrationId>) -> Answer {
    Ok(axum::Json(with_warnings(&state.services, state.services.integration(&scope, id).await?)))
}

/// Replace everything that can be set of an integration. A secret that is left out stays, while the kind of
/// authentication stays. A `version` beside the fields refuses the write when it is no longer the current one.
#[utoipa::path(put, path = "/integrations/{id}", tag = "Integrations", operation_id = "replace_integration",
    extensions(("x-permission" = json!("edit_integrations"))), params(("id" = IntegrationId, Path)),
    request_body = IntegrationConfig, responses((status = 200, body = IntegrationWithWarnings), (status = 409, description = "It was changed meanwhile."), Refused))]
async fn replace(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<IntegrationId>,
    body: Versioned<IntegrationConfig>,
) -> Answer {
    Ok(axum::Json(with_warnings(
        &state.services,
        state.services.update_integration(&scope, id, body.version, body.value).await?,
    )))
}

/// Change some fields of an integration: a JSON merge patch (RFC 7396).
#[utoipa::path(patch, path = "/integrations/{id}", tag = "Integrations", operation_id = "patch_integration",
    extensions(("x-permission" = json!("edit_integrations"))), params(("id" = IntegrationId, Path)),
    request_body = Value, responses((status = 200, body = IntegrationWithWarnings), (status = 409, description = "It was changed meanwhile."), Refused))]
async fn patch(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<IntegrationId>,
    body: Versioned<Value>,
) -> Answer {
    Ok(axum::Json(with_warnings(
        &state.services,
        state.services.patch_integration(&scope, id, body.version, body.value).await?,
    )))
}

/// Delete an integration. Refused while anything is linked to it.
#[utoipa::path(delete, path = "/integrations/{id}", tag = "Integrations", operation_id = "delete_integration",
    extensions(("x-permission" = json!("edit_integrations"))), params(("id" = IntegrationId, Path)),
    responses((status = 204), (status = 409, description = "Something is linked to it."), Refused))]
async fn delete(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<IntegrationId>,
) -> Result<StatusCode, ApiError> {
    state.services.delete_integration(&scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let an integration send.
#[utoipa::path(post, path = "/integrations/{id}/activate", tag = "Integrations", operation_id = "activate_integration",
    extensions(("x-permission" = json!("edit_integrations"))), params(("id" = IntegrationId, Path)),
    responses((status = 200, body = IntegrationWithWarnings), Refused))]
async fn activate(Caller(scope): Caller, State(state): State<AppState>, Id(id): Id<IntegrationId>) -> Answer {
    Ok(axum::Json(with_warnings(&state.services, state.services.activate_integration(&scope, id).await?)))
}

/// Stop an integration. Its waiting deliveries are cancelled.
#[utoipa::path(post, path = "/integrations/{id}/deactivate", tag = "Integrations",
    operation_id = "deactivate_integration", extensions(("x-permission" = json!("edit_integrations"))),
    params(("id" = IntegrationId, Path)), responses((status = 200, body = IntegrationWithWarnings), Refused))]
async fn deactivate(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<IntegrationId>,
) -> Answer {
    Ok(axum::Json(with_warnings(&state.services, state.services.deactivate_integration(&scope, id).await?)))
}

/// See the message an integration would send, with secrets masked.
#[utoipa::path(get, path = "/integrations/{id}/example", tag = "Integrations", operation_id = "get_integration_example",
    extensions(("x-permission" = json!("read_configuration"))), params(("id" = IntegrationId, Path)),
    responses((status = 200, body = ExampleMessage), Refused))]
async fn example(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<IntegrationId>,
) -> Result<axum::Json<ExampleMessage>, ApiError> {
    Ok(axum::Json(state.services.example(&scope, id).await?))
}

/// Send the example message now and see the answer.
#[utoipa::path(post, path = "/integrations/{id}/test", tag = "Integrations", operation_id = "test_integration",
    extensions(("x-permission" = json!("publish_events"))), params(("id" = IntegrationId, Path)),
    responses((status = 200, body = TestReport), Refused))]
async fn test(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<IntegrationId>,
) -> Result<axum::Json<TestReport>, ApiError> {
    Ok(axum::Json(state.services.test_integration(&scope, id).await?))
}

/// List what makes an integration fire.
#[utoipa::path(get, path = "/integrations/{id}/links", tag = "Integrations", operation_id = "list_integration_links",
    extensions(("x-permission" = json!("read_configuration"))), params(("id" = IntegrationId, Path)),
    responses((status = 200, body = Links), Refused))]
async fn links(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<IntegrationId>,
) -> Result<axum::Json<Value>, ApiError> {
    let links = state.services.integration_links(&scope, id).await?;
    Ok(axum::Json(json!({ "data": links })))
}

/// Make a new signing secret. The one before signs beside it for 24 hours.
#[utoipa::path(post, path = "/integrations/{id}/secret/rotate", tag = "Integrations",
    operation_id = "rotate_integration_secret", extensions(("x-permission" = json!("edit_integrations"))),
    params(("id" = IntegrationId, Path)), responses((status = 200, body = Rotated), Refused))]
async fn rotate_secret(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<IntegrationId>,
) -> Result<axum::Json<Rotated>, ApiError> {
    let secret = state.services.rotate_signing_secret(&scope, id).await?;
    Ok(axum::Json(Rotated { signing_secret: secret.reveal().to_owned() }))
}
