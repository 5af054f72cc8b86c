use super::{Activities, ModuleConfig};
use crate::error::{FieldError, FieldErrors};
use crate::ids::{IntegrationId, ModuleId, SubscriptionId};
use crate::integration::{
    Action, Auth, BodyFormat, EntityType, Integration, IntegrationConfig, IntegrationKind, Method, Signing,
};
use crate::retry::RetryPolicy;
use crate::subscription::{Subscription, SubscriptionDraft};
use crate::{json, limits};
use serde::{Deserialize, Serialize};

/// An outgoing webhook of a module (K10): a subscription with a filter that only events of the module's items pass, and
/// the integration it sends to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModuleWebhook {
    /// The subscription's id, by which the webhook is called.
    pub subscription_id: SubscriptionId,
    /// Counts the subscription's changes; a write that names an older one is refused.
    pub version: i64,
    /// What people call it.
    pub name: String,
    /// What triggers it.
    pub activities: Activities,
    /// Where and how it sends.
    pub integration: Integration,
}

impl ModuleWebhook {
    /// The webhook that `subscription` to `integration` is, if it is one of this module.
    #[must_use]
    pub fn of(module: ModuleId, subscription: Subscription, integration: Integration) -> Option<Self> {
        let (of, activities) = Activities::read(subscription.filter.as_ref()?)?;
        let Subscription { id, version, name, event_types, .. } = subscription;
        // One that takes other types as well tells of other things, or of fewer.
        let is_ours = of == module && event_types == activities.event_types();
        is_ours.then_some(Self { subscription_id: id, version, name, activities, integration })
    }
}

/// What can be set of a module's outgoing webhook (K12, K13). The rest of its integration is set there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ModuleWebhookDraft {
    /// What people call it.
    pub name: String,
    /// Where it sends: a URL that takes JSON by POST and asks for no authentication.
    pub url: String,
    /// What triggers it, 1 to 20.
    pub activities: Activities,
}

impl ModuleWebhookDraft {
    /// Checks everything that can be checked without the database or the network.
    ///
    /// # Errors
    /// What is wrong, by `name`, `url` or `activities`.
    pub fn check(&self, module: &ModuleConfig) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        json::check_name(&self.name, "name", &mut errors);
        if self.url.is_empty() {
            errors.add("url", "say where messages go");
        } else if let Err(wrong) = self.integration().check() {
            let of_url = wrong.0.into_iter().filter(|error| error.field == "target_url");
            errors.0.extend(of_url.map(|error| FieldError { field: "url".into(), ..error }));
        }
        self.activities.check(module, "activities", &mut errors);
        errors.into_result()
    }

    /// The integration of a new webhook: the envelope by POST, without authentication, signed.
    #[must_use]
    pub fn integration(&self) -> IntegrationConfig {
        IntegrationConfig {
            name: self.name.clone(),
            kind: IntegrationKind::default(),
            target_url: self.url.clone(),
            method: Method::Post,
            action: Action::Push,
            entity: EntityType::default(),
            auth: Auth::None,
            headers: Vec::new(),
            body: BodyFormat::Envelope,
            timeout_ms: limits::DEFAULT_TIMEOUT_MS,
            per_second: None,
            max_in_flight: limits::DEFAULT_IN_FLIGHT,
            retry: RetryPolicy::default(),
            signing: Signing::default(),
        }
    }

    /// Its subscription to that integration.
    #[must_use]
    pub fn subscription(&self, module: ModuleId, integration_id: IntegrationId) -> SubscriptionDraft {
        SubscriptionDraft {
            name: self.name.clone(),
            event_types: self.activities.event_types(),
            filter: Some(self.activities.filter(module)),
            integration_id,
        }
    }
}
