use super::{fields, on_each, owner, source_config};
use crate::{Clock, Error, Result, Services, SignUpPolicy};
use domain::catalogue::EventDefinition;
use domain::event::EventType;
use domain::form::Form;
use domain::ids::{LookupListId, ModuleId};
use domain::lookup::LookupListDraft;
use domain::source::SourceConfig;
use serde_json::{Value, json};
use uuid::Uuid;

pub(super) fn definition(event_type: &str, attribute_type: Value) -> EventDefinition {
    let attribute = json!({"key": "part", "label": "Part", "type": attribute_type});
    let value = json!({"event_type": event_type, "name": "Visit", "attributes": [attribute]});
    serde_json::from_value(value).expect("a definition")
}

pub(super) fn form(key: &str, field_type: Value) -> Form {
    let field = json!({"key": key, "label": "Part", "type": field_type, "required": true});
    serde_json::from_value(json!({"sections": [{"title": "All", "fields": [field]}]})).expect("a form")
}

pub(super) fn list(name: &str) -> LookupListDraft {
    let value = json!({"name": name, "entries": [{"id": 4, "label": "Prime time"}]});
    serde_json::from_value(value).expect("a list")
}

fn chooses_from(list: LookupListId) -> Value {
    json!({"lookup": {"list": list}})
}

fn in_use(outcome: Result<()>) -> String {
    match outcome {
        Err(Error::InUse(what)) => what,
        other => panic!("not refused as in use: {other:?}"),
    }
}

#[tokio::test]
async fn a8_the_catalogue_has_shipped_events_changed_ones_and_own_ones() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let shipped = services.catalogue(&scope).await.expect("a catalogue");
        assert!(shipped.iter().all(|entry| entry.shipped && !entry.own));
        for event_type in ["point_add", "visit"] {
            let defined = services.define_event(&scope, None, definition(event_type, json!("string"))).await;
            assert_eq!(defined.expect("defined").shipped, event_type == "point_add");
        }
        let changed = services.catalogue(&scope).await.expect("a catalogue");
        assert_eq!(changed.len(), shipped.len() + 1);
        let own: Vec<_> = changed.iter().filter(|entry| entry.own).collect();
        let own: Vec<_> =
            own.iter().map(|entry| (entry.definition.event_type.as_str(), entry.shipped)).collect();
        assert_eq!(own, [("point_add", true), ("visit", false)]);
        for event_type in ["point_add", "visit"] {
            let event_type = EventType::new(event_type).expect("a type");
            services.forget_event(&scope, &event_type).await.expect("gone");
            let again = services.forget_event(&scope, &event_type).await;
            assert!(matches!(again, Err(Error::NotFound)), "{again:?}");
        }
        assert_eq!(services.catalogue(&scope).await.expect("a catalogue"), shipped);
    })
    .await;
}

#[tokio::test]
async fn a8_a_definition_is_changed_by_whoever_read_it() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let define = async |expected, event_type| {
            let defined =
                services.define_event(&scope, expected, definition(event_type, json!("string"))).await;
            defined.map(|entry| (entry.version, entry.own))
        };
        for event_type in ["point_add", "visit"] {
            assert!(matches!(define(Some(1), event_type).await, Err(Error::Stale)), "{event_type}");
            assert_eq!(define(Some(0), event_type).await.expect("defined"), (1, true));
            assert!(matches!(define(Some(0), event_type).await, Err(Error::Stale)), "{event_type}");
            assert_eq!(define(Some(1), event_type).await.expect("changed"), (2, true));
            assert_eq!(define(None, event_type).await.expect("changed"), (3, true));
        }
        let catalogue = services.catalogue(&scope).await.expect("a catalogue");
        let versions: Vec<_> =
            catalogue.iter().filter(|entry| entry.own).map(|entry| entry.version).collect();
        assert_eq!(versions, [3, 3]);
        assert!(catalogue.iter().all(|entry| entry.own || entry.version == 0));
    })
    .await;
}

#[tokio::test]
async fn a26_definitions_are_sound_and_at_most_200() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let needs_points = EventDefinition {
            effect: domain::catalogue::Effect::AddPoints,
            ..definition("visit", json!("string"))
        };
        assert_eq!(fields(services.define_event(&scope, None, needs_points).await), ["effect"]);
        let nowhere = definition("visit", chooses_from(LookupListId(Uuid::nil())));
        assert_eq!(fields(services.define_event(&scope, None, nowhere).await), ["attributes.0.type"]);
        for number in 0..200 {
            let own = definition(&format!("visit_{number}"), json!("string"));
            services.define_event(&scope, None, own).await.expect("defined");
        }
        let one_more = services.define_event(&scope, None, definition("visit", json!("string"))).await;
        assert_eq!(fields(one_more), ["events"]);
        services.define_event(&scope, None, definition("visit_7", json!("integer"))).await.expect("changed");
    })
    .await;
}

#[tokio::test]
async fn a8_an_event_that_a_source_records_is_not_taken_away() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let mut sources = Vec::new();
        for event_type in ["visit", "point_add"] {
            services
                .define_event(&scope, None, definition(event_type, json!("string")))
                .await
                .expect("defined");
            let action = json!({"type": "record_event", "event_type": event_type});
            let action = serde_json::from_value(action).expect("an action");
            let config = SourceConfig { action, ..source_config(event_type) };
            sources.push(services.create_source(&scope, config).await.expect("a source").id);
        }
        let visit = EventType::new("visit").expect("a type");
        let refused = in_use(services.forget_event(&scope, &visit).await);
        assert!(refused.contains("`visit`"), "{refused}");
        let shipped = EventType::new("point_add").expect("a type");
        services.forget_event(&scope, &shipped).await.expect("it is as it was shipped");
        services.archive_source(&scope, sources[0]).await.expect("archived");
        services.forget_event(&scope, &visit).await.expect("gone");
    })
    .await;
}

#[tokio::test]
async fn t29_a_lookup_list_stays_while_something_chooses_from_it() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let made = services.create_lookup_list(&scope, list("Parts")).await.expect("a list");
        let id = made.id;
        let delete = async || services.delete_lookup_list(&scope, id).await;

        let form = services.set_customer_form(&scope, Some(0), form("part", chooses_from(id))).await;
        assert_eq!(form.expect("set").version, 1);
        assert!(in_use(delete().await).contains("`Part` of the customers' form"));
        services.set_customer_form(&scope, Some(1), Form::default()).await.expect("set");

        services.define_event(&scope, None, definition("visit", chooses_from(id))).await.expect("defined");
        assert!(in_use(delete().await).contains("`Part` of the event `Visit`"));
        let visit = EventType::new("visit").expect("a type");
        services.forget_event(&scope, &visit).await.expect("gone");

        let field = json!({"key": "part", "label": "Part", "type": chooses_from(id), "path": "part"});
        let module = json!({"name": "Spots", "fields": [field]});
        let module = serde_json::from_value(module).expect("a module");
        let account = services.db().account(&scope);
        account.create_module(ModuleId(Uuid::nil()), &module, services.now()).await.expect("a module");
        assert!(in_use(delete().await).contains("`Part` of the module `Spots`"));

        let unused = services.create_lookup_list(&scope, list("Parts")).await.expect("a list").id;
        services.delete_lookup_list(&scope, unused).await.expect("nothing chooses from it");
        let left: Vec<_> =
            services.lookup_lists(&scope).await.expect("lists").into_iter().map(|list| list.id).collect();
        assert_eq!(left, [id]);
        let draft = LookupListDraft { entries: Vec::new(), ..list("Day parts") };
        let changed = services.update_lookup_list(&scope, id, Some(1), draft).await.expect("changed");
        assert_eq!((changed.version, changed.name.as_str(), changed.entries.len()), (2, "Day parts", 0));
        assert_eq!(services.lookup_list(&scope, id).await.expect("a list"), changed);
        let stale = services.update_lookup_list(&scope, id, Some(1), list("x")).await;
        assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
        assert_eq!(fields(services.create_lookup_list(&scope, list("")).await), ["name"]);
    })
    .await;
}

#[tokio::test]
async fn t24_the_customers_form_is_sound_and_changed_by_whoever_read_it() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let first = services.customer_form(&scope).await.expect("a form");
        assert_eq!((first.version, &first.form), (0, &Form::of_customers()));
        let taken = services.set_customer_form(&scope, Some(0), form("points", json!("integer"))).await;
        assert_eq!(fields(taken), ["sections.0.fields.0.key"]);
        let nowhere = form("part", chooses_from(LookupListId(Uuid::nil())));
        assert_eq!(
            fields(services.set_customer_form(&scope, Some(0), nowhere).await),
            ["sections.0.fields.0.type"]
        );
        let set = services.set_customer_form(&scope, Some(0), form("age", json!("integer"))).await;
        assert_eq!(services.customer_form(&scope).await.expect("a form"), set.expect("set"));
        let stale = services.set_customer_form(&scope, Some(0), Form::default()).await;
        assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
    })
    .await;
}
