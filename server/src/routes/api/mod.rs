//! REST under `/api/v1`. The OpenAPI document is made from these handlers, so it cannot say anything else than they do.
//!
//! Each operation names the permission it needs as `x-permission`; the service behind it enforces it, and a test calls
//! every operation of the document as every role.

mod account;
mod api_keys;
mod blueprints;
mod catalogue;
mod customer_form;
mod customers;
mod data_sources;
mod deliveries;
mod docs;
mod error;
mod events;
mod extract;
mod integrations;
mod items;
mod lists;
mod lookups;
mod members;
mod module_webhooks;
mod modules;
mod notes;
mod replays;
mod requests;
mod source_revisions;
mod sources;
mod statistics;
mod subscriptions;

use crate::state::AppState;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

pub use error::ApiError;
#[cfg(feature = "console")]
pub(crate) use extract::QueryString;
pub use extract::bearer;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hookloft",
        description = "Webhooks in, events in the middle, deliveries out. Every call needs an API key as \
                       `Authorization: Bearer <key>`; make one in the console under Settings, or with \
                       `hookloft account create`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(error::ErrorBody)),
    modifiers(&ApiKeySecurity),
    security(("api_key" = [])),
    tags(
        (name = "Events", description = "Facts, published by you or made from inbound requests"),
        (name = "Integrations", description = "Outbound webhooks: where events are delivered to"),
        (name = "Sources", description = "Inbound URLs: where senders send to"),
        (name = "Subscriptions", description = "Which events go to which integration"),
        (name = "Customers", description = "Whom the account serves: what is known of them, and what happened to them"),
        (name = "Event catalogue", description = "What may be said of customers, and what it does to them"),
        (name = "Lookup lists", description = "Numbers and what they stand for, for fields to choose from"),
        (name = "Modules", description = "Your own kinds of record: their items, key metrics and outgoing webhooks"),
        (name = "Requests", description = "Inbound calls, how they ended, and replaying them"),
        (name = "Deliveries", description = "Messages to integrations, and trying again"),
        (name = "Statistics", description = "How much, how well, how fast"),
        (name = "Account", description = "The account itself"),
        (name = "Members", description = "Who is in the account, as what"),
        (name = "API keys", description = "Keys of this API")
    )
)]
struct Document;

struct ApiKeySecurity;

impl Modify for ApiKeySecurity {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("hk_…").build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("api_key", SecurityScheme::Http(scheme));
    }
}

/// Everything under `/api`: version 1, its document, and the page to read and try it.
pub fn router(state: &AppState) -> Router<AppState> {
    let (routes, document) = versioned().split_for_parts();
    routes
        .merge(docs::router(&document))
        .layer(DefaultBodyLimit::disable())
        .layer(SetResponseHeaderLayer::overriding(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(CompressionLayer::new())
        .method_not_allowed_fallback(async || ApiError::method_not_allowed())
        .with_state(state.clone())
}

/// The OpenAPI document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    versioned().into_openapi()
}

fn versioned() -> OpenApiRouter<AppState> {
    let nouns = OpenApiRouter::new()
        .merge(integrations::router())
        .merge(sources::router())
        .merge(source_revisions::router())
        .merge(blueprints::router())
        .merge(subscriptions::router())
        .merge(modules::router())
        .merge(data_sources::router())
        .merge(items::router())
        .merge(module_webhooks::router())
        .merge(events::router())
        .merge(customers::router())
        .merge(notes::router())
        .merge(customer_form::router())
        .merge(catalogue::router())
        .merge(lookups::router())
        .merge(requests::router())
        .merge(replays::router())
        .merge(deliveries::router())
        .merge(statistics::router())
        .merge(account::router())
        .merge(members::router())
        .merge(api_keys::router())
        .fallback(async || ApiError::not_found());
    let mut all = OpenApiRouter::with_openapi(Document::openapi()).nest("/api/v1", nouns);
    error::describe_unreadable_bodies(all.get_openapi_mut());
    all
}
