//! Templates: the body an integration sends, written by an admin with merge fields in brackets (D14).
//!
//! A merge field is `[data.first_name]`, or one of `event.id`, `event.type`, `event.timestamp`, `account.id`,
//! `delivery.id`, `action`, `entity`; `[data]` is all of the data. Anything else is refused when the template is saved.
//! `\[`, `\]` and `\\` stand for `[`, `]` and `\`; a backslash before anything else is itself. Values are put in once:
//! what looks like a merge field in a value stays text. Nothing is evaluated.

mod form;
mod json;
mod merge;

use crate::event::EventType;
use crate::ids::{AccountId, DeliveryId, EventId};
use crate::integration::{Action, EntityType};
use crate::time::Timestamp;
use serde_json::Value;

pub use form::FormTemplate;
pub use json::JsonTemplate;

/// Largest template text.
pub const MAX_TEMPLATE_BYTES: usize = 64 * 1024;
/// Largest body that a template may make: one that repeats `[data]` could make gigabytes.
pub const MAX_RENDERED_BYTES: usize = 4 * 1024 * 1024;

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct TemplateError {
    /// 1 is the first.
    pub line: usize,
    /// In bytes; 1 is the first.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

impl TemplateError {
    fn at(template: &str, offset: usize, message: impl Into<String>) -> Self {
        let (line, column) = crate::json::position(template.as_bytes(), offset);
        Self { line, column, message: message.into() }
    }
}

/// Why a body could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the template makes a body of more than {MAX_RENDERED_BYTES} bytes")]
pub struct RenderedTooLarge;

/// What merge fields stand for in one delivery.
#[derive(Debug, Clone, Copy)]
pub struct MergeValues<'a> {
    /// `event.id`
    pub event_id: EventId,
    /// `event.type`
    pub event_type: &'a EventType,
    /// `event.timestamp`
    pub occurred_at: Timestamp,
    /// `account.id`
    pub account_id: AccountId,
    /// `delivery.id`
    pub delivery_id: DeliveryId,
    /// `action`
    pub action: Action,
    /// `entity`
    pub entity: EntityType,
    /// `data`
    pub data: &'a Value,
}

/// `Err` once `body` is larger than a template may make.
const fn check_size(body: usize) -> Result<(), RenderedTooLarge> {
    if body > MAX_RENDERED_BYTES { Err(RenderedTooLarge) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
