//! Customers: what an account knows of the people it serves, and what events and members do to it.
//!
//! An event of a source says something of one customer ([`CustomerEvent`](crate::catalogue::CustomerEvent)); [`apply()`]
//! makes of what they were what they are. A member's [`CustomerDraft`] does the same by [`edit`]. Points and totals come
//! from events alone. Both are pure, so two events of one customer are applied one after the other by folding.

mod apply;
mod changes;
mod draft;
mod lists;
mod note;

use crate::amount::Amount;
use crate::record::RecordKey;
use crate::search::{Term, Terms};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use apply::{EffectError, apply};
pub use changes::changes;
pub use draft::{CustomerDraft, check_form, edit};
pub use lists::ListError;
pub use note::{Note, NoteDraft};

/// Somebody an account serves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Customer {
    /// What senders call them; unique in the account.
    pub key: RecordKey,
    /// What the customers' form asks for, and what events set beside it; at most 256 KiB.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub fields: Map<String, Value>,
    /// At most 200 of at most 128 bytes, in alphabetical order, each once.
    pub labels: Vec<String>,
    /// The balance.
    pub points: Amount,
    /// What their purchases add up to.
    pub totals: Totals,
    /// Whether they take part; `None` while nobody said.
    pub opted_in: Option<bool>,
    /// What other systems call their account (T28): at most 200 of at most 128 bytes, each once, in the order sent.
    pub external_account_numbers: Vec<String>,
    /// Counts their changes, from 1; a write that names an older one is refused.
    pub version: i64,
    /// When they were first heard of.
    pub created_at: Timestamp,
    /// When anything of this was last changed.
    pub updated_at: Timestamp,
}

/// What a customer's purchases add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Totals {
    /// Totals of all purchases, before refunds.
    pub spent: Amount,
    /// How many purchases.
    pub purchases: i64,
    /// Quantities of all items bought, without those given back.
    pub items: i64,
    /// Totals of all refunds.
    pub refunded: Amount,
}

impl Customer {
    /// Somebody of whom nothing is known yet. Its version is 0: it is not kept before something is said.
    fn new(key: RecordKey, now: Timestamp) -> Self {
        Self {
            key,
            fields: Map::new(),
            labels: Vec::new(),
            points: Amount::ZERO,
            totals: Totals::default(),
            opted_in: None,
            external_account_numbers: Vec::new(),
            version: 0,
            created_at: now,
            updated_at: now,
        }
    }

    /// Counts what makes of `before` this customer as one change; as none where nothing is different.
    fn settled(mut self, before: Option<&Self>, now: Timestamp) -> Self {
        if before.is_none_or(|before| !changes(Some(before), &self).is_empty()) {
            self.version += 1;
            self.updated_at = now;
        }
        self
    }

    /// First and last name; empty while neither is known.
    #[must_use]
    pub fn full_name(&self) -> String {
        let names = ["first_name", "last_name"].into_iter().filter_map(|field| self.text(field));
        names.collect::<Vec<_>>().join(" ")
    }

    /// What lists call them: the full name, else the e-mail, else the key.
    #[must_use]
    pub fn title(&self) -> String {
        let name = self.full_name();
        if name.is_empty() { self.text("email").unwrap_or(self.key.as_str()).to_owned() } else { name }
    }

    fn text(&self, field: &str) -> Option<&str> {
        let text = self.fields.get(field)?.as_str()?.trim();
        Some(text).filter(|text| !text.is_empty())
    }

    /// By what they are found (D28): key, full name (`name`), external account numbers, labels and fields, in this order,
    /// at most 64.
    #[must_use]
    pub fn search_terms(&self) -> Vec<Term> {
        let mut terms = Terms::default();
        terms.add("key", self.key.as_str());
        terms.add("name", &self.full_name());
        for number in &self.external_account_numbers {
            terms.add("external_account_numbers", number);
        }
        for label in &self.labels {
            terms.add("labels", label);
        }
        for (key, value) in &self.fields {
            terms.add_value(key, value);
        }
        terms.into_vec()
    }
}

#[cfg(test)]
mod tests;
