//! What each server function about customers, modules and what is decided about them is called with.

use super::server_calls::{Call, as_json, form, of, own};
use super::things::{Things, customer_form};
use domain::account::Permission;
use serde_json::{Value, json};

/// One call of each.
pub fn record_calls(things: &Things) -> Vec<Call> {
    [customers(things), modules(things), webhooks(things), data_sources(things), decided(things)].concat()
}

/// About one thing, as JSON.
fn about(name: &'static str, permission: Permission, id: &str, rest: Value) -> Call {
    let mut arguments = json!({"slug": "acme", "id": id});
    for (key, value) in rest.as_object().expect("named arguments") {
        arguments[key] = value.clone();
    }
    as_json(name, permission, arguments)
}

fn customers(things: &Things) -> Vec<Call> {
    use Permission::{EditRecords, ReadConfiguration, ReadRecords};
    let Things { customer, note, .. } = things;
    vec![
        as_json("list_customers", ReadRecords, json!({"slug": "acme", "search": {}, "page": {}})),
        own("get_form_of_customers", ReadConfiguration),
        own("list_event_names", ReadConfiguration),
        about("get_customer", ReadRecords, customer, json!({})),
        about("get_customer_history", ReadRecords, customer, json!({"page": {}})),
        about("list_notes", ReadRecords, customer, json!({"page": {}})),
        about("save_customer", EditRecords, customer, json!({"draft": {"labels": ["vip"]}})),
        form("add_note", EditRecords, json!({"slug": "acme", "id": customer, "text": "Called back."})),
        form("delete_note", EditRecords, json!({"slug": "acme", "id": customer, "note": note})),
        about("delete_customer", EditRecords, customer, json!({})),
    ]
}

fn modules(things: &Things) -> Vec<Call> {
    use Permission::{EditModules, EditRecords, ReadConfiguration, ReadRecords};
    let Things { module, item, .. } = things;
    vec![
        own("list_modules", ReadConfiguration),
        about("get_module", ReadConfiguration, module, json!({})),
        about("get_module_form", ReadRecords, module, json!({})),
        about("get_module_metrics", ReadRecords, module, json!({})),
        about("list_items", ReadRecords, module, json!({"search": {}, "page": {}})),
        about("get_item", ReadRecords, module, json!({"item": item})),
        about("get_item_history", ReadRecords, module, json!({"item": item, "page": {}})),
        about("get_item_form", ReadConfiguration, module, json!({})),
        about(
            "save_item",
            EditRecords,
            module,
            json!({"item": item, "draft": {"key": "1", "title": "Other"}}),
        ),
        about("delete_item", EditRecords, module, json!({"item": item})),
        form("create_module", EditModules, json!({"slug": "acme", "name": "New"})),
        about("save_module", EditModules, module, json!({"config": {"name": "New"}})),
        of("delete_module", EditModules, module),
    ]
}

fn webhooks(things: &Things) -> Vec<Call> {
    use Permission::{EditModules, ReadConfiguration, ReadRecords};
    let Things { module, webhook, .. } = things;
    let draft = json!({"name": "New", "url": super::NOWHERE, "activities": [{"type": "item_created"}]});
    vec![
        about("list_module_webhooks", ReadConfiguration, module, json!({})),
        about("get_webhook_form", ReadConfiguration, module, json!({"webhook": webhook})),
        about("get_webhook_example", ReadRecords, module, json!({})),
        about("test_webhook_draft", EditModules, module, json!({"draft": draft})),
        about("save_module_webhook", EditModules, module, json!({"webhook": webhook, "draft": draft})),
        about("delete_module_webhook", EditModules, module, json!({"webhook": webhook})),
    ]
}

fn data_sources(things: &Things) -> Vec<Call> {
    use Permission::{EditModules, ReadConfiguration};
    let Things { data_source, .. } = things;
    vec![
        own("list_data_sources", ReadConfiguration),
        own("list_senders", ReadConfiguration),
        about("get_data_source", ReadConfiguration, data_source, json!({})),
        form("create_data_source", EditModules, json!({"slug": "acme", "name": "New", "sender": "blank"})),
        about("finish_data_source", EditModules, data_source, json!({"id_path": "id", "title_path": "name"})),
    ]
}

fn decided(things: &Things) -> Vec<Call> {
    use Permission::{EditCatalogue, ReadConfiguration};
    let Things { lookup_list, .. } = things;
    let visit = json!({"event_type": "store_visit", "name": "Store visit"});
    let named = |event_type: &str| json!({"slug": "acme", "event_type": event_type});
    vec![
        own("list_catalogue", ReadConfiguration),
        as_json("get_definition", ReadConfiguration, named("point_add")),
        as_json("save_definition", EditCatalogue, json!({"slug": "acme", "definition": visit})),
        as_json("forget_definition", EditCatalogue, named("visit")),
        own("get_customer_form", ReadConfiguration),
        as_json("save_customer_form", EditCatalogue, json!({"slug": "acme", "form": customer_form()})),
        own("list_lookup_lists", ReadConfiguration),
        of("get_lookup_list", ReadConfiguration, lookup_list),
        about("save_lookup_list", EditCatalogue, lookup_list, json!({"draft": {"name": "New"}})),
        of("delete_lookup_list", EditCatalogue, lookup_list),
    ]
}
