use super::Customer;
use crate::change::{Change, diff};
use serde_json::{Map, Value, json};

/// What every customer has beside the fields of the form: no field may have such a name, so that a change's `field` and
/// a filter's path mean one thing.
pub(super) const OWN_NAMES: [&str; 15] = [
    "created_at",
    "customer",
    "external_account_numbers",
    "fields",
    "items",
    "key",
    "labels",
    "opted_in",
    "points",
    "purchases",
    "refunded",
    "spent",
    "totals",
    "updated_at",
    "version",
];

/// What makes of `before` what `after` is: first the fields by their keys, then `points`, `spent`, `purchases`, `items`,
/// `refunded`, `opted_in`, `labels` and `external_account_numbers`. Of somebody new: what is known of them.
#[must_use]
pub fn changes(before: Option<&Customer>, after: &Customer) -> Vec<Change> {
    if let Some(before) = before {
        return diff(&facts(before), &facts(after));
    }
    let nobody = Customer::new(after.key.clone(), after.created_at);
    let known = diff(&facts(&nobody), &facts(after));
    known.into_iter().map(|change| Change { from: Value::Null, ..change }).collect()
}

fn facts(customer: &Customer) -> Map<String, Value> {
    let own = json!({
        "points": customer.points,
        "spent": customer.totals.spent,
        "purchases": customer.totals.purchases,
        "items": customer.totals.items,
        "refunded": customer.totals.refunded,
        "opted_in": customer.opted_in,
        "labels": customer.labels,
        "external_account_numbers": customer.external_account_numbers,
    });
    let mut facts = customer.fields.clone();
    if let Value::Object(own) = own {
        facts.extend(own);
    }
    facts
}
