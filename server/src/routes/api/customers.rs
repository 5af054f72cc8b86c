//! `/customers`: whom the account serves, and what happened to them.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Id, Json, QueryString, VersionQuery, Versioned};
use super::lists::list_query;
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use domain::activity::Page;
use domain::customer::CustomerDraft;
use domain::ids::CustomerId;
use domain::record::{CustomerRow, HistoryEntry, RecordSearch, StoredCustomer, TermMatch};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, replace, delete))
        .routes(routes!(history))
}

list_query! {
    /// Which customers are wanted.
    CustomerQuery {
        /// Whose key, name, e-mail, labels or other fields begin so, whatever the case; all when left out.
        search: Option<String>,
        /// With `search`, look only at `key`, `name` (first and last), `labels`, `external_account_numbers`, or the
        /// field of this key.
        field: Option<String>,
        /// With `search`: `prefix` finds what begins so, `exact` what is nothing else; `prefix` when left out.
        #[param(inline)]
        r#match: Option<TermMatch>,
    }
}

list_query! {
    /// What of a customer's history is wanted.
    HistoryQuery {
        /// Events of this type, or of types with this prefix if it ends in `*`.
        r#type: Option<String>,
    }
}

/// List customers, newest first.
#[utoipa::path(get, path = "/customers", tag = "Customers", operation_id = "list_customers",
    extensions(("x-permission" = json!("read_records"))), params(CustomerQuery),
    responses((status = 200, body = Page<CustomerRow>), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
    QueryString(query): QueryString<CustomerQuery>,
) -> Result<axum::Json<Page<CustomerRow>>, ApiError> {
    let page = query.page();
    let search =
        RecordSearch { text: query.search, field: query.field, matching: query.r#match.unwrap_or_default() };
    Ok(axum::Json(state.services.list_customers(&scope, &search, page).await?))
}

/// Create a customer. Points and totals come from events alone.
#[utoipa::path(post, path = "/customers", tag = "Customers", operation_id = "create_customer",
    extensions(("x-permission" = json!("edit_records"))), request_body = CustomerDraft,
    responses((status = 201, body = StoredCustomer), Refused))]
async fn create(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Json(draft): Json<CustomerDraft>,
) -> Result<(StatusCode, axum::Json<StoredCustomer>), ApiError> {
    let customer = state.services.create_customer(&scope, draft).await?;
    Ok((StatusCode::CREATED, axum::Json(customer)))
}

/// Read a customer.
#[utoipa::path(get, path = "/customers/{id}", tag = "Customers", operation_id = "get_customer",
    extensions(("x-permission" = json!("read_records"))), params(("id" = CustomerId, Path)),
    responses((status = 200, body = StoredCustomer), Refused))]
async fn read(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<CustomerId>,
) -> Result<axum::Json<StoredCustomer>, ApiError> {
    Ok(axum::Json(state.services.customer(&scope, id).await?))
}

/// Replace everything that can be said of a customer; what is left out is emptied. A `version` beside the fields refuses
/// the write when it is no longer the current one.
#[utoipa::path(put, path = "/customers/{id}", tag = "Customers", operation_id = "replace_customer",
    extensions(("x-permission" = json!("edit_records"))), params(("id" = CustomerId, Path)),
    request_body = CustomerDraft,
    responses((status = 200, body = StoredCustomer), (status = 409, description = "It was changed meanwhile."), Refused))]
async fn replace(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<CustomerId>,
    body: Versioned<CustomerDraft>,
) -> Result<axum::Json<StoredCustomer>, ApiError> {
    Ok(axum::Json(state.services.update_customer(&scope, id, body.version, body.value).await?))
}

/// Delete a customer with all that is known of them: fields, points, notes and history. Requests and events that made the
/// history stay in the logs as long as any; a later event of the same key makes somebody new. The event `customer.deleted`
/// tells of it by the key alone.
#[utoipa::path(delete, path = "/customers/{id}", tag = "Customers", operation_id = "delete_customer",
    extensions(("x-permission" = json!("edit_records"))), params(("id" = CustomerId, Path), VersionQuery),
    responses((status = 204), (status = 409, description = "It was changed meanwhile."), Refused))]
async fn delete(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<CustomerId>,
    QueryString(query): QueryString<VersionQuery>,
) -> Result<StatusCode, ApiError> {
    state.services.delete_customer(&scope, id, query.version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List what happened to a customer, newest first. It is kept as long as the customer.
#[utoipa::path(get, path = "/customers/{id}/events", tag = "Customers", operation_id = "list_customer_events",
    extensions(("x-permission" = json!("read_records"))), params(("id" = CustomerId, Path), HistoryQuery),
    responses((status = 200, body = Page<HistoryEntry>), Refused))]
async fn history(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<CustomerId>,
    QueryString(query): QueryString<HistoryQuery>,
) -> Result<axum::Json<Page<HistoryEntry>>, ApiError> {
    let event_type = query.r#type.as_deref();
    Ok(axum::Json(state.services.history_of_customer(&scope, id, event_type, query.page()).await?))
}
