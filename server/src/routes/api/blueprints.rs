//! `/blueprints`: starting points for sources of known senders.

use super::error::{ApiError, Refused};
use super::extract::{Caller, QueryString};
use crate::state::AppState;
use axum::extract::State;
use domain::activity::Page;
use domain::blueprint::Blueprint;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Which blueprints are wanted.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BlueprintQuery {
    /// Words that must all stand in a blueprint's name, description or search words; all of them when left out.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    search: String,
}

/// List blueprints, the blank one first: what is prefilled in `source`, and what to do on the sender's side in `steps`.
/// To use one, create a source from its `source` with a secret of your own. All come at once; there is no next page.
#[utoipa::path(get, path = "/blueprints", tag = "Sources", operation_id = "list_blueprints",
    extensions(("x-permission" = json!("read_configuration"))), params(BlueprintQuery),
    responses((status = 200, body = Page<Blueprint>), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
    QueryString(query): QueryString<BlueprintQuery>,
) -> Result<axum::Json<Page<&'static Blueprint>>, ApiError> {
    let data = state.services.blueprints(&scope, &query.search)?;
    Ok(axum::Json(Page { data, next: None }))
}
