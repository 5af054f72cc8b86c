use super::*;
use crate::catalogue::CustomerEvent;
use crate::change::ChangedBy;
use crate::customer::CustomerDraft;
use crate::event::EventType;
use crate::hops::Hops;
use crate::ids::{AccountId, CustomerId, EventId, ItemId, ModuleId, RequestId, SourceId};
use crate::module::{ItemDraft, Module, ModuleConfig};
use crate::time::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;

const NOW: Timestamp = Timestamp(1_790_000_000_123);

fn account() -> AccountId {
    AccountId::new(Timestamp(1), &[9; 10])
}

fn key() -> RecordKey {
    RecordKey::new("c-1").expect("a key")
}

fn module() -> Arc<Module> {
    let config: ModuleConfig = serde_json::from_value(json!({
        "name": "Subscribers", "fields": [{"key": "city", "label": "City", "type": "string", "path": "city"}],
    }))
    .expect("a module");
    let id = ModuleId::new(Timestamp(3), &[6; 10]);
    Arc::new(Module { id, version: 1, created_at: NOW, updated_at: NOW, config })
}

fn held() -> HeldRecords {
    let mut records = HeldRecords::default();
    let customer = CustomerId::new(NOW, &[1; 10]);
    records.customers.insert((account(), key()), Held::new(customer, None));
    let item = ItemId::new(NOW, &[2; 10]);
    records.items.insert((account(), module().id, key()), Held::new(item, None));
    records
}

fn cause(rules: &Rules) -> Cause<'_> {
    Cause {
        account: account(),
        rules,
        event_id: EventId::new(NOW, &[5; 10]),
        at: NOW,
        request_id: Some(RequestId::new(NOW, &[7; 10])),
        by: ChangedBy::Source(SourceId::new(Timestamp(2), &[8; 10])),
        hops: Hops::default(),
    }
}

fn said(rules: &Rules, event_type: &str, data: &Value) -> Intent {
    let event_type = EventType::new(event_type).expect("a type");
    let definition = rules.definition(&event_type).expect("it is shipped");
    let event = CustomerEvent::from_data(definition, data, &[]).expect("it fits");
    Intent::CustomerEvent { definition: Arc::clone(definition), event }
}

fn upsert(data: &Value, expected: Option<i64>) -> Intent {
    let draft: ItemDraft =
        serde_json::from_value(json!({"key": "c-1", "title": "Ada", "data": data})).expect("a draft");
    Intent::ItemUpsert { module: module(), draft, expected }
}

/// The type and the data of the event, and the record's version in its history.
fn told(happened: &Happened) -> (String, Value, i64) {
    let event = happened.event.as_ref().expect("somebody is told");
    let data = serde_json::from_str(event.data.get()).expect("JSON");
    let version = happened.history.as_ref().map_or(0, |(_, entry)| entry.version);
    (event.event_type.to_string(), data, version)
}

#[test]
fn a25_events_of_one_customer_are_carried_out_one_after_the_other() {
    let (rules, mut records) = (Rules::default(), held());
    let add = said(&rules, "point_add", &json!({"customer": "c-1", "points": "10", "reason": "visit"}));
    let first = carry_out(&add, &mut records, cause(&rules)).expect("carried out");
    let second = carry_out(&add, &mut records, cause(&rules)).expect("carried out");
    assert_eq!((first.effected, second.effected), (Effected::Created, Effected::Updated));
    let (event_type, data, version) = told(&second);
    assert_eq!((event_type.as_str(), version), ("point_add", 2));
    assert_eq!((&data["customer"]["points"], &data["attributes"]["reason"]), (&json!(20), &json!("visit")));
    let change = &data["changes"][0];
    assert_eq!(
        (&change["field"], &change["from"], &change["to"]),
        (&json!("points"), &json!(10), &json!(20))
    );
    assert_eq!((&change["at"], &change["by"]["type"]), (&json!(NOW), &json!("source")));
    let (id, entry) = second.history.expect("an entry");
    assert_eq!((id, entry.request_id), (CustomerId::new(NOW, &[1; 10]).0, cause(&rules).request_id));
    assert_eq!(entry.attributes["reason"], "visit");
}

#[test]
fn a26_a_refused_event_leaves_the_customer_as_they_were() {
    let (rules, mut records) = (Rules::default(), held());
    let take = said(&rules, "point_sub", &json!({"customer": "c-1", "points": 1}));
    let refused = carry_out(&take, &mut records, cause(&rules)).expect_err("there are none");
    assert!(refused.to_string().starts_with("points: not enough points"), "{refused}");
    assert!(records.customers.values().all(|held| held.now.is_none()));
}

#[test]
fn an_edit_that_changes_nothing_tells_nobody() {
    let (rules, mut records) = (Rules::default(), held());
    let draft = CustomerDraft { labels: vec!["vip".into()], key: Some(key()), ..CustomerDraft::default() };
    let edit = |expected| Intent::CustomerEdit { key: key(), draft: Box::new(draft.clone()), expected };
    let made = carry_out(&edit(Some(0)), &mut records, cause(&rules)).expect("carried out");
    assert_eq!(told(&made).0, "customer.created");
    let same = carry_out(&edit(Some(1)), &mut records, cause(&rules)).expect("carried out");
    assert!(same.event.is_none() && same.history.is_none() && same.effected == Effected::Unchanged);
    let again = carry_out(&edit(Some(0)), &mut records, cause(&rules)).expect_err("there is somebody");
    assert_eq!(again, Refused::Stale);
}

#[test]
fn k16_items_tell_of_their_changes_and_only_of_those() {
    let (rules, mut records) = (Rules::default(), held());
    let mut run = |intent: &Intent| carry_out(intent, &mut records, cause(&rules));
    let made = run(&upsert(&json!({"city": "Bonn"}), None)).expect("carried out");
    assert_eq!((told(&made).0.as_str(), made.effected), ("item.created", Effected::Created));
    let same = run(&upsert(&json!({"city": "Bonn"}), None)).expect("carried out");
    assert!(same.event.is_none() && same.effected == Effected::Unchanged);
    let moved = run(&upsert(&json!({"city": "Rome"}), Some(1))).expect("carried out");
    let (event_type, data, version) = told(&moved);
    assert_eq!((event_type.as_str(), version, &data["item"]["id"]), ("item.updated", 2, &json!("c-1")));
    assert_eq!(data["changes"][0]["from"], "Bonn");
    assert_eq!(run(&upsert(&json!({}), Some(1))).expect_err("old"), Refused::Stale);
    let removal = |expected| Intent::ItemRemoval { module: module(), key: key(), expected };
    assert_eq!(run(&removal(Some(1))).expect_err("old"), Refused::Stale);
    let gone = run(&removal(Some(2))).expect("carried out");
    assert_eq!((told(&gone).0.as_str(), gone.effected), ("item.deleted", Effected::Deleted));
    assert_eq!(run(&removal(None)).expect_err("gone"), Refused::NotFound);
    assert_eq!(run(&upsert(&json!({}), Some(2))).expect_err("gone"), Refused::NotFound);
}

#[test]
fn a_customer_who_is_deleted_is_told_of_by_their_key_and_somebody_new_after_that() {
    let (rules, mut records) = (Rules::default(), held());
    let id = CustomerId::new(NOW, &[1; 10]);
    let mut run = |intent: &Intent| carry_out(intent, &mut records, cause(&rules));
    let removal = |id, expected| Intent::CustomerRemoval { key: key(), id, expected };
    assert_eq!(run(&removal(id, None)).expect_err("there is nobody"), Refused::NotFound);
    let add = said(&rules, "opt_in", &json!({"customer": "c-1", "email": "ada@x.example"}));
    run(&add).expect("carried out");
    assert_eq!(run(&removal(id, Some(2))).expect_err("old"), Refused::Stale);
    let another = CustomerId::new(NOW, &[3; 10]);
    assert_eq!(run(&removal(another, Some(1))).expect_err("somebody else"), Refused::NotFound);

    let gone = run(&removal(id, Some(1))).expect("carried out");
    assert!(gone.history.is_none() && gone.effected == Effected::Deleted);
    let (event_type, data, _) = told(&gone);
    assert_eq!((event_type.as_str(), &data["customer"]), ("customer.deleted", &json!({"key": "c-1"})));
    assert_eq!(
        (&data["changes"][0]["from"], &data["changes"][0]["by"]["type"]),
        (&json!("c-1"), &json!("source"))
    );
    assert_eq!(run(&removal(id, None)).expect_err("gone"), Refused::NotFound);

    let anew = run(&add).expect("carried out");
    assert_eq!((anew.effected, told(&anew).2), (Effected::Created, 1));
    let (of, _) = anew.history.expect("an entry");
    assert_eq!(run(&removal(id, None)).expect_err("this is somebody else"), Refused::NotFound);
    let held = &records.customers[&(account(), key())];
    assert_eq!((held.gone.as_slice(), held.id.0), (&[id][..], of));
    assert_ne!(held.id, id);
}
