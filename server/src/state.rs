//! What every route can reach. Cheap to clone.

use metrics_exporter_prometheus::PrometheusHandle;
use services::Services;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use url::Url;

/// What routes need beside the request.
#[derive(Clone)]
pub struct AppState {
    /// The use cases.
    pub services: Services,
    /// How this installation answers.
    pub web: Arc<WebSettings>,
    /// Ends when the server begins to stop; streams end with it.
    pub closing: CancellationToken,
}

/// How this installation answers.
pub struct WebSettings {
    /// Where people and machines reach it.
    pub public_url: Url,
    /// Renders `/metrics`; nothing is collected without it.
    pub metrics: Option<PrometheusHandle>,
    /// Asked for at `/metrics`, if set.
    pub metrics_token: Option<domain::secret::SecretText>,
}
