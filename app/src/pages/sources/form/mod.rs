//! A source while it is edited: everything as typed, so that nothing is lost while it is not valid yet.

mod action;
mod verification;

use crate::components::filter_builder::FilterDraft;
use crate::components::json::fault;
use crate::components::mapping_editor::{MappingRow, to_mapping};
use crate::components::{of_word, word};
use crate::pages::integrations::{number, optional_number};
use domain::error::FieldErrors;
use domain::secret::SecretText;
#[cfg(any(feature = "ssr", test))]
use domain::source::SourceAction;
use domain::source::{ContentType, FilteredAnswer, ResponsePolicy, SourceConfig};
use serde_json::Value;

pub use action::{ActionChoice, PROFILE};

/// The blueprint that nothing is known of.
#[cfg(any(feature = "ssr", test))]
pub const BLANK: &str = "blank";

/// A new source as `blueprint` sets it up, of which else only this is known. The event type is that of what it
/// publishes; where the blueprint records something instead, it is not asked for and not looked at.
///
/// # Errors
/// What is wrong with any of it.
#[cfg(any(feature = "ssr", test))]
pub fn begun(
    blueprint: Option<&str>,
    name: &str,
    endpoint: &str,
    event_type: &str,
) -> Result<SourceConfig, FieldErrors> {
    let Some(blueprint) = domain::blueprint::blueprint(blueprint.unwrap_or(BLANK)) else {
        return Err(FieldErrors::of("blueprint", "there is no such blueprint"));
    };
    let mut errors = FieldErrors::default();
    let mut config = blueprint.config(name.trim(), endpoint.trim());
    if let SourceAction::PublishEvent { event_type: published } = &mut config.action {
        *published = action::read_event_type(event_type, "event_type", &mut errors);
    }
    errors.0.extend(config.check().err().unwrap_or_default().0);
    errors.into_result().map(|()| config)
}

/// `config` with a secret that was typed.
#[must_use]
pub fn with_secret(mut config: SourceConfig, secret: Option<String>) -> SourceConfig {
    if let Some(secret) = secret {
        config.verification.set_secret(Some(SecretText::new(secret)));
    }
    config
}

/// The fields, as typed; filter and mapping have drafts of their own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    /// See [`SourceConfig::name`].
    pub name: String,
    /// See [`SourceConfig::endpoint`].
    pub endpoint: String,
    /// `POST` or `PUT`.
    pub method: String,
    /// See [`SourceConfig::content_types`].
    pub content_types: Vec<ContentType>,
    /// `get`, `empty_post` or `slack_challenge`; empty for none.
    pub handshake: String,
    /// The kind of proof as its JSON names it: `none`, `header_token`, …
    pub verification: String,
    /// For header tokens.
    pub header: String,
    /// For body tokens.
    pub path: String,
    /// For Basic.
    pub username: String,
    /// For an HMAC: where it is.
    pub signature_header: String,
    /// `sha1`, `sha256` or `sha512`.
    pub algorithm: String,
    /// `hex` or `base64`.
    pub encoding: String,
    /// What stands before an HMAC; it may end in a space.
    pub prefix: String,
    /// `body`, `timestamp_dot_body` or `slack`.
    pub signed: String,
    /// Where the time that is signed is; only asked for where one is signed.
    pub timestamp_header: String,
    /// How far that time may be off, in seconds; for Stripe, too.
    pub tolerance_s: String,
    /// The token, password or secret that was typed; empty keeps the stored one.
    pub secret: String,
    /// `publish_event`, `record_event` or `upsert_item`.
    pub action: String,
    /// See [`SourceConfig::log_only`].
    pub log_only: bool,
    /// Type of the events it publishes or records; empty while none is chosen.
    pub event_type: String,
    /// The module it feeds; empty while none is chosen.
    pub module_id: String,
    /// JSON; empty for the default.
    pub success: String,
    /// 200 to 299.
    pub success_status: String,
    /// JSON; empty for the default.
    pub error: String,
    /// 400 to 599; empty for each refusal's own.
    pub error_status: String,
    /// `error` or `success`.
    pub filtered: String,
    /// Path with its root; empty for none.
    pub idempotency_key: String,
    /// Empty for no limit.
    pub per_second: String,
    /// See [`SourceConfig::blueprint`]; nobody types it.
    pub blueprint: Option<String>,
}

impl Fields {
    /// What is stored, as if typed.
    #[must_use]
    pub fn of(config: &SourceConfig) -> Self {
        let json = |value: &Option<Value>| {
            value.as_ref().and_then(|value| serde_json::to_string_pretty(value).ok()).unwrap_or_default()
        };
        let mut fields = Self {
            name: config.name.clone(),
            endpoint: config.endpoint.clone(),
            method: word(config.method),
            content_types: config.content_types.clone(),
            handshake: config.handshake.map(word).unwrap_or_default(),
            success: json(&config.response.success),
            success_status: config.response.success_status.to_string(),
            error: json(&config.response.error),
            error_status: config.response.error_status.map(|status| status.to_string()).unwrap_or_default(),
            filtered: word(config.response.filtered),
            idempotency_key: config.idempotency_key.clone().unwrap_or_default(),
            per_second: config.per_second.map(|limit| limit.to_string()).unwrap_or_default(),
            blueprint: config.blueprint.clone(),
            log_only: config.log_only,
            ..Self::default()
        };
        fields.set_action(&config.action);
        fields.set_verification(&config.verification);
        fields
    }

    /// What is meant, and what is wrong with it.
    #[must_use]
    pub fn read(&self, filter: &FilterDraft, mapping: &[MappingRow]) -> (SourceConfig, FieldErrors) {
        let mut errors = FieldErrors::default();
        let action = self.read_action(&mut errors);
        let response = self.response(&mut errors);
        let per_second = optional_number(&self.per_second, "per_second", &mut errors);
        let config = SourceConfig {
            name: self.name.trim().to_owned(),
            endpoint: self.endpoint.trim().to_owned(),
            method: of_word(&self.method),
            content_types: self.content_types.clone(),
            handshake: of_word(&self.handshake),
            verification: self.verification(&mut errors),
            filter: filter.to_filter(),
            mapping: to_mapping(mapping),
            action,
            log_only: self.log_only,
            response,
            idempotency_key: Some(self.idempotency_key.trim().to_owned()).filter(|path| !path.is_empty()),
            per_second,
            blueprint: self.blueprint.clone(),
        };
        if let Err(found) = with_secret(config.clone(), self.typed_secret()).check() {
            errors.0.extend(found.0);
        }
        (config, errors)
    }

    /// The secret that was typed.
    #[must_use]
    pub fn typed_secret(&self) -> Option<String> {
        (!self.secret.is_empty() && self.verification != "none").then(|| self.secret.clone())
    }

    /// What senders are to be answered; notes what is wrong with it.
    pub fn response(&self, errors: &mut FieldErrors) -> ResponsePolicy {
        let filtered: FilteredAnswer = of_word(&self.filtered);
        ResponsePolicy {
            success: json(&self.success, "response.success", errors),
            success_status: number(&self.success_status, "response.success_status", errors).unwrap_or(200),
            error: json(&self.error, "response.error", errors),
            error_status: optional_number(&self.error_status, "response.error_status", errors),
            filtered,
        }
    }
}

/// Reads JSON, or nothing from an empty text; notes what is wrong with it.
fn json(text: &str, field: &str, errors: &mut FieldErrors) -> Option<Value> {
    if let Some(message) = fault(text) {
        errors.add(field, message);
    }
    domain::json::parse(text.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::mapping_editor::rows_of;
    use serde_json::json;

    #[test]
    fn every_setting_survives_editing() {
        for config in [
            json!({"name": "a", "endpoint": "e", "action": {"type": "publish_event", "event_type": "a.b"}}),
            json!({"name": "b", "endpoint": "f", "method": "PUT", "verification": {"type": "header_token", "header": "x-t"},
                "filter": {"all": [{"path": "body.n", "op": "exists"}]}, "mapping": [{"from": "n", "to": "data.n"}],
                "action": {"type": "publish_event", "event_type": "a.b"},
                "response": {"success": {"ok": true}, "success_status": 202, "error": {"ok": false}, "error_status": 400, "filtered": "success"},
                "idempotency_key": "headers.x-id", "per_second": 5, "blueprint": "hmac"}),
            json!({"name": "d", "endpoint": "h", "action": {"type": "record_event", "event_type": "point_add"}}),
            json!({"name": "e", "endpoint": "i", "action": {"type": "record_event", "event_type": "profile"}}),
            json!({"name": "f", "endpoint": "j", "log_only": true,
                "action": {"type": "upsert_item", "module_id": "0196f1a4-0000-7000-8000-000000000001"}}),
            json!({"name": "c", "endpoint": "g", "content_types": ["form", "json"], "handshake": "slack_challenge",
                "action": {"type": "publish_event", "event_type": "a.b"}}),
        ] {
            let config: SourceConfig = serde_json::from_value(config).expect("a configuration");
            assert_survives(config);
        }
        for verification in [
            json!({"type": "none"}),
            json!({"type": "header_token", "header": "x-t"}),
            json!({"type": "body_token", "path": "auth.token"}),
            json!({"type": "basic", "username": "u"}),
            json!({"type": "standard_webhooks"}),
            json!({"type": "hmac", "header": "x-hub-signature-256", "algorithm": "sha512", "encoding": "base64", "prefix": "HMAC "}),
            json!({"type": "hmac", "header": "x-s", "algorithm": "sha1", "signed": "timestamp_dot_body",
                "timestamp": {"header": "x-time", "tolerance_s": 60}}),
            json!({"type": "hmac", "header": "x-s", "signed": "slack", "timestamp": {"header": "x-time"}}),
            json!({"type": "stripe", "tolerance_s": 60}),
            json!({"type": "twilio"}),
        ] {
            let verification = serde_json::from_value(verification).expect("a verification");
            assert_survives(SourceConfig { verification, ..begun(None, "a", "e", "a.b").expect("valid") });
        }
    }

    #[test]
    fn k17_every_blueprint_survives_editing() {
        for blueprint in domain::blueprint::blueprints() {
            let normal = FilterDraft::of(blueprint.source.filter.as_ref()).to_filter();
            let event_type = match &blueprint.source.action {
                SourceAction::PublishEvent { event_type } => event_type.as_str(),
                SourceAction::RecordEvent { .. } | SourceAction::UpsertItem { .. } => "not asked for",
            };
            let begun = begun(Some(blueprint.key), " Mine ", "mine", event_type).expect("valid");
            assert_eq!(begun, blueprint.config("Mine", "mine"));
            assert_survives(SourceConfig { filter: normal, ..begun });
        }
        assert!(begun(Some("unknown"), "a", "e", "a.b").is_err());
    }

    fn assert_survives(config: SourceConfig) {
        let (filter, mapping) = (FilterDraft::of(config.filter.as_ref()), rows_of(&config.mapping));
        assert_eq!(Fields::of(&config).read(&filter, &mapping), (config, FieldErrors::default()));
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let errors = begun(None, " ", "no/endpoint", "no type").expect_err("nothing of it is right");
        let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["event_type", "name", "endpoint"]);
    }

    #[test]
    fn d1_responses_that_are_no_json_are_refused_where_they_stand() {
        let stored = begun(None, "a", "e", "a.b").expect("valid");
        let fields = Fields { success: "{'ok':true}".into(), ..Fields::of(&stored) };
        let (_, errors) = fields.read(&FilterDraft::default(), &[]);
        assert_eq!(
            errors.0.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(),
            ["response.success"]
        );
    }
}
