use super::changes::OWN_NAMES;
use super::{Customer, lists};
use crate::error::FieldErrors;
use crate::form::{Form, Unknown, says_nothing};
use crate::json;
use crate::limits::MAX_RECORD_BYTES;
use crate::lookup::LookupList;
use crate::record::RecordKey;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a member or a machine may say of a customer, all of it: what is left out is emptied. Points and totals come from
/// events alone.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CustomerDraft {
    /// What senders call them: needed of somebody new, and not to be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<RecordKey>,
    /// What the customers' form asks for. What events set beside it may be left there, changed and taken out, not added.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub fields: Map<String, Value>,
    /// See [`Customer::labels`].
    #[serde(default)]
    pub labels: Vec<String>,
    /// See [`Customer::opted_in`].
    #[serde(default)]
    pub opted_in: Option<bool>,
    /// See [`Customer::external_account_numbers`].
    #[serde(default)]
    pub external_account_numbers: Vec<String>,
}

impl From<Customer> for CustomerDraft {
    fn from(customer: Customer) -> Self {
        Self {
            key: Some(customer.key),
            fields: customer.fields,
            labels: customer.labels,
            opted_in: customer.opted_in,
            external_account_numbers: customer.external_account_numbers,
        }
    }
}

/// Checks a form as the one of customers: in itself, and that no field has the name of something every customer has.
///
/// # Errors
/// What is wrong, per field.
pub fn check_form(form: &Form) -> Result<(), FieldErrors> {
    let mut errors = form.check().err().unwrap_or_default();
    for (place, section) in form.sections.iter().enumerate() {
        for (field_place, field) in section.fields.iter().enumerate() {
            if OWN_NAMES.contains(&field.key.as_str()) {
                let message = format!("every customer has `{}` already", field.key);
                errors.add(format!("sections.{place}.fields.{field_place}.key"), message);
            }
        }
    }
    errors.into_result()
}

/// The customer as the draft says they are: somebody new where there was nobody `before`. The version counts one up
/// unless nothing is different.
///
/// # Errors
/// What is wrong, per field of the draft.
pub fn edit(
    before: Option<&Customer>,
    draft: &CustomerDraft,
    form: &Form,
    lookups: &[LookupList],
    now: Timestamp,
) -> Result<Customer, FieldErrors> {
    let mut errors = FieldErrors::default();
    let key = match (before, &draft.key) {
        (Some(before), Some(key)) if before.key != *key => {
            errors.add("key", "a customer's key cannot be changed");
            Some(key)
        }
        (Some(before), _) => Some(&before.key),
        (None, key) => key.as_ref(),
    };
    let fields = fields(before, draft, form, lookups, &mut errors);
    let mut note = |field: &str, error: lists::ListError| errors.add(field, error.to_string());
    let labels = lists::sorted(draft.labels.iter().cloned()).map_err(|error| note("labels", error));
    let numbers = lists::unique(draft.external_account_numbers.iter().cloned())
        .map_err(|error| note("external_account_numbers", error));
    let Some(key) = key else {
        errors.add("key", "say what senders call this customer");
        return Err(errors);
    };
    errors.into_result()?;
    let mut after = before.cloned().unwrap_or_else(|| Customer::new(key.clone(), now));
    after.fields = fields;
    after.labels = labels.unwrap_or_default();
    after.external_account_numbers = numbers.unwrap_or_default();
    after.opted_in = draft.opted_in;
    Ok(after.settled(before, now))
}

fn fields(
    before: Option<&Customer>,
    draft: &CustomerDraft,
    form: &Form,
    lookups: &[LookupList],
    errors: &mut FieldErrors,
) -> Map<String, Value> {
    let mut fields = match form.check_values(&draft.fields, lookups, Unknown::Keep) {
        Ok(fields) => fields,
        Err(wrong) => {
            errors.0.extend(wrong.under("fields").0);
            return Map::new();
        }
    };
    fields.retain(|_, value| !says_nothing(value));
    for name in fields.keys().filter(|name| form.field(name).is_none()) {
        if !before.is_some_and(|before| before.fields.contains_key(name)) {
            errors.add(format!("fields.{name}"), "the customers' form has no such field");
        }
    }
    if json::weight_of_map(&fields) > MAX_RECORD_BYTES {
        errors.add("fields", format!("use at most {} KiB in all", MAX_RECORD_BYTES / 1024));
    }
    fields
}
