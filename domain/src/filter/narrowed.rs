use super::{Criterion, Filter};

impl Filter {
    /// What lets pass what `filter` does and meets each of `criteria`, too. What `filter` says already is not said twice.
    #[must_use]
    pub fn narrowed(filter: Option<&Self>, criteria: Vec<Criterion>) -> Option<Self> {
        let mut parts = match filter {
            None => Vec::new(),
            Some(Self::All(parts)) => parts.clone(),
            Some(other) => vec![other.clone()],
        };
        for criterion in criteria.into_iter().map(Self::Criterion) {
            if !parts.contains(&criterion) {
                parts.push(criterion);
            }
        }
        (!parts.is_empty()).then_some(Self::All(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::Operator;
    use serde_json::{Value, json};

    #[test]
    fn criteria_that_are_added_to_a_filter_have_to_be_met_beside_it() {
        let read = |value: Value| serde_json::from_value::<Filter>(value).expect("a filter");
        let (a, b) = (
            json!({"path": "body.a", "op": "exists"}),
            json!({"path": "body.b", "op": "equals", "value": 1}),
        );
        let (any, nested) = (json!({"any": [a, b]}), json!({"all": [{"any": [a, b]}, b]}));
        for (filter, expected) in [
            (None, json!({"all": [b]})),
            (Some(&a), json!({"all": [a, b]})),
            (Some(&b), json!({"all": [b]})),
            (Some(&json!({"all": [a]})), json!({"all": [a, b]})),
            (Some(&json!({"all": [b, a]})), json!({"all": [b, a]})),
            (Some(&any), nested),
        ] {
            let filter = filter.map(|filter| read(filter.clone()));
            let added = Criterion::new("body.b", Operator::Equals, json!(1));
            assert_eq!(Filter::narrowed(filter.as_ref(), vec![added]), Some(read(expected)), "{filter:?}");
        }
        assert_eq!(Filter::narrowed(None, Vec::new()), None);
    }
}
