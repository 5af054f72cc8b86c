//! `/customer-form`: what is asked of customers.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Versioned};
use crate::state::AppState;
use axum::extract::State;
use domain::form::{Form, StoredForm};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read, replace))
}

/// Read the customers' form: sections of typed fields.
#[utoipa::path(get, path = "/customer-form", tag = "Customers", operation_id = "get_customer_form",
    extensions(("x-permission" = json!("read_configuration"))),
    responses((status = 200, body = StoredForm), Refused))]
async fn read(
    Caller(scope): Caller,
    State(state): State<AppState>,
) -> Result<axum::Json<StoredForm>, ApiError> {
    Ok(axum::Json(state.services.customer_form(&scope).await?))
}

/// Replace the customers' form. What is known of customers stays, also where no field asks for it any more. A `version`
/// beside the sections refuses the write when it is no longer the current one.
#[utoipa::path(put, path = "/customer-form", tag = "Customers", operation_id = "replace_customer_form",
    extensions(("x-permission" = json!("edit_catalogue"))), request_body = Form,
    responses((status = 200, body = StoredForm), (status = 409, description = "It was changed meanwhile."), Refused))]
async fn replace(
    Caller(scope): Caller,
    State(state): State<AppState>,
    body: Versioned<Form>,
) -> Result<axum::Json<StoredForm>, ApiError> {
    Ok(axum::Json(state.services.set_customer_form(&scope, body.version, body.value).await?))
}
