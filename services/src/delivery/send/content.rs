//! The body of a message, as its integration wants it.

use super::{Message, RenderError};
use domain::event::envelope;
use domain::integration::{BodyFormat, IntegrationConfig};
use domain::template::{FormTemplate, JsonTemplate, MergeValues};
use serde_json::Value;

/// How the body is made, templates read.
pub(super) enum Content {
    Envelope,
    Json(JsonTemplate),
    Form(FormTemplate),
}

impl Content {
    pub(super) fn of(config: &IntegrationConfig) -> Result<Self, RenderError> {
        Ok(match &config.body {
            BodyFormat::Envelope => Self::Envelope,
            BodyFormat::JsonTemplate { template } => Self::Json(JsonTemplate::parse(template)?),
            BodyFormat::FormTemplate { template } => Self::Form(FormTemplate::parse(template)?),
        })
    }

    pub(super) const fn content_type(&self) -> &'static str {
        match self {
            Self::Envelope | Self::Json(_) => "application/json",
            Self::Form(_) => "application/x-www-form-urlencoded",
        }
    }

    pub(super) fn body(&self, message: &Message) -> Result<Vec<u8>, RenderError> {
        let config = &message.target.config;
        match self {
            Self::Envelope => Ok(envelope(&message.event, message.account_id, config.action, config.entity)),
            Self::Json(template) => Ok(template.render(&merge_values(message, &data_of(message)?))?),
            Self::Form(template) => Ok(template.render(&merge_values(message, &data_of(message)?))?),
        }
    }
}

fn data_of(message: &Message) -> Result<Value, RenderError> {
    serde_json::from_str(message.event.data.get()).map_err(|_| RenderError::UnreadableData)
}

fn merge_values<'a>(message: &'a Message, data: &'a Value) -> MergeValues<'a> {
    MergeValues {
        event_id: message.event.id,
        event_type: &message.event.event_type,
        occurred_at: message.event.occurred_at,
        account_id: message.account_id,
        delivery_id: message.delivery_id,
        action: message.target.config.action,
        entity: message.target.config.entity,
        data,
    }
}
