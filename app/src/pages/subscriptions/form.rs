//! A subscription while it is edited, everything as typed.

use crate::components::filter_builder::FilterDraft;
use domain::error::FieldErrors;
use domain::ids::IntegrationId;
use domain::subscription::{EventPattern, Subscription, SubscriptionDraft};

/// The fields, as typed; the filter has a draft of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    /// Empty: made from the event types.
    pub name: String,
    /// Between commas, spaces or lines.
    pub event_types: String,
    /// An id; empty while none is chosen.
    pub integration: String,
}

impl Fields {
    /// What is stored, as if typed.
    #[must_use]
    pub fn of(subscription: &Subscription) -> Self {
        let types: Vec<_> = subscription.event_types.iter().map(|pattern| pattern.0.as_str()).collect();
        Self {
            name: subscription.name.clone(),
            event_types: types.join(", "),
            integration: subscription.integration_id.to_string(),
        }
    }

    /// What is meant, or what is wrong with it.
    ///
    /// # Errors
    /// What is wrong, per field.
    pub fn read(&self, filter: &FilterDraft) -> Result<SubscriptionDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let integration = self.integration.parse::<IntegrationId>().ok();
        if integration.is_none() {
            errors.add("integration_id", "choose where the events go");
        }
        let patterns =
            self.event_types.split([',', ' ', '\n']).map(str::trim).filter(|text| !text.is_empty());
        let draft = SubscriptionDraft {
            name: self.name.trim().to_owned(),
            event_types: patterns.map(|text| EventPattern(text.to_owned())).collect(),
            filter: filter.to_filter(),
            integration_id: integration.unwrap_or(IntegrationId(uuid::Uuid::nil())),
        };
        match draft.check() {
            Ok(draft) if errors.0.is_empty() => Ok(draft),
            Ok(_) => Err(errors),
            Err(found) => {
                errors.0.extend(found.0);
                Err(errors)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_types_are_read_between_commas_spaces_and_lines() {
        let fields = Fields {
            event_types: "order.*, customer.created\n *".into(),
            integration: uuid::Uuid::nil().to_string(),
            ..Fields::default()
        };
        let draft = fields.read(&FilterDraft::default()).expect("valid");
        let types: Vec<_> = draft.event_types.iter().map(|pattern| pattern.0.as_str()).collect();
        assert_eq!(types, ["order.*", "customer.created", "*"]);
        assert!(Fields::default().read(&FilterDraft::default()).is_err());
    }
}
