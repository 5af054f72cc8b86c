use super::{fields, on_each, owner, source_config};
use crate::{Clock, Error, Services, SignUpPolicy};
use domain::module::{Module, ModuleConfig};
use domain::source::SourceConfig;
use serde_json::{Value, json};
use storage::AccountScope;
use uuid::Uuid;

pub(super) fn config(name: &str, fields: &[&str]) -> ModuleConfig {
    let field = |key: &&str| json!({"key": key, "label": key, "type": "string", "path": key});
    let fields: Vec<_> = fields.iter().map(field).collect();
    serde_json::from_value(json!({"name": name, "fields": fields})).expect("a module")
}

pub(super) async fn add_module(services: &Services, scope: &AccountScope) -> Module {
    services.create_module(scope, config("Subscribers", &["city"])).await.expect("a module")
}

#[tokio::test]
async fn modules_are_made_changed_in_whole_or_in_part_and_deleted() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let made = add_module(&services, &scope).await;
        let patch = json!({"name": "Readers", "metrics": [{"name": "All", "kind": {"type": "count"}}]});
        let patched = services.patch_module(&scope, made.id, Some(1), patch).await.expect("patched");
        assert_eq!((patched.version, patched.config.name.as_str()), (2, "Readers"));
        assert_eq!(patched.config.fields, made.config.fields);
        let stale = services.update_module(&scope, made.id, Some(1), made.config.clone()).await;
        assert!(matches!(stale, Err(Error::Stale)));
        let without = services.patch_module(&scope, made.id, None, json!({"fields": [{"key": "Id"}]})).await;
        assert_eq!(fields(without), [""]);
        assert_eq!(fields(services.create_module(&scope, config(" ", &[])).await), ["name"]);
        let doubled = services.update_module(&scope, made.id, None, config("New", &["a", "a"])).await;
        assert_eq!(fields(doubled), ["fields.1.key"]);
        assert_eq!(services.list_modules(&scope).await.expect("a list"), [patched]);
        services.delete_module(&scope, made.id).await.expect("deleted");
        assert!(matches!(services.module(&scope, made.id).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a8_a_sources_action_names_an_event_of_the_catalogue_or_a_module() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let (scope, other) = (owner(&services, "Acme").await.scope, owner(&services, "Other").await.scope);
        let (module, theirs) =
            (add_module(&services, &scope).await.id, add_module(&services, &other).await.id);
        let with = |action: Value| {
            let mapping = json!([{"from": "id", "to": "id"}, {"from": "name", "to": "title"}]);
            let mapping = if action["type"] == "upsert_item" {
                mapping
            } else {
                json!([{"from": "id", "to": "customer"}])
            };
            let action = serde_json::from_value(action).expect("an action");
            let mapping = serde_json::from_value(mapping).expect("a mapping");
            SourceConfig { action, mapping, ..source_config("feed") }
        };
        let unknown = [
            (json!({"type": "upsert_item", "module_id": theirs}), "action.module_id"),
            (json!({"type": "upsert_item", "module_id": Uuid::nil()}), "action.module_id"),
            (json!({"type": "record_event", "event_type": "no_such_event"}), "action.event_type"),
        ];
        for (action, field) in &unknown {
            assert_eq!(fields(services.create_source(&scope, with(action.clone())).await), [*field]);
        }
        let shipped = with(json!({"type": "record_event", "event_type": "point_add"}));
        let source = services.create_source(&scope, shipped).await.expect("it is shipped");
        let feed = with(json!({"type": "upsert_item", "module_id": module}));
        services.update_source(&scope, source.id, None, feed).await.expect("it is there");
        for (action, field) in unknown {
            let patched = services.patch_source(&scope, source.id, None, json!({"action": action})).await;
            assert_eq!(fields(patched), [field]);
        }
        let refused = services.delete_module(&scope, module).await;
        assert!(matches!(refused, Err(Error::InUse(_))), "{refused:?}");
        services.archive_source(&scope, source.id).await.expect("archived");
        services.delete_module(&scope, module).await.expect("nothing needs it");
    })
    .await;
}
