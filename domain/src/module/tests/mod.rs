use super::*;
use crate::change::Change;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

mod webhooks;

const T0: Timestamp = Timestamp(1_790_000_000_000);
const T1: Timestamp = Timestamp(1_790_000_060_000);
const ID: &str = "00000000-0001-7101-8101-010101010101";

fn module(changes: &Value) -> ModuleConfig {
    let mut value = json!({"name": "Subscribers", "fields": [
        {"key": "city", "label": "City", "type": "string", "path": "address.city"},
        {"key": "amount", "label": "Amount", "type": "decimal", "path": "amount"},
    ]});
    for (name, change) in changes.as_object().expect("changes are an object") {
        value[name.as_str()] = change.clone();
    }
    serde_json::from_value(value).expect("a module")
}

fn draft(data: Value) -> ItemDraft {
    serde_json::from_value(json!({"key": "i-1", "title": "Ada", "data": data})).expect("a draft")
}

fn item(data: Value) -> Item {
    match upsert(None, draft(data), &module(&json!({})), T0) {
        Ok(ItemChange::Created { item, .. }) => item,
        other => panic!("{other:?}"),
    }
}

fn log(changes: &[Change]) -> Value {
    json!(changes.iter().map(|change| json!([change.field, change.from, change.to])).collect::<Vec<_>>())
}

/// The item's data and the changes; `null` and nothing where it stays as it is.
fn updated(before: &Item, incoming: ItemDraft, module: &ModuleConfig) -> (Value, Value) {
    match upsert(Some(before), incoming, module, T1).expect("it is small") {
        ItemChange::Updated { item, changes } => {
            assert_eq!((item.version, item.created_at, item.updated_at), (before.version + 1, T0, T1));
            assert_eq!(item.fields, module.fields_of(&item.data));
            (Value::Object(item.data), log(&changes))
        }
        ItemChange::Unchanged => (json!(null), json!([])),
        other @ ItemChange::Created { .. } => panic!("{other:?}"),
    }
}

#[test]
fn k7_id_and_title_are_mapped_and_the_rest_is_data() {
    for (mapped, expected) in [
        (json!({"id": "8a", "title": "ada@x.example"}), json!(["8a", "ada@x.example", {}])),
        (
            json!({"id": 7, "title": 1.50, "email": "e", "data": {"city": "Bonn", "email": "f"}}),
            json!(["7", "1.5", {"city": "Bonn", "email": "f"}]),
        ),
        (json!({"id": "a", "title": "b", "data": [1]}), json!(["a", "b", {"data": [1]}])),
    ] {
        let draft = ItemDraft::from_mapped(&mapped).unwrap_or_else(|errors| panic!("{mapped}: {errors:?}"));
        assert_eq!(json!([draft.key, draft.title, draft.data]), expected, "{mapped}");
    }
    let long = "ä".repeat(300);
    let draft = ItemDraft::from_mapped(&json!({"id": 1, "title": long})).expect("a draft");
    assert_eq!((draft.title.len(), draft.title.ends_with("ä…")), (511, true));
}

#[test]
fn k7_an_item_without_id_or_title_is_refused() {
    let text = "a".repeat(64 * 1024);
    for (mapped, expected) in [
        (json!({}), vec!["id", "title"]),
        (json!([]), vec!["id", "title"]),
        (json!({"id": null, "title": ""}), vec!["id", "title"]),
        (json!({"id": {"a": 1}, "title": ["a"]}), vec!["id", "title"]),
        (json!({"id": "a".repeat(513), "title": "t"}), vec!["id"]),
        (json!({"id": "a\u{0}", "title": "t\u{0}"}), vec!["id"]),
        (json!({"id": 1, "title": "t\u{0}"}), vec!["title"]),
        (json!({"id": 1, "title": " "}), vec!["title"]),
        (json!({"id": 1, "title": "t", "data": {"n": {"\u{0}": 1}}}), vec!["n"]),
        (json!({"id": 1, "title": "t", "n": format!("{text}a")}), vec!["n"]),
        (json!({"id": 1, "title": "t", "n": [text, text, text, text]}), vec!["data"]),
    ] {
        let errors = ItemDraft::from_mapped(&mapped).expect_err("refused");
        let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, expected);
    }
}

#[test]
fn k8_a_new_key_makes_an_item_and_tells_all_of_it() {
    let incoming = draft(json!({"address": {"city": "Bonn", "zip": 53113}, "amount": "01.50", "new": true}));
    let change = upsert(None, incoming, &module(&json!({})), T0).expect("it is small");
    let ItemChange::Created { item, changes } = change else { panic!("{change:?}") };
    assert_eq!(Value::Object(item.fields).to_string(), r#"{"city":"Bonn","amount":1.50}"#);
    assert_eq!((item.version, item.created_at, item.updated_at), (1, T0, T0));
    let expected = json!([
        ["title", null, "Ada"],
        ["city", null, "Bonn"],
        ["amount", null, serde_json::from_str::<Value>("1.50").expect("a number")],
        ["address", null, {"city": "Bonn", "zip": 53113}],
        ["new", null, true],
    ]);
    assert_eq!(log(&changes), expected);
}

#[test]
fn k16_a_known_key_tells_what_changed() {
    let module = module(&json!({}));
    let before = item(json!({"address": {"city": "Bonn"}, "amount": 1, "tags": ["a"]}));
    for (said, data, changes) in [
        (json!({}), json!(null), json!([])),
        (json!({"amount": 1.0, "tags": ["a"]}), json!(null), json!([])),
        (json!({"amount": "1"}), json!(null), json!([])),
        (
            json!({"amount": 2}),
            json!({"address": {"city": "Bonn"}, "amount": 2, "tags": ["a"]}),
            json!([["amount", 1, 2]]),
        ),
        (
            json!({"address": {"city": "Rome"}}),
            json!({"address": {"city": "Rome"}, "amount": 1, "tags": ["a"]}),
            json!([["city", "Bonn", "Rome"], ["address", {"city": "Bonn"}, {"city": "Rome"}]]),
        ),
        (
            json!({"amount": null, "more": 7}),
            json!({"address": {"city": "Bonn"}, "amount": null, "tags": ["a"], "more": 7}),
            json!([["more", null, 7], ["amount", 1, null]]),
        ),
        (
            json!({"amount": "many"}),
            json!({"address": {"city": "Bonn"}, "amount": "many", "tags": ["a"]}),
            json!([["data.amount", null, "many"], ["amount", 1, null]]),
        ),
    ] {
        assert_eq!(updated(&before, draft(said.clone()), &module), (data, changes), "{said}");
    }
    let renamed = ItemDraft { title: "Ada L.".to_owned(), ..draft(json!({})) };
    assert_eq!(updated(&before, renamed, &module).1, json!([["title", "Ada", "Ada L."]]));
}

#[test]
fn k9_a_field_added_later_is_read_from_the_data_and_is_no_change_of_the_item() {
    let more = module(&json!({"fields": [
        {"key": "zip", "label": "Zip", "type": "string", "path": "address.zip"},
        {"key": "part", "label": "Day part", "type": {"lookup": {"list": ID}}, "path": "part"},
    ]}));
    let before = item(json!({"address": {"zip": 53113}, "part": "4"}));
    assert_eq!(before.fields, Map::new());
    let change = upsert(Some(&before), draft(json!({})), &more, T1).expect("it is small");
    let ItemChange::Updated { item, changes } = change else { panic!("{change:?}") };
    assert_eq!((Value::Object(item.fields.clone()), changes), (json!({"zip": "53113", "part": 4}), vec![]));
    assert_eq!(upsert(Some(&item), draft(json!({})), &more, T1), Ok(ItemChange::Unchanged));
}

#[test]
fn k8_items_are_bounded_however_many_messages_they_are_made_of() {
    let text = "a".repeat(60_000);
    let before = item(json!({"a": text, "b": text, "c": text}));
    let over = upsert(Some(&before), draft(json!({"d": text, "e": text})), &module(&json!({})), T1);
    assert_eq!(over.map_err(|errors| errors.0[0].field.clone()), Err("data".to_owned()));
    let field = |key: &str| json!({"key": key, "label": "A", "type": "string", "path": "a"});
    let copies = module(&json!({"fields": (["a", "b", "c", "d", "e"].map(field))}));
    assert!(upsert(None, draft(json!({"a": text})), &copies, T0).is_err(), "fields repeat it five times");
}

#[test]
fn d28_items_are_found_by_key_title_and_fields() {
    let item = item(json!({"address": {"city": "Bonn"}, "amount": 1.5, "other": "x"}));
    let terms = item.search_terms();
    let found: Vec<_> = terms.iter().map(|term| (term.field.as_str(), term.value.as_str())).collect();
    assert_eq!(found, [("key", "i-1"), ("title", "ada"), ("city", "bonn"), ("amount", "1.5")]);
}

#[test]
fn k8_k9_checks_name_the_field() {
    let field = |key: &str, path: &str, field_type: &str| json!({"key": key, "label": "A", "type": field_type, "path": path});
    let fields = json!([field("n", "n", "integer"), field("t", "t", "datetime"), field("l", "l", "json")]);
    let metric = |kind: Value| json!({"fields": fields, "metrics": [{"name": "M", "kind": kind}]});
    let of = |kind: &str, field: &str| metric(json!({"type": kind, "field": field}));
    for (changes, expected) in [
        (json!({}), vec![]),
        (json!({"name": ""}), vec!["name"]),
        (json!({"fields": [field("a", "", "json")]}), vec!["fields.0.path"]),
        (json!({"fields": [field("a", "a..b", "json")]}), vec!["fields.0.path"]),
        (json!({"fields": [field("a", &"a".repeat(513), "json")]}), vec!["fields.0.path"]),
        (json!({"fields": [field("title", "a", "json")]}), vec!["fields.0.key"]),
        (json!({"fields": [field("a", "a", "json"), field("a", "b", "json")]}), vec!["fields.1.key"]),
        (json!({"fields": vec![field("a", "a", "json"); 201]}), vec!["fields"]),
        (metric(json!({"type": "count"})), vec![]),
        (of("sum", "n"), vec![]),
        (of("average", "t"), vec!["metrics.0.kind"]),
        (of("min", "n"), vec![]),
        (of("max", "t"), vec!["metrics.0.kind"]),
        (of("count_by", "t"), vec![]),
        (of("count_by", "l"), vec!["metrics.0.kind"]),
        (of("sum", "gone"), vec!["metrics.0.kind"]),
        (
            json!({"metrics": vec![json!({"name": "M", "kind": {"type": "count"}}); 2]}),
            vec!["metrics.1.name"],
        ),
        (json!({"metrics": vec![json!({"name": "M", "kind": {"type": "count"}}); 51]}), vec!["metrics"]),
    ] {
        let errors = module(&changes).check().err().unwrap_or_default();
        let problems: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(problems, expected, "{changes}");
    }
    for wrong in [
        json!({"name": "A", "x": 1}),
        json!({"name": "A", "metrics": [{"name": "M", "kind": {"type": "sum"}}]}),
        json!({"name": "A", "metrics": [{"name": "M", "kind": {"type": "sum", "field": "n", "x": 1}}]}),
        json!({"name": "A", "fields": [{"key": "a", "label": "A", "type": "json", "path": "a", "x": 1}]}),
    ] {
        assert!(serde_json::from_value::<ModuleConfig>(wrong.clone()).is_err(), "{wrong}");
    }
}

fn kept() -> Module {
    let config = module(&json!({}));
    Module { id: ID.parse().expect("an id"), version: 3, created_at: T0, updated_at: T1, config }
}

#[test]
fn modules_round_trip_with_their_settings_beside_the_rest() {
    let value = json!(kept());
    assert_eq!((&value["name"], &value["version"]), (&json!("Subscribers"), &json!(3)));
    assert_eq!(serde_json::from_value::<Module>(value).ok(), Some(kept()));
}

fn any_data() -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        Just(json!(null)),
        (0..3_i64).prop_map(Value::from),
        "[a1]{0,2}".prop_map(Value::from),
        "[a1]".prop_map(|city| json!({"city": city})),
    ];
    prop::collection::btree_map("address|amount|id|title|x", value, 0..4).prop_map(|map| json!(map))
}

proptest! {
    #[test]
    fn k16_the_same_message_again_changes_nothing(first in any_data(), second in any_data()) {
        let module = module(&json!({}));
        let before = item(first);
        match upsert(Some(&before), draft(second.clone()), &module, T1).expect("it is small") {
            ItemChange::Updated { item, changes } => {
                prop_assert!(!changes.is_empty());
                prop_assert_eq!(upsert(Some(&item), draft(second), &module, T1), Ok(ItemChange::Unchanged));
            }
            change => prop_assert_eq!(change, ItemChange::Unchanged),
        }
    }
}
