//! What each server function of the console is called with, and what it needs.

use super::record_calls::record_calls;
use super::things::Things;
use axum::http::StatusCode;
use domain::account::Permission;
use serde_json::{Value, json};

/// A call of a server function in the account `acme`.
#[derive(Debug, Clone)]
pub struct Call {
    pub name: &'static str,
    pub needs: Needs,
    pub takes_json: bool,
    pub arguments: Value,
}

/// Who may call it.
#[derive(Debug, Clone, Copy)]
pub enum Needs {
    /// Everybody; strangers are answered that.
    Nothing(StatusCode),
    /// Whoever is signed in.
    Session,
    /// Members whose role has it.
    Permission(Permission),
}

impl Call {
    /// The same call with another argument.
    pub fn with(&self, argument: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.arguments[argument] = value.into();
        other
    }
}

/// One call of each, with arguments that are right for `things`.
pub fn calls(things: &Things) -> Vec<Call> {
    [door(), activity(things), configuration(things), record_calls(things), settings(things)].concat()
}

fn at_door(name: &'static str, needs: Needs, arguments: Value) -> Call {
    Call { name, needs, takes_json: false, arguments }
}

pub(super) fn form(name: &'static str, permission: Permission, arguments: Value) -> Call {
    at_door(name, Needs::Permission(permission), arguments)
}

pub(super) fn as_json(name: &'static str, permission: Permission, arguments: Value) -> Call {
    Call { takes_json: true, ..form(name, permission, arguments) }
}

/// About the account as a whole.
pub(super) fn own(name: &'static str, permission: Permission) -> Call {
    form(name, permission, json!({"slug": "acme"}))
}

/// About one thing.
pub(super) fn of(name: &'static str, permission: Permission, id: &str) -> Call {
    form(name, permission, json!({"slug": "acme", "id": id}))
}

fn door() -> Vec<Call> {
    use Needs::{Nothing, Session};
    vec![
        at_door("look_at_door", Nothing(StatusCode::OK), json!({})),
        at_door(
            "sign_in",
            Nothing(StatusCode::OK),
            json!({"email": "acme@example.com", "password": super::PASSWORD}),
        ),
        at_door(
            "sign_up",
            Nothing(StatusCode::UNPROCESSABLE_ENTITY),
            json!({"account_name": "X", "name": "X", "email": "x@example.com", "password": super::PASSWORD}),
        ),
        at_door("sign_out", Session, json!({})),
        at_door("go_home", Session, json!({})),
        at_door("list_sessions", Session, json!({})),
        at_door("revoke_session", Session, json!({"id": uuid::Uuid::nil()})),
        at_door("revoke_other_sessions", Session, json!({})),
        at_door("rename_me", Session, json!({"name": "Ada"})),
        at_door(
            "change_password",
            Session,
            json!({"current_password": super::PASSWORD, "new_password": super::PASSWORD}),
        ),
    ]
}

fn activity(things: &Things) -> Vec<Call> {
    use Permission::{EditSources, ReadActivity, ReplayRequests, RetryDeliveries};
    let Things { event, request, delivery, replay, .. } = things;
    vec![
        own("enter_account", ReadActivity),
        form("get_overview", ReadActivity, json!({"slug": "acme", "span": "hour"})),
        as_json("chart", ReadActivity, json!({"slug": "acme", "subject": "all_requests", "span": "hour"})),
        as_json(
            "list_requests",
            ReadActivity,
            json!({"slug": "acme", "filter": {"only_refused": false}, "page": {}}),
        ),
        as_json("get_request", ReadActivity, json!({"slug": "acme", "id": request})),
        of("use_as_sample", EditSources, request),
        as_json("replay_request", ReplayRequests, json!({"slug": "acme", "id": request})),
        as_json("count_replayable", ReplayRequests, json!({"slug": "acme", "filter": {}})),
        as_json("replay_requests", ReplayRequests, json!({"slug": "acme", "filter": {"only_refused": true}})),
        own("list_replays", ReadActivity),
        of("get_replay", ReadActivity, replay),
        of("stop_replay", ReplayRequests, replay),
        as_json("list_events", ReadActivity, json!({"slug": "acme", "filter": {}, "page": {}})),
        as_json("get_event", ReadActivity, json!({"slug": "acme", "id": event})),
        as_json("list_deliveries", ReadActivity, json!({"slug": "acme", "filter": {}, "page": {}})),
        as_json("get_delivery", ReadActivity, json!({"slug": "acme", "id": delivery})),
        as_json("count_retries", RetryDeliveries, json!({"slug": "acme", "filter": {}})),
        of("retry_delivery", RetryDeliveries, delivery),
        as_json("retry_deliveries", RetryDeliveries, json!({"slug": "acme", "filter": {"status": "failed"}})),
    ]
}

fn configuration(things: &Things) -> Vec<Call> {
    use Permission::{
        EditIntegrations, EditSources, EditSubscriptions, PublishEvents, ReadActivity, ReadConfiguration,
    };
    let Things { integration, source, subscription, request, .. } = things;
    let integration_config = json!({"name": "New", "target_url": "https://example.com/hook"});
    let source_config = json!({
        "name": "New", "endpoint": format!("{source}-new"),
        "action": {"type": "publish_event", "event_type": "a.b"},
    });
    let draft = json!({"event_types": ["a.*"], "integration_id": integration});
    vec![
        own("names_for_palette", ReadConfiguration),
        own("integration_names", ReadConfiguration),
        own("list_integrations", ReadConfiguration),
        of("get_integration", ReadConfiguration, integration),
        of("get_example", ReadConfiguration, integration),
        of("send_test", PublishEvents, integration),
        form("create_integration", EditIntegrations, json!({"slug": "acme", "name": "New"})),
        as_json(
            "save_integration",
            EditIntegrations,
            json!({"slug": "acme", "id": integration, "config": integration_config}),
        ),
        form(
            "move_integration",
            EditIntegrations,
            json!({"slug": "acme", "id": integration, "state": "inactive"}),
        ),
        of("rotate_secret", EditIntegrations, integration),
        of("delete_integration", EditIntegrations, integration),
        own("list_sources", ReadConfiguration),
        own("list_blueprints", ReadConfiguration),
        of("get_source", ReadConfiguration, source),
        of("get_samples", ReadActivity, source),
        form(
            "create_source",
            EditSources,
            json!({"slug": "acme", "name": "New", "endpoint": format!("{request}-new"), "event_type": "a.b"}),
        ),
        as_json("save_source", EditSources, json!({"slug": "acme", "id": source, "config": source_config})),
        of("capture_samples", EditSources, source),
        as_json(
            "list_source_revisions",
            ReadConfiguration,
            json!({"slug": "acme", "id": source, "page": {}}),
        ),
        as_json("restore_source", EditSources, json!({"slug": "acme", "id": source, "number": 1})),
        as_json("duplicate_source", EditSources, json!({"slug": "acme", "id": source, "draft": {}})),
        as_json(
            "paste_sample",
            EditSources,
            json!({"slug": "acme", "id": source, "body": "{}", "content_type": "json"}),
        ),
        form("move_source", EditSources, json!({"slug": "acme", "id": source, "state": "inactive"})),
        own("list_subscriptions", ReadConfiguration),
        of("get_subscription_form", ReadConfiguration, subscription),
        as_json(
            "save_subscription",
            EditSubscriptions,
            json!({"slug": "acme", "id": subscription, "draft": draft}),
        ),
        of("delete_subscription", EditSubscriptions, subscription),
    ]
}

fn settings(things: &Things) -> Vec<Call> {
    use Permission::{EditAccount, ManageApiKeys, ManageMembers, ReadMembers};
    let Things { api_key, member, outsider, .. } = things;
    vec![
        own("list_api_keys", ManageApiKeys),
        form("create_api_key", ManageApiKeys, json!({"slug": "acme", "name": "New", "role": "viewer"})),
        of("revoke_api_key", ManageApiKeys, api_key),
        own("list_members", ReadMembers),
        form("admit_member", ManageMembers, json!({"slug": "acme", "email": outsider, "role": "viewer"})),
        form("change_role", ManageMembers, json!({"slug": "acme", "id": member, "role": "operator"})),
        of("remove_member", ManageMembers, member),
        form("rename_account", EditAccount, json!({"slug": "acme", "name": "Acme"})),
    ]
}
