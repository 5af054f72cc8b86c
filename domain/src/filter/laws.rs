//! What holds of every filter.

use super::tests::Body;
use super::*;
use proptest::prelude::*;

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[0-9.eE+-]{0,6}|.{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[ab]", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let path = prop_oneof![r"body[.][ab]([.][ab0*])?([.][*]|\[\])?", ".{0,10}"];
    let criterion = (path, prop::sample::select(&Operator::ALL[..]), any_json())
        .prop_map(|(path, op, value)| Filter::Criterion(Criterion::new(path, op, value)));
    criterion.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Filter::All),
            prop::collection::vec(inner, 0..4).prop_map(Filter::Any),
        ]
    })
}

proptest! {
    #[test]
    fn filters_round_trip_and_never_panic(filter in any_filter(), body in any_json()) {
        let json = serde_json::to_string(&filter).expect("JSON");
        prop_assert_eq!(&serde_json::from_str::<Filter>(&json).expect("a filter"), &filter);
        let facts = Body(body);
        prop_assert_eq!(filter.first_failure(&facts).is_none(), filter.passes(&facts));
        filter.check(INBOUND_ROOTS, "filter", &mut FieldErrors::default());
    }

    #[test]
    fn groups_follow_logic(one in any_filter(), two in any_filter(), body in any_json()) {
        let facts = Body(body);
        let (first, second) = (one.passes(&facts), two.passes(&facts));
        prop_assert_eq!(Filter::All(vec![one.clone(), one.clone()]).passes(&facts), first);
        prop_assert_eq!(Filter::All(vec![one.clone(), two.clone()]).passes(&facts), first && second);
        prop_assert_eq!(Filter::Any(vec![two, one]).passes(&facts), !(!first && !second));
        prop_assert!(Filter::All(vec![]).passes(&facts));
        prop_assert!(!Filter::Any(vec![]).passes(&facts));
    }

    #[test]
    fn negated_operators_are_opposites(path in r"body[.][ab]([.][*])?(\[\])?", value in any_json(), body in any_json()) {
        let facts = Body(body);
        for (one, two) in [(Operator::Exists, Operator::NotExists), (Operator::Equals, Operator::NotEquals)] {
            let verdict = |op| Criterion::new(path.as_str(), op, value.clone()).passes(&facts);
            prop_assert_ne!(verdict(one), verdict(two));
        }
    }
}
