//! `/modules/{id}/webhooks`: who is told of what happens to a module's items. Each is a subscription and an integration,
//! and is found under `/subscriptions` and `/integrations`, too.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Id, IdWithin, Json, QueryString, Versioned};
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use domain::activity::{ExampleMessage, TestReport};
use domain::ids::{ModuleId, SubscriptionId};
use domain::module::{Activity, ModuleWebhook, ModuleWebhookDraft};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(replace, delete))
        .routes(routes!(example))
        .routes(routes!(test))
}

/// The outgoing webhooks of a module.
#[derive(Serialize, ToSchema)]
struct Webhooks {
    /// By name.
    data: Vec<ModuleWebhook>,
}

/// A new outgoing webhook, with what is shown only now.
#[derive(Serialize, ToSchema)]
struct CreatedWebhook {
    #[serde(flatten)]
    webhook: ModuleWebhook,
    /// The secret its messages are signed with. Shown only now.
    signing_secret: String,
}

/// List the outgoing webhooks of a module, by name.
#[utoipa::path(get, path = "/modules/{id}/webhooks", tag = "Modules", operation_id = "list_module_webhooks",
    extensions(("x-permission" = json!("read_configuration"))), params(("id" = ModuleId, Path)),
    responses((status = 200, body = Webhooks), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<ModuleId>,
) -> Result<axum::Json<Webhooks>, ApiError> {
    Ok(axum::Json(Webhooks { data: state.services.module_webhooks(&scope, id).await? }))
}

/// Create an outgoing webhook: an integration and a subscription to it. It sends from now on.
#[utoipa::path(post, path = "/modules/{id}/webhooks", tag = "Modules", operation_id = "create_module_webhook",
    extensions(("x-permission" = json!("edit_modules"))), params(("id" = ModuleId, Path)),
    request_body = ModuleWebhookDraft, responses((status = 201, body = CreatedWebhook), Refused))]
async fn create(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<ModuleId>,
    Json(draft): Json<ModuleWebhookDraft>,
) -> Result<(StatusCode, axum::Json<CreatedWebhook>), ApiError> {
    let created = state.services.create_module_webhook(&scope, id, draft).await?;
    let signing_secret = created.signing_secret.reveal().to_owned();
    Ok((StatusCode::CREATED, axum::Json(CreatedWebhook { webhook: created.webhook, signing_secret })))
}

/// Change an outgoing webhook. What else is set of its integration stays. A `version` beside the fields refuses the
/// write when it is no longer the current one.
#[utoipa::path(put, path = "/modules/{id}/webhooks/{subscription_id}", tag = "Modules",
    operation_id = "replace_module_webhook", extensions(("x-permission" = json!("edit_modules"))),
    params(("id" = ModuleId, Path), ("subscription_id" = SubscriptionId, Path)), request_body = ModuleWebhookDraft,
    responses((status = 200, body = ModuleWebhook), (status = 409, description = "It was changed meanwhile."), Refused))]
async fn replace(
    Caller(scope): Caller,
    State(state): State<AppState>,
    IdWithin(id, webhook): IdWithin<ModuleId, SubscriptionId>,
    body: Versioned<ModuleWebhookDraft>,
) -> Result<axum::Json<ModuleWebhook>, ApiError> {
    let services = &state.services;
    Ok(axum::Json(services.update_module_webhook(&scope, id, webhook, body.version, body.value).await?))
}

/// Delete an outgoing webhook, and its integration unless something else is linked to that.
#[utoipa::path(delete, path = "/modules/{id}/webhooks/{subscription_id}", tag = "Modules",
    operation_id = "delete_module_webhook", extensions(("x-permission" = json!("edit_modules"))),
    params(("id" = ModuleId, Path), ("subscription_id" = SubscriptionId, Path)),
    responses((status = 204), Refused))]
async fn delete(
    Caller(scope): Caller,
    State(state): State<AppState>,
    IdWithin(id, webhook): IdWithin<ModuleId, SubscriptionId>,
) -> Result<StatusCode, ApiError> {
    state.services.delete_module_webhook(&scope, id, webhook).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which activity an example is of.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExampleQuery {
    /// `item_created`, `item_updated`, `field_changed` or `item_deleted`; the first field changed when left out.
    activity: Option<String>,
    /// The field of `field_changed`: its key, or `title`.
    field: Option<String>,
}

impl ExampleQuery {
    fn activity(self) -> Result<Option<Activity>, ApiError> {
        let Some(activity) = self.activity else { return Ok(None) };
        let mut named = json!({ "type": activity });
        if let Some(field) = self.field {
            named["field"] = field.into();
        }
        let activity = serde_json::from_value(named);
        activity.map(Some).map_err(|error| services::Error::invalid("activity", &error.to_string()).into())
    }
}

/// See the message that an outgoing webhook of the module would send.
#[utoipa::path(get, path = "/modules/{id}/webhooks/example", tag = "Modules",
    operation_id = "get_module_webhook_example", extensions(("x-permission" = json!("read_records"))),
    params(("id" = ModuleId, Path), ExampleQuery), responses((status = 200, body = ExampleMessage), Refused))]
async fn example(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<ModuleId>,
    QueryString(query): QueryString<ExampleQuery>,
) -> Result<axum::Json<ExampleMessage>, ApiError> {
    let activity = query.activity()?;
    Ok(axum::Json(state.services.module_webhook_example(&scope, id, activity.as_ref()).await?))
}

/// Send the example message to the URL of a webhook that is not made yet, and see the answer. It is not signed.
#[utoipa::path(post, path = "/modules/{id}/webhooks/test", tag = "Modules", operation_id = "test_module_webhook",
    extensions(("x-permission" = json!("edit_modules"))), params(("id" = ModuleId, Path)),
    request_body = ModuleWebhookDraft, responses((status = 200, body = TestReport), Refused))]
async fn test(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<ModuleId>,
    Json(draft): Json<ModuleWebhookDraft>,
) -> Result<axum::Json<TestReport>, ApiError> {
    Ok(axum::Json(state.services.test_module_webhook(&scope, id, draft).await?))
}
