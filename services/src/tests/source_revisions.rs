use super::records::definition;
use super::{fields, on_each, owner, scope_of, source_config};
use crate::{Clock, Error, Services, SignUpPolicy};
use domain::account::Role;
use domain::activity::PageRequest;
use domain::change::ChangedBy;
use domain::event::EventType;
use domain::ids::SourceId;
use domain::module::ModuleConfig;
use domain::source::{CopyDraft, Revision, RevisionCause, SourceConfig, SourceState};
use serde_json::{Value, json};
use storage::AccountScope;

async fn history(services: &Services, scope: &AccountScope, id: SourceId) -> Vec<Revision> {
    services.source_revisions(scope, id, PageRequest::default()).await.expect("a list").data
}

fn with(set: &Value) -> SourceConfig {
    let mut value = json!(source_config("orders"));
    for (name, part) in set.as_object().expect("what is set") {
        value[name.as_str()] = part.clone();
    }
    serde_json::from_value(value).expect("a source")
}

#[tokio::test]
async fn a16_the_history_of_a_source_tells_who_changed_what_and_when() {
    on_each(SignUpPolicy::Open, async |services: Services, clock: Clock| {
        let acme = owner(&services, "Acme").await;
        let (ada, machine) = (&acme.scope, &scope_of(&services, &acme, Role::Admin).await);
        let made = services.create_source(ada, source_config("orders")).await.expect("a source");
        let begun = services.now();
        clock.advance_ms(60_000);
        let mapping = json!({"mapping": [{"from": "n", "to": "data.number"}], "per_second": 5});
        services.patch_source(machine, made.id, None, mapping).await.expect("patched");
        services.activate_source(ada, made.id).await.expect("active");

        let history = history(&services, ada, made.id).await;
        let causes: Vec<_> = history.iter().map(|one| (one.number, one.cause, one.made_at, one.by)).collect();
        let (by_ada, by_machine) = (ChangedBy::from(ada.actor()), ChangedBy::from(machine.actor()));
        let later = begun.plus_ms(60_000);
        let expected = [
            (3, RevisionCause::Activated, later, by_ada),
            (2, RevisionCause::Updated, later, by_machine),
            (1, RevisionCause::Created, begun, by_ada),
        ];
        assert_eq!(causes, expected);
        let changes: Vec<_> = history.iter().map(|one| json!(one.changes)).collect();
        let expected = [
            json!([{"field": "state", "from": "inactive", "to": "active"}]),
            json!([
                {"field": "mapping.data.number", "from": null, "to": "n"},
                {"field": "per_second", "from": null, "to": 5},
            ]),
            json!([]),
        ];
        assert_eq!(changes, expected);
        let first = services.source_revision(ada, made.id, 1).await.expect("it is kept");
        assert_eq!((&first.revision, first.configuration), (&history[2], made.config));
        let missing = services.source_revision(ada, made.id, 4).await;
        assert!(matches!(missing, Err(Error::NotFound)), "{missing:?}");
    })
    .await;
}

#[tokio::test]
async fn a16_a_revision_is_restored_by_a_change_of_its_own() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let made = services.create_source(&scope, source_config("orders")).await.expect("a source");
        let set = json!({"name": "Orders", "filter": {"path": "body.n", "op": "exists"}});
        services.update_source(&scope, made.id, None, with(&set)).await.expect("changed");
        services.activate_source(&scope, made.id).await.expect("active");

        let stale = services.restore_source(&scope, made.id, 1, Some(2)).await;
        assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
        let unknown = services.restore_source(&scope, made.id, 9, Some(3)).await;
        assert!(matches!(unknown, Err(Error::NotFound)), "{unknown:?}");
        let restored = services.restore_source(&scope, made.id, 1, Some(3)).await.expect("restored");
        assert_eq!((restored.version, restored.state), (4, SourceState::Active));
        assert_eq!(restored.config, made.config);
        assert_eq!(services.source(&scope, made.id).await.expect("it is there"), restored);
        let newest = history(&services, &scope, made.id).await.remove(0);
        assert_eq!((newest.number, newest.cause), (4, RevisionCause::Restored(1)));
        let expected = json!([
            {"field": "name", "from": "Orders", "to": "orders"},
            {"field": "filter", "from": "body.n exists", "to": null},
        ]);
        assert_eq!(json!(newest.changes), expected);

        services.deactivate_source(&scope, made.id).await.expect("inactive");
        services.archive_source(&scope, made.id).await.expect("archived");
        assert_eq!(fields(services.restore_source(&scope, made.id, 2, None).await), ["state"]);
    })
    .await;
}

#[tokio::test]
async fn a16_what_a_revision_needs_and_is_gone_keeps_it_from_being_restored() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let config = ModuleConfig { name: "Orders".into(), ..ModuleConfig::default() };
        let module = services.create_module(&scope, config).await.expect("a module").id;
        let visit = definition("visit", json!("string"));
        services.define_event(&scope, None, visit).await.expect("defined");
        let feeds = with(&json!({"action": {"type": "upsert_item", "module_id": module}}));
        let made = services.create_source(&scope, feeds).await.expect("a source");
        for set in
            [json!({"action": {"type": "record_event", "event_type": "visit"}}), json!({"endpoint": "moved"})]
        {
            services.update_source(&scope, made.id, None, with(&set)).await.expect("changed");
        }
        services.delete_module(&scope, module).await.expect("deleted");
        services.forget_event(&scope, &EventType::new("visit").expect("a type")).await.expect("forgotten");
        services.update_source(&scope, made.id, None, with(&json!({}))).await.expect("it moves back");
        services
            .update_source(&scope, made.id, None, with(&json!({"endpoint": "new"})))
            .await
            .expect("and away");
        let others = services.create_source(&scope, source_config("orders")).await;
        assert_eq!(fields(others), ["endpoint"], "it stays the endpoint of who had it");

        let restore = async |number| fields(services.restore_source(&scope, made.id, number, None).await);
        assert_eq!(restore(1).await, ["action.module_id"]);
        assert_eq!(restore(2).await, ["action.event_type"]);
        for (number, endpoint) in [(3, "moved"), (4, "orders")] {
            let restored = services.restore_source(&scope, made.id, number, None).await;
            assert_eq!(restored.expect("nothing is in the way").config.endpoint, endpoint);
        }
    })
    .await;
}

#[tokio::test]
async fn a16_a_restored_source_keeps_its_secret_where_the_kind_of_verification_stays() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let header = |header: &str| json!({"verification": {"type": "header_token", "header": header, "token": "hush"}});
        let made = services.create_source(&scope, with(&header("x-a"))).await.expect("a source");
        services.update_source(&scope, made.id, None, with(&header("x-b"))).await.expect("changed");
        let restored = services.restore_source(&scope, made.id, 1, None).await.expect("restored");
        assert!(restored.verification_secret_set);
        let none = json!({"verification": {"type": "none"}});
        services.update_source(&scope, made.id, None, with(&none)).await.expect("changed");
        services.activate_source(&scope, made.id).await.expect("it needs no secret");
        assert_eq!(fields(services.restore_source(&scope, made.id, 1, None).await), ["verification.token"]);
        services.deactivate_source(&scope, made.id).await.expect("inactive");
        let restored = services.restore_source(&scope, made.id, 1, None).await.expect("restored");
        assert!(!restored.verification_secret_set, "it has to be set anew");

        let history = history(&services, &scope, made.id).await;
        assert!(!json!(history).to_string().contains("hush"));
        let replaced = &history[history.len() - 2].changes;
        let expected = json!([
            {"field": "verification.header", "from": "x-a", "to": "x-b"},
            {"field": "verification.token", "from": "***", "to": "***"},
        ]);
        assert_eq!(json!(replaced), expected);
    })
    .await;
}

#[tokio::test]
async fn a17_a_copy_is_set_up_like_its_original_and_inactive_even_of_an_archived_one() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let set = json!({
            "verification": {"type": "header_token", "header": "x-token", "token": "hush"},
            "mapping": [{"from": "n", "to": "data.number"}],
        });
        let made = services.create_source(&scope, with(&set)).await.expect("a source");
        services.activate_source(&scope, made.id).await.expect("active");
        let copy = services.copy_source(&scope, made.id, CopyDraft::default()).await.expect("a copy");
        let named = |name: &str, endpoint: &str| SourceConfig {
            name: name.into(),
            endpoint: endpoint.into(),
            ..made.config.clone()
        };
        assert_eq!((copy.state, copy.version), (SourceState::Inactive, 1));
        assert_eq!(copy.config, named("Copy of orders", "orders-copy"));
        assert!(copy.verification_secret_set);
        services.activate_source(&scope, copy.id).await.expect("it has all it needs");
        let first = history(&services, &scope, copy.id).await.pop().expect("it begins");
        assert_eq!((first.number, first.cause), (1, RevisionCause::Duplicated(made.id)));

        services.deactivate_source(&scope, made.id).await.expect("inactive");
        services.archive_source(&scope, made.id).await.expect("archived");
        let back = services.copy_source(&scope, made.id, CopyDraft::default()).await.expect("a way back");
        assert_eq!(back.config, named("Copy of orders", "orders-copy-2"));
        let draft = |name: &str, endpoint: &str| CopyDraft {
            name: Some(name.into()),
            endpoint: Some(endpoint.into()),
        };
        let chosen = services.copy_source(&scope, made.id, draft("Again", "again")).await.expect("as chosen");
        assert_eq!(chosen.config, named("Again", "again"));
        for (name, endpoint, expected) in
            [("Again", "orders", "endpoint"), ("", "x", "name"), ("A", "a b", "endpoint")]
        {
            assert_eq!(
                fields(services.copy_source(&scope, made.id, draft(name, endpoint)).await),
                [expected]
            );
        }
        let nobody = SourceId(uuid::Uuid::nil());
        let missing = services.copy_source(&scope, nobody, CopyDraft::default()).await;
        assert!(matches!(missing, Err(Error::NotFound)), "{missing:?}");
    })
    .await;
}
