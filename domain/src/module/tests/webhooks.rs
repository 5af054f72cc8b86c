use super::*;
use crate::change::ChangedBy;
use crate::event::{Event, EventType};
use crate::filter::{EVENT_ROOTS, EventFacts, Filter};
use crate::hops::Hops;
use crate::ids::{AccountId, EventId};
use crate::subscription::SubscriptionDraft;

#[test]
fn k16_d25_an_event_carries_the_item_and_the_log_of_its_changes() {
    let item = item(json!({"address": {"city": "Bonn"}, "amount": 1}));
    let changes = [Change { field: "city".into(), from: json!(null), to: json!("Bonn") }];
    let by = ChangedBy::Source(ID.parse().expect("an id"));
    let expected = json!({
        "module": {"id": ID, "name": "Subscribers"},
        "item": {
            "id": "i-1", "title": "Ada", "fields": {"city": "Bonn", "amount": 1},
            "data": {"address": {"city": "Bonn"}, "amount": 1},
            "version": 1, "created_at": T0, "updated_at": T0,
        },
        "changes": [{"field": "city", "from": null, "to": "Bonn", "at": T1, "by": {"type": "source", "id": ID}}],
    });
    assert_eq!(item_event_data(&kept(), &item, &changes, T1, &by), expected);
}

fn activities(value: Value) -> Activities {
    serde_json::from_value(value).expect("activities")
}

fn event(event_type: &str, module: &Module, changes: &[Change]) -> Event {
    let data = item_event_data(module, &item(json!({"amount": 1})), changes, T1, &ChangedBy::Engine);
    Event {
        id: EventId::new(T1, &[0; 10]),
        account_id: AccountId::new(T0, &[0; 10]),
        event_type: EventType::new(event_type).expect("a type"),
        occurred_at: T1,
        data: serde_json::value::to_raw_value(&data).expect("JSON"),
        hops: Hops::default(),
    }
}

#[test]
fn k12_a_webhook_is_triggered_by_its_modules_activities_alone() {
    let chosen = activities(json!([{"type": "item_created"}, {"type": "field_changed", "field": "city"}]));
    assert_eq!(json!(chosen.event_types()), json!(["item.created", "item.updated"]));
    let other = Module { id: "00000000-0001-7101-8101-010101010102".parse().expect("an id"), ..kept() };
    let changed = |field: &str| vec![Change { field: field.into(), from: json!("Bonn"), to: json!(null) }];
    for (event_type, module, changes, expected) in [
        ("item.created", kept(), changed("amount"), true),
        ("item.updated", kept(), changed("city"), true),
        ("item.updated", kept(), changed("amount"), false),
        ("item.updated", kept(), vec![], false),
        ("item.deleted", kept(), vec![], false),
        ("item.created", other.clone(), vec![], false),
        ("item.updated", other, changed("city"), false),
    ] {
        let event = event(event_type, &module, &changes);
        let passes = chosen.filter(kept().id).passes(&EventFacts::of(&event));
        assert_eq!(passes, expected, "{event_type} {changes:?}");
    }
}

#[test]
fn k12_activities_are_chosen_once_and_of_fields_there_are() {
    let created = json!({"type": "item_created"});
    let field = |key: &str| json!({"type": "field_changed", "field": key});
    for (chosen, expected) in [
        (json!([created, {"type": "item_updated"}, {"type": "item_deleted"}, field("city")]), vec![]),
        (json!([field("title")]), vec![]),
        (json!([]), vec!["activities"]),
        (json!([created, created]), vec!["activities.1"]),
        (json!([field("gone")]), vec!["activities.0.field"]),
        (json!(vec![field("city"); 21]), vec!["activities"]),
    ] {
        let mut errors = FieldErrors::default();
        activities(chosen.clone()).check(&module(&json!({})), "activities", &mut errors);
        let problems: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(problems, expected, "{chosen}");
    }
    assert!(serde_json::from_value::<Activities>(json!([{"type": "item_read"}])).is_err());
}

#[test]
fn k10_a_webhooks_subscription_is_one_that_may_be_saved() {
    let twenty: Vec<_> = (0..20).map(|n| Activity::FieldChanged { field: format!("f{n}") }).collect();
    let twenty = Activities(twenty);
    let subscription = SubscriptionDraft {
        name: "CRM".to_owned(),
        event_types: twenty.event_types(),
        filter: Some(twenty.filter(kept().id)),
        integration_id: ID.parse().expect("an id"),
    };
    assert!(subscription.check().is_ok());
}

#[test]
fn k11_other_filters_are_no_activities() {
    let own = activities(json!([{"type": "item_created"}])).filter(kept().id);
    assert!(Activities::read(&own).is_some());
    for other in [
        json!({"path": "data.module.id", "op": "equals", "value": ID}),
        json!({"all": [{"path": "data.module.id", "op": "equals", "value": ID}]}),
        json!({"all": [
            {"path": "data.module", "op": "equals", "value": ID},
            {"any": [{"path": "event.type", "op": "equals", "value": "item.created"}]}
        ]}),
        json!({"all": [
            {"path": "data.module.id", "op": "equals", "value": ID},
            {"any": [{"path": "event.type", "op": "equals", "value": "order.created"}]}
        ]}),
        json!({"all": [
            {"path": "data.module.id", "op": "equals", "value": ID},
            {"any": [{"path": "event.type", "op": "not_equals", "value": "item.created"}]}
        ]}),
    ] {
        let filter = serde_json::from_value(other.clone()).expect("a filter");
        assert_eq!(Activities::read(&filter), None, "{other}");
    }
}

fn any_activity() -> impl Strategy<Value = Activity> {
    prop_oneof![
        Just(Activity::ItemCreated),
        Just(Activity::ItemUpdated),
        Just(Activity::ItemDeleted),
        "[a-z][a-z0-9_]{0,9}".prop_map(|field| Activity::FieldChanged { field }),
    ]
}

proptest! {
    #[test]
    fn k12_activities_are_read_back_from_their_filter(chosen in prop::collection::vec(any_activity(), 1..20)) {
        let (chosen, module) = (Activities(chosen), kept().id);
        let filter = chosen.filter(module);
        let kept: Filter = serde_json::from_value(json!(filter)).expect("a filter");
        prop_assert_eq!(Activities::read(&kept), Some((module, chosen)));
        let mut errors = FieldErrors::default();
        kept.check(EVENT_ROOTS, "filter", &mut errors);
        prop_assert_eq!(errors, FieldErrors::default());
    }
}
