use super::customers::customer;
use super::records::{definition, form, list};
use super::{draft, integration_config, on_each, owner, scope_of, source_config};
use crate::{Clock, Error, Services, SignUpPolicy};
use domain::account::{Permission, Role};
use domain::activity::{PageRequest, RequestFilter};
use domain::customer::NoteDraft;
use domain::event::EventType;
use domain::ids::{
    ApiKeyId, CustomerId, IntegrationId, ItemId, LookupListId, ModuleId, NoteId, ReplayId, RequestId,
    SourceId, SubscriptionId, UserId,
};
use domain::module::{Activities, ItemDraft, ModuleConfig, ModuleWebhookDraft};
use domain::record::RecordSearch;
use domain::source::CopyDraft;
use serde_json::json;
use uuid::Uuid;

/// Each call with the permission it takes; `Forbidden` without it, anything else with it.
macro_rules! assert_needs {
    ($scope:ident, $($permission:ident: $($call:expr),+;)+) => {$($(
        let outcome = $call.await;
        let is_forbidden = matches!(outcome, Err(Error::Forbidden(Permission::$permission)));
        let role = $scope.role();
        assert_eq!(is_forbidden, !role.allows(Permission::$permission), "{role:?}: {}", stringify!($call));
    )+)+};
}

#[tokio::test]
async fn h3_every_role_may_do_what_the_table_says() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let acme = owner(&services, "Acme").await;
        for role in Role::ALL {
            let scope = scope_of(&services, &acme, role).await;
            let (s, scope) = (&services, &scope);
            let (integration, source) = (IntegrationId(Uuid::nil()), SourceId(Uuid::nil()));
            let (subscription, request) = (SubscriptionId(Uuid::nil()), RequestId(Uuid::nil()));
            let config = || integration_config("Orders", json!({"type": "none"}));
            assert_needs!(scope,
                ReadConfiguration:
                    s.list_integrations(scope), s.integration(scope, integration),
                    s.account(scope), s.integration_links(scope, integration), s.list_sources(scope, None), s.source(scope, source),
                    s.source_revisions(scope, source, PageRequest::default()), s.source_revision(scope, source, 1),
                    s.list_subscriptions(scope), s.subscription(scope, subscription);
                EditIntegrations:
                    s.create_integration(scope, config()), s.update_integration(scope, integration, None, config()),
                    s.patch_integration(scope, integration, None, json!({})),
                    s.activate_integration(scope, integration), s.deactivate_integration(scope, integration),
                    s.rotate_signing_secret(scope, integration), s.delete_integration(scope, integration);
                EditSources:
                    s.create_source(scope, source_config(role.as_str())),
                    s.update_source(scope, source, None, source_config("x")),
                    s.patch_source(scope, source, None, json!({})), s.activate_source(scope, source),
                    s.deactivate_source(scope, source), s.archive_source(scope, source),
                    s.restore_source(scope, source, 1, None),
                    s.copy_source(scope, source, CopyDraft::default()),
                    s.use_as_sample(scope, request),
                    s.open_capture_window(scope, source), s.paste_sample(scope, source, "{}", Vec::new());
                ReadActivity:
                    s.samples(scope, source), s.review_request(scope, request);
                EditSubscriptions:
                    s.create_subscription(scope, draft(integration)),
                    s.update_subscription(scope, subscription, None, draft(integration)),
                    s.patch_subscription(scope, subscription, None, json!({})),
                    s.delete_subscription(scope, subscription);
                ManageApiKeys:
                    s.list_api_keys(scope), s.create_api_key(scope, "x", Role::Viewer),
                    s.revoke_api_key(scope, ApiKeyId(Uuid::nil()));
                ReadMembers:
                    s.list_members(scope);
                ManageMembers:
                    s.admit_member(scope, "nobody@example.com", Role::Admin),
                    s.change_role(scope, UserId(Uuid::nil()), Role::Viewer),
                    s.remove_member(scope, UserId(Uuid::nil()));
                ChangeOwners:
                    s.admit_member(scope, "nobody@example.com", Role::Owner),
                    s.change_role(scope, UserId(Uuid::nil()), Role::Owner);
                EditAccount:
                    s.rename_account(scope, "Acme");
            );
        }
    })
    .await;
}

#[tokio::test]
async fn h3_every_role_may_do_with_customers_what_the_table_says() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let acme = owner(&services, "Acme").await;
        for role in Role::ALL {
            let scope = scope_of(&services, &acme, role).await;
            let (s, scope, page) = (&services, &scope, PageRequest::default());
            let (id, note, list_id) = (CustomerId(Uuid::nil()), NoteId(Uuid::nil()), LookupListId(Uuid::nil()));
            let (search, visit) = (RecordSearch::default(), EventType::new("visit").expect("a type"));
            assert_needs!(scope,
                ReadRecords:
                    s.list_customers(scope, &search, page), s.customer(scope, id),
                    s.history_of_customer(scope, id, None, page), s.notes(scope, id, page);
                EditRecords:
                    // Neither comes as far as what commits, which nothing runs here.
                    s.create_customer(scope, customer(json!({}))),
                    s.update_customer(scope, id, None, customer(json!({}))), s.delete_customer(scope, id, None),
                    s.add_note(scope, id, NoteDraft { text: "x".into() }), s.delete_note(scope, id, note);
                ReadConfiguration:
                    s.catalogue(scope), s.customer_form(scope), s.lookup_lists(scope),
                    s.lookup_list(scope, list_id);
                EditCatalogue:
                    s.define_event(scope, None, definition("visit", json!("string"))), s.forget_event(scope, &visit),
                    s.set_customer_form(scope, None, form("age", json!("integer"))),
                    s.create_lookup_list(scope, list("Parts")),
                    s.update_lookup_list(scope, list_id, None, list("Parts")),
                    s.delete_lookup_list(scope, list_id);
            );
        }
    })
    .await;
}

#[tokio::test]
async fn h3_every_role_may_do_with_modules_what_the_table_says() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let acme = owner(&services, "Acme").await;
        let module = ModuleId(Uuid::nil());
        let (item, webhook) = (ItemId(Uuid::nil()), SubscriptionId(Uuid::nil()));
        let (all, page) = (RecordSearch::default(), PageRequest::default());
        let config = || ModuleConfig { name: "Orders".into(), ..ModuleConfig::default() };
        let draft: ItemDraft = serde_json::from_value(json!({"key": "1", "title": "x"})).expect("a draft");
        let draft = || draft.clone();
        let url = || ModuleWebhookDraft { name: "x".into(), url: "x".into(), activities: Activities::default() };
        for role in Role::ALL {
            let scope = scope_of(&services, &acme, role).await;
            let (s, scope) = (&services, &scope);
            assert_needs!(scope,
                ReadConfiguration:
                    s.list_modules(scope), s.module(scope, module), s.module_webhooks(scope, module),
                    s.module_webhook(scope, module, webhook);
                ReadRecords:
                    s.list_items(scope, module, &all, page), s.item(scope, module, item),
                    s.history_of_item(scope, module, item, page), s.metrics(scope, module, 30),
                    s.module_webhook_example(scope, module, None);
                EditRecords:
                    s.create_item(scope, module, draft()), s.update_item(scope, module, item, None, draft()),
                    s.delete_item(scope, module, item, None);
                EditModules:
                    s.create_module(scope, config()), s.update_module(scope, module, None, config()),
                    s.patch_module(scope, module, None, json!({})), s.delete_module(scope, module),
                    s.create_module_webhook(scope, module, url()), s.test_module_webhook(scope, module, url()),
                    s.update_module_webhook(scope, module, webhook, None, url()),
                    s.delete_module_webhook(scope, module, webhook);
            );
        }
    })
    .await;
}

#[tokio::test]
async fn h3_every_role_may_replay_as_the_table_says() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let acme = owner(&services, "Acme").await;
        let (request, replay) = (RequestId(Uuid::nil()), ReplayId(Uuid::nil()));
        for role in Role::ALL {
            let scope = scope_of(&services, &acme, role).await;
            let (s, scope) = (&services, &scope);
            assert_needs!(scope,
                ReadActivity:
                    s.replays(scope, PageRequest::default()), s.replay(scope, replay);
                ReplayRequests:
                    s.replay_request(scope, request), s.count_replayable(scope, RequestFilter::default()),
                    s.replay_requests(scope, RequestFilter::default()), s.stop_replay(scope, replay);
            );
        }
    })
    .await;
}

#[tokio::test]
async fn h3_nobody_makes_a_key_above_their_own_role() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let acme = owner(&services, "Acme").await;
        let admin = scope_of(&services, &acme, Role::Admin).await;
        for (role, may) in
            [(Role::Owner, false), (Role::Admin, true), (Role::Operator, true), (Role::Viewer, true)]
        {
            let made = services.create_api_key(&admin, "x", role).await;
            assert_eq!(made.is_ok(), may, "{role:?}: {made:?}");
        }
        assert!(services.create_api_key(&acme.scope, "x", Role::Owner).await.is_ok());
    })
    .await;
}

/// Would not compile if the doors could not await these on their threads.
#[tokio::test]
async fn use_cases_can_be_awaited_on_any_thread() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let acme = owner(&services, "Acme").await;
        let done = tokio::spawn(async move {
            let source = services.create_source(&acme.scope, source_config("orders")).await?;
            services.patch_source(&acme.scope, source.id, None, json!({"name": "New"})).await?;
            services.activate_source(&acme.scope, source.id).await?;
            let config = integration_config("Orders", json!({"type": "none"}));
            let integration = services.create_integration(&acme.scope, config).await?.integration;
            services.patch_integration(&acme.scope, integration.id, None, json!({"name": "New"})).await?;
            services.activate_integration(&acme.scope, integration.id).await?;
            let subscription = services.create_subscription(&acme.scope, draft(integration.id)).await?;
            services.patch_subscription(&acme.scope, subscription.id, None, json!({"name": "New"})).await
        });
        assert_eq!(done.await.expect("the task ends").expect("it is done").name, "New");
    })
    .await;
}
