//! Criteria that the address of a source's page asks for: `?criteria={"path":"body.n","op":"equals","value":5}`, once
//! for each. They are put into the filter that is built, so they are what a link can ask for: nothing that is saved.

use domain::error::FieldErrors;
use domain::filter::{Criterion, Filter, INBOUND_ROOTS};
use domain::limits::MAX_CRITERIA;
use leptos_router::params::ParamsMap;

/// Longest criterion in an address, as JSON.
pub const MAX_ASKED_BYTES: usize = 1024;

/// The criteria that a source may have, in order; others, and those beyond what a filter may have, are left out.
pub fn criteria_in(query: &ParamsMap) -> Vec<Criterion> {
    let asked = query.get_all("criteria").unwrap_or_default().into_iter();
    let read = asked
        .filter(|text| text.len() <= MAX_ASKED_BYTES)
        .filter_map(|text| serde_json::from_str::<Criterion>(&text).ok());
    read.filter(is_askable).take(MAX_CRITERIA).collect()
}

/// Whether a source may have it.
#[must_use]
pub fn is_askable(criterion: &Criterion) -> bool {
    let mut errors = FieldErrors::default();
    Filter::Criterion(criterion.clone()).check(INBOUND_ROOTS, "filter", &mut errors);
    errors.0.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(asked: &[String]) -> Vec<Criterion> {
        let mut query = ParamsMap::new();
        for text in asked {
            query.insert("criteria", text.clone());
        }
        criteria_in(&query)
    }

    #[test]
    fn a24_an_address_asks_for_criteria_that_a_source_may_have() {
        let good = json!({"path": "body.n", "op": "equals", "value": 5});
        let bad = [
            json!({"path": "data.n", "op": "exists"}),
            json!({"path": "body.n", "op": "equals"}),
            json!({"path": "body.n", "op": "equals", "value": 5, "more": 1}),
            json!({"path": "body.n", "op": "equals", "value": "x".repeat(MAX_ASKED_BYTES)}),
            json!([good]),
        ];
        let mut asked: Vec<_> = bad.iter().map(ToString::to_string).collect();
        asked.extend(["no JSON".to_owned(), good.to_string()]);
        assert_eq!(found(&asked), [serde_json::from_value(good.clone()).expect("a criterion")]);
        assert_eq!(found(&vec![good.to_string(); MAX_CRITERIA + 1]).len(), MAX_CRITERIA);
        assert_eq!(found(&[]), []);
    }
}
