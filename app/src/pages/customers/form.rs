//! A customer while they are edited, everything as typed.

use crate::pages::records::{as_typed, read_list, read_typed, typed_list};
use domain::customer::{Customer, CustomerDraft, edit};
use domain::error::FieldErrors;
use domain::form::{FieldType, Form};
use domain::lookup::LookupList;
use domain::record::{RecordKey, StoredCustomer};
use domain::time::Timestamp;
use serde_json::{Map, Value};

/// The fields, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    /// What senders call them; only asked for of somebody new.
    pub key: String,
    /// What the form asks for, by key, in its order.
    pub values: Vec<(String, String)>,
    /// What events set beside the form, by key, as JSON.
    pub others: Vec<(String, String)>,
    /// Between commas.
    pub labels: String,
    /// `true`, `false`, or empty where nobody said.
    pub opted_in: String,
    /// Between commas.
    pub external_account_numbers: String,
}

impl Fields {
    /// What is stored, as if typed; the empty form of somebody new.
    #[must_use]
    pub fn of(stored: Option<&StoredCustomer>, form: &Form) -> Self {
        let nothing = Map::new();
        let known = stored.map_or(&nothing, |stored| &stored.customer.fields);
        let typed = |field_type, key: &str| {
            known.get(key).map(|value| as_typed(field_type, value)).unwrap_or_default()
        };
        let values = form.fields().map(|field| (field.key.clone(), typed(field.field_type, &field.key)));
        let others = known.iter().filter(|(key, _)| form.field(key).is_none());
        let of =
            |read: fn(&Customer) -> String| stored.map(|stored| read(&stored.customer)).unwrap_or_default();
        Self {
            key: of(|customer| customer.key.to_string()),
            values: values.collect(),
            others: others.map(|(key, value)| (key.clone(), as_typed(FieldType::Json, value))).collect(),
            labels: of(|customer| typed_list(&customer.labels)),
            opted_in: of(|customer| customer.opted_in.map(|is_in| is_in.to_string()).unwrap_or_default()),
            external_account_numbers: of(|customer| typed_list(&customer.external_account_numbers)),
        }
    }

    /// What is meant.
    ///
    /// # Errors
    /// What is wrong, per field of the draft.
    pub fn read(
        &self,
        stored: Option<&StoredCustomer>,
        form: &Form,
        lookups: &[LookupList],
    ) -> Result<CustomerDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let types = |key: &str| form.field(key).map_or(FieldType::Json, |field| field.field_type);
        let mut fields = Map::new();
        for (key, text) in self.values.iter().chain(&self.others) {
            match read_typed(types(key), text) {
                Ok(Some(value)) => drop(fields.insert(key.clone(), value)),
                Ok(None) => {}
                Err(message) => {
                    errors.add(format!("fields.{key}"), message);
                    // So that a required field is not said to be empty, too.
                    fields.insert(key.clone(), Value::Bool(true));
                }
            }
        }
        let draft = CustomerDraft {
            key: RecordKey::new(self.key.as_str()).map_err(|error| errors.add("key", error.to_string())).ok(),
            fields,
            labels: read_list(&self.labels),
            opted_in: self.opted_in.parse().ok(),
            external_account_numbers: read_list(&self.external_account_numbers),
        };
        let before = stored.map(|stored| &stored.customer);
        if let Err(found) = edit(before, &draft, form, lookups, Timestamp(0)) {
            let is_new = |field: &str| errors.0.iter().all(|known| known.field != field);
            let found: Vec<_> = found.0.into_iter().filter(|error| is_new(&error.field)).collect();
            errors.0.extend(found);
        }
        errors.into_result().map(|()| draft)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn stored() -> StoredCustomer {
        let id = uuid::Uuid::nil();
        serde_json::from_value(json!({
            "id": id, "key": "c-1", "version": 3, "points": 12.5, "opted_in": true,
            "totals": {"spent": 0, "purchases": 0, "items": 0, "refunded": 0},
            "fields": {"first_name": "Ada", "zip": "007", "billing_id": 7, "tier": {"level": 2}},
            "labels": ["2024", "vip"], "external_account_numbers": ["a, b"],
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        }))
        .expect("a customer")
    }

    #[test]
    fn t27_a_customer_survives_editing() {
        let (stored, form) = (stored(), Form::of_customers());
        let fields = Fields::of(Some(&stored), &form);
        assert_eq!((fields.labels.as_str(), fields.opted_in.as_str()), ("2024, vip", "true"));
        assert_eq!(fields.others[0].0, "tier");
        let draft = fields.read(Some(&stored), &form, &[]).expect("valid");
        assert_eq!(draft.labels, stored.customer.labels);
        let after = edit(Some(&stored.customer), &draft, &form, &[], Timestamp(1)).expect("it fits");
        assert_eq!(after, stored.customer, "nothing is different");
    }

    #[test]
    fn t27_what_is_wrong_stands_beside_its_field() {
        let form = Form::of_customers();
        let mut fields = Fields::of(None, &form);
        let wrong = |fields: &Fields| -> Vec<String> {
            let errors = fields.read(None, &form, &[]).err().unwrap_or_default();
            errors.0.into_iter().map(|error| error.field).collect()
        };
        assert_eq!(wrong(&fields), ["key"]);
        fields.key = "c-2".into();
        assert!(wrong(&fields).is_empty());
        for (key, text) in &mut fields.values {
            if key == "billing_id" {
                *text = "many".into();
            }
        }
        assert_eq!(wrong(&fields), ["fields.billing_id"]);
    }
}
