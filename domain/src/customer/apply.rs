use super::Customer;
use super::changes::OWN_NAMES;
use super::lists::{self, ListError};
use crate::amount::{Amount, AmountError};
use crate::catalogue::{CustomerEvent, Effect, EventDefinition};
use crate::error::FieldErrors;
use crate::form::says_nothing;
use crate::json;
use crate::limits::MAX_RECORD_BYTES;
use crate::time::Timestamp;
use serde_json::Value;

/// Why an event that fits its definition cannot be registered all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EffectError {
    /// The balance is too low for what is to be subtracted.
    #[error("not enough points: {points} are to be subtracted, and the balance is {balance}")]
    NotEnoughPoints {
        /// What the customer has.
        balance: Amount,
        /// What the event takes.
        points: Amount,
    },
    /// Effects say by themselves in which direction they count.
    #[error("this may not be negative")]
    Negative {
        /// Which attribute.
        attribute: &'static str,
    },
    /// An attribute is no amount.
    #[error("{error}")]
    NotAnAmount {
        /// Which attribute.
        attribute: &'static str,
        /// Why not.
        error: AmountError,
    },
    /// The sum would be greater than is kept.
    #[error("the customer's total of this would be too large")]
    OutOfRange {
        /// Which attribute.
        attribute: &'static str,
    },
    /// A list of the customer cannot become what the event makes of it.
    #[error("{error}")]
    List {
        /// Which attribute.
        attribute: &'static str,
        /// Why not.
        error: ListError,
    },
    /// The customer's fields together would be too large.
    #[error("this customer's fields would be larger than {} KiB", MAX_RECORD_BYTES / 1024)]
    TooLarge,
}

impl EffectError {
    /// The attribute it is about; `customer` where it is about all of them.
    #[must_use]
    pub const fn attribute(&self) -> &'static str {
        match self {
            Self::NotEnoughPoints { .. } => "points",
            Self::Negative { attribute }
            | Self::NotAnAmount { attribute, .. }
            | Self::OutOfRange { attribute }
            | Self::List { attribute, .. } => attribute,
            Self::TooLarge => "customer",
        }
    }
}

impl From<EffectError> for FieldErrors {
    fn from(error: EffectError) -> Self {
        Self::of(error.attribute(), error.to_string())
    }
}

/// What the event makes of the customer: somebody new where there was nobody `before`, whatever the effect. The version
/// counts one up unless nothing is different.
///
/// # Errors
/// Why the event is not to be registered; then nothing of it is.
pub fn apply(
    before: Option<&Customer>,
    event: &CustomerEvent,
    definition: &EventDefinition,
    now: Timestamp,
) -> Result<Customer, EffectError> {
    let mut after = before.cloned().unwrap_or_else(|| Customer::new(event.key.clone(), now));
    match definition.effect {
        Effect::None => {}
        Effect::AddPoints => add(&mut after.points, amount(event, "points")?, "points")?,
        Effect::SubtractPoints | Effect::SubtractPointsBelowZero => {
            subtract_points(&mut after, amount(event, "points")?, definition.effect)?;
        }
        Effect::Purchase => {
            add(&mut after.totals.spent, amount(event, "total")?, "total")?;
            after.totals.purchases = after.totals.purchases.saturating_add(1);
        }
        Effect::Refund => add(&mut after.totals.refunded, amount(event, "total")?, "total")?,
        Effect::PurchaseItem => count_items(&mut after, quantity(event)?)?,
        Effect::RefundItem => count_items(&mut after, -quantity(event)?)?,
        Effect::OptIn => {
            after.opted_in = Some(true);
            set_profile(&mut after, event)?;
        }
        Effect::OptOut => after.opted_in = Some(false),
        Effect::Profile => set_profile(&mut after, event)?,
    }
    Ok(after.settled(before, now))
}

/// The amount of an attribute; nothing where it is left out, as its definition then allows.
fn amount(event: &CustomerEvent, attribute: &'static str) -> Result<Amount, EffectError> {
    let Some(value) = sent(event, attribute) else { return Ok(Amount::ZERO) };
    let amount = Amount::try_from(value).map_err(|error| EffectError::NotAnAmount { attribute, error })?;
    if amount.is_negative() { Err(EffectError::Negative { attribute }) } else { Ok(amount) }
}

/// How many items; one where it is left out.
fn quantity(event: &CustomerEvent) -> Result<i64, EffectError> {
    let attribute = "quantity";
    let Some(value) = sent(event, attribute) else { return Ok(1) };
    let whole = json::text_of(value).and_then(|text| json::scaled(text, 0).ok());
    let whole = whole.ok_or(EffectError::NotAnAmount { attribute, error: AmountError::NotANumber })?;
    let quantity: i64 = whole.parse().map_err(|_| EffectError::OutOfRange { attribute })?;
    if quantity < 0 { Err(EffectError::Negative { attribute }) } else { Ok(quantity) }
}

fn sent<'e>(event: &'e CustomerEvent, attribute: &str) -> Option<&'e Value> {
    event.attributes.get(attribute).filter(|value| !says_nothing(value))
}

fn add(to: &mut Amount, more: Amount, attribute: &'static str) -> Result<(), EffectError> {
    *to = to.checked_add(more).ok_or(EffectError::OutOfRange { attribute })?;
    Ok(())
}

fn subtract_points(customer: &mut Customer, points: Amount, effect: Effect) -> Result<(), EffectError> {
    let balance = customer.points;
    // Of a balance that is below zero nothing can still be taken.
    let is_too_much = points > balance && points > Amount::ZERO;
    if effect == Effect::SubtractPoints && is_too_much {
        return Err(EffectError::NotEnoughPoints { balance, points });
    }
    let rest = balance.checked_sub(points).ok_or(EffectError::OutOfRange { attribute: "points" })?;
    customer.points = rest;
    Ok(())
}

fn count_items(customer: &mut Customer, quantity: i64) -> Result<(), EffectError> {
    let items = customer.totals.items.checked_add(quantity);
    customer.totals.items = items.ok_or(EffectError::OutOfRange { attribute: "quantity" })?;
    Ok(())
}

fn set_profile(customer: &mut Customer, event: &CustomerEvent) -> Result<(), EffectError> {
    let of = |attribute| move |error| EffectError::List { attribute, error };
    for (name, value) in event.attributes.iter().filter(|(_, value)| !says_nothing(value)) {
        match name.as_str() {
            "labels" => {
                let more = lists::texts(value).map_err(of("labels"))?;
                let all = customer.labels.iter().cloned().chain(more);
                customer.labels = lists::sorted(all).map_err(of("labels"))?;
            }
            "external_account_numbers" => {
                let numbers = lists::texts(value).and_then(lists::unique);
                customer.external_account_numbers = numbers.map_err(of("external_account_numbers"))?;
            }
            // Attributes of such names stand in the history only.
            own if OWN_NAMES.contains(&own) => {}
            field => {
                customer.fields.insert(field.to_owned(), value.clone());
            }
        }
    }
    let size = json::weight_of_map(&customer.fields);
    if size > MAX_RECORD_BYTES { Err(EffectError::TooLarge) } else { Ok(()) }
}
