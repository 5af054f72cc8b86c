//! From an event and an account's routing to deliveries.

use crate::event::Event;
use crate::filter::{EventFacts, Filter};
use crate::ids::{AccountId, IntegrationId, SubscriptionId};
use crate::integration::{IntegrationState, Target};
use crate::record::Rules;
use crate::source::RoutedSource;
use crate::subscription::EventPattern;
use std::collections::HashMap;
use std::sync::Arc;

/// What an account's machines need to know, as of one version of its configuration. Never serialised: it holds secrets.
#[derive(Debug)]
pub struct Routing {
    /// Whose it is.
    pub account_id: AccountId,
    /// Bumped by every write to sources, subscriptions, integrations, or what is decided about records.
    pub version: i64,
    /// Sources by endpoint, whatever their state.
    pub sources: HashMap<String, Arc<RoutedSource>>,
    /// Links from events to integrations, oldest first.
    pub subscriptions: Vec<RoutedSubscription>,
    /// What it has decided about its records.
    pub rules: Rules,
    /// Integrations by id, whatever their state.
    pub integrations: HashMap<IntegrationId, Arc<Target>>,
}

impl Routing {
    /// That of an account which has configured nothing.
    #[must_use]
    pub fn empty(account_id: AccountId) -> Self {
        Self {
            account_id,
            version: 1,
            sources: HashMap::new(),
            subscriptions: Vec::new(),
            rules: Rules::default(),
            integrations: HashMap::new(),
        }
    }
}

/// A subscription as the pipeline uses it.
#[derive(Debug, Clone)]
pub struct RoutedSubscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Events that match any of these are meant.
    pub event_types: Vec<EventPattern>,
    /// Of those, events that pass this.
    pub filter: Option<Filter>,
    /// Where they go.
    pub integration_id: IntegrationId,
}

/// A delivery that an event causes.
#[derive(Debug, Clone)]
pub struct PlannedDelivery {
    /// The link that caused it.
    pub subscription_id: SubscriptionId,
    /// Where it goes.
    pub target: Arc<Target>,
}

/// The deliveries that `event` causes under `routing`: one per subscription that matches and whose integration is active.
#[must_use]
pub fn fan_out(event: &Event, routing: &Routing) -> Vec<PlannedDelivery> {
    let mut facts = None;
    let mut planned = Vec::new();
    for subscription in &routing.subscriptions {
        if !subscription.event_types.iter().any(|pattern| pattern.matches(&event.event_type)) {
            continue;
        }
        let Some(target) = routing.integrations.get(&subscription.integration_id) else { continue };
        if target.state != IntegrationState::Active {
            continue;
        }
        if let Some(filter) = &subscription.filter {
            let facts = facts.get_or_insert_with(|| EventFacts::of(event));
            if !filter.passes(facts) {
                continue;
            }
        }
        planned.push(PlannedDelivery { subscription_id: subscription.id, target: Arc::clone(target) });
    }
    planned
}
