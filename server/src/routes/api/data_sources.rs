//! `/data-sources`: sources that feed a module of their own, set up by their first messages (K2 to K7).

use super::error::{ApiError, Refused};
use super::extract::{Caller, Id, Json, QueryString};
use super::lists::{Paging, page_of};
use super::sources::{SourceWithUrl, with_url};
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use domain::activity::Page;
use domain::ids::SourceId;
use domain::module::Module;
use domain::source::{Source, SourceAction, SourceState};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, begin)).routes(routes!(finish))
}

/// A data source to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DataSourceDraft {
    /// What its module and its source are called.
    name: String,
    /// The key of the sender's blueprint; any sender when left out.
    #[serde(default = "any_sender")]
    blueprint: String,
}

fn any_sender() -> String {
    "blank".to_owned()
}

/// What makes items of its messages: paths in each object that is sent, as `merges.EMAIL`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ItemPaths {
    /// Where what tells the items apart stands.
    id: String,
    /// Where what people call them stands.
    title: String,
}

/// List the sources that feed a module, newest first; archived ones are left out.
#[utoipa::path(get, path = "/data-sources", tag = "Modules", operation_id = "list_data_sources",
    extensions(("x-permission" = json!("read_configuration"))), params(Paging),
    responses((status = 200, body = Page<SourceWithUrl>), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
    QueryString(paging): QueryString<Paging>,
) -> Result<axum::Json<Page<SourceWithUrl>>, ApiError> {
    let feeds = |source: &Source| {
        let is_feeding = matches!(source.config.action, SourceAction::UpsertItem { .. });
        is_feeding && source.state != SourceState::Archived
    };
    let mut sources = state.services.list_sources(&scope, None).await?;
    sources.retain(feeds);
    let page = page_of(sources, |source| source.id.0, paging.page());
    let data = page.data.into_iter().map(|source| with_url(&state, &scope, source)).collect();
    Ok(axum::Json(Page { data, next: page.next }))
}

/// Make a module and a source that feeds it. What is sent there is kept in its log alone until it is said what tells the
/// items apart; it takes messages at once, unless its sender signs them: then its secret has to be set first.
#[utoipa::path(post, path = "/data-sources", tag = "Modules", operation_id = "begin_data_source",
    extensions(("x-permission" = json!("edit_modules"))), request_body = DataSourceDraft,
    responses((status = 201, body = SourceWithUrl), Refused))]
async fn begin(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Json(DataSourceDraft { name, blueprint }): Json<DataSourceDraft>,
) -> Result<(StatusCode, axum::Json<SourceWithUrl>), ApiError> {
    let source = state.services.begin_data_source(&scope, &name, &blueprint).await?;
    Ok((StatusCode::CREATED, axum::Json(with_url(&state, &scope, source))))
}

/// Say what tells the items apart and what people call them, once a message has come. What came meanwhile is made items
/// of, oldest first. Answers the module.
#[utoipa::path(post, path = "/data-sources/{id}/finish", tag = "Modules", operation_id = "finish_data_source",
    extensions(("x-permission" = json!("edit_modules"))), params(("id" = SourceId, Path)), request_body = ItemPaths,
    responses((status = 200, body = Module),
        (status = 409, description = "No message has come yet, or it was changed meanwhile."), Refused))]
async fn finish(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<SourceId>,
    Json(ItemPaths { id: id_path, title }): Json<ItemPaths>,
) -> Result<axum::Json<Module>, ApiError> {
    let module = state.services.finish_data_source(&scope, id, &id_path, &title).await?;
    Ok(axum::Json(state.services.module(&scope, module).await?))
}
