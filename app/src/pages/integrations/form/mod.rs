//! An integration while it is edited: everything as typed, so that nothing is lost while it is not valid yet.

use crate::components::form::KeyValue;
use crate::components::{of_word, word};
use domain::error::FieldErrors;
use domain::integration::{Auth, BodyFormat, Header, Integration, IntegrationConfig, Signing};
use domain::retry::RetryPolicy;
use domain::secret::SecretText;

/// A new integration of which only the name is known.
#[must_use]
pub fn blank(name: String) -> IntegrationConfig {
    IntegrationConfig {
        name,
        kind: Default::default(),
        target_url: String::new(),
        method: Default::default(),
        action: Default::default(),
        entity: Default::default(),
        auth: Auth::None,
        headers: Vec::new(),
        body: BodyFormat::Envelope,
        timeout_ms: domain::limits::DEFAULT_TIMEOUT_MS,
        per_second: None,
        max_in_flight: domain::limits::DEFAULT_IN_FLIGHT,
        retry: RetryPolicy::Standard,
        signing: Signing::StandardWebhooks,
    }
}

/// `config` with a secret that was typed.
#[must_use]
pub fn with_secret(mut config: IntegrationConfig, secret: Option<String>) -> IntegrationConfig {
    if let Some(secret) = secret {
        config.auth.set_secret(Some(SecretText::new(secret)));
    }
    config
}

/// The fields, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    /// See [`IntegrationConfig::name`].
    pub name: String,
    /// See [`IntegrationConfig::target_url`].
    pub target_url: String,
    /// `POST` or `PUT`.
    pub method: String,
    /// Word of an `Action`.
    pub action: String,
    /// Word of an `EntityType`.
    pub entity: String,
    /// `none`, `basic`, `api_key`, `oauth2`.
    pub auth: String,
    /// For Basic.
    pub username: String,
    /// For API keys.
    pub header: String,
    /// For OAuth 2.0.
    pub client_id: String,
    /// For OAuth 2.0.
    pub token_url: String,
    /// For OAuth 2.0.
    pub scope: String,
    /// The password, key or client secret that was typed; empty keeps the stored one.
    pub secret: String,
    /// `envelope`, `json_template`, `form_template`.
    pub body: String,
    /// Of a JSON body.
    pub json_template: String,
    /// Of a form body.
    pub form_template: String,
    /// Milliseconds.
    pub timeout_ms: String,
    /// Empty for no limit.
    pub per_second: String,
    /// A number.
    pub max_in_flight: String,
    /// `standard`, `five_minutes`, `none`, `custom`.
    pub retry: String,
    /// Seconds between commas.
    pub delays: String,
    /// Whether messages are signed.
    pub is_signed: bool,
}

impl Fields {
    /// What is stored, as if typed.
    #[must_use]
    pub fn of(config: &IntegrationConfig) -> Self {
        let mut fields = Self {
            name: config.name.clone(),
            target_url: config.target_url.clone(),
            method: word(config.method),
            action: word(config.action),
            entity: word(config.entity),
            timeout_ms: config.timeout_ms.to_string(),
            per_second: config.per_second.map(|limit| limit.to_string()).unwrap_or_default(),
            max_in_flight: config.max_in_flight.to_string(),
            is_signed: config.signing == Signing::StandardWebhooks,
            ..Self::default()
        };
        fields.set_auth(&config.auth);
        fields.set_body(&config.body);
        fields.set_retry(&config.retry);
        fields
    }

    fn set_auth(&mut self, auth: &Auth) {
        self.header = "x-api-key".to_owned();
        self.auth = match auth {
            Auth::None => "none",
            Auth::Basic { username, .. } => {
                self.username.clone_from(username);
                "basic"
            }
            Auth::ApiKey { header, .. } => {
                self.header.clone_from(header);
                "api_key"
            }
            Auth::OAuth2 { client_id, token_url, scope, .. } => {
                self.client_id.clone_from(client_id);
                self.token_url.clone_from(token_url);
                self.scope.clone_from(scope);
                "oauth2"
            }
        }
        .to_owned();
    }

    fn set_body(&mut self, body: &BodyFormat) {
        self.json_template = "{\n  \"id\": \"[event.id]\",\n  \"type\": \"[event.type]\"\n}".to_owned();
        self.form_template = "id=[event.id]&type=[event.type]".to_owned();
        self.body = match body {
            BodyFormat::Envelope => "envelope",
            BodyFormat::JsonTemplate { template } => {
                self.json_template.clone_from(template);
                "json_template"
            }
            BodyFormat::FormTemplate { template } => {
                self.form_template.clone_from(template);
                "form_template"
            }
        }
        .to_owned();
    }

    fn set_retry(&mut self, retry: &RetryPolicy) {
        self.delays = "5, 60, 600".to_owned();
        self.retry = match retry {
            RetryPolicy::Custom(delays) => {
                self.delays = delays.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                "custom".to_owned()
            }
            preset => word(preset),
        };
    }

    /// What is meant, and what is wrong with it. What is no number is left at its default and noted.
    #[must_use]
    pub fn read(&self, headers: &[KeyValue]) -> (IntegrationConfig, FieldErrors) {
        let mut errors = FieldErrors::default();
        let blank = blank(self.name.trim().to_owned());
        let header = |row: &KeyValue| Header { name: row.name.trim().to_owned(), value: row.value.clone() };
        let config = IntegrationConfig {
            target_url: self.target_url.trim().to_owned(),
            method: of_word(&self.method),
            action: of_word(&self.action),
            entity: of_word(&self.entity),
            auth: self.auth(),
            headers: headers.iter().map(header).collect(),
            body: self.body(),
            timeout_ms: number(&self.timeout_ms, "timeout_ms", &mut errors).unwrap_or(blank.timeout_ms),
            per_second: optional_number(&self.per_second, "per_second", &mut errors),
            max_in_flight: number(&self.max_in_flight, "max_in_flight", &mut errors)
                .unwrap_or(blank.max_in_flight),
            retry: self.retry(&mut errors),
            signing: if self.is_signed { Signing::StandardWebhooks } else { Signing::Off },
            ..blank
        };
        let checked = with_secret(config.clone(), self.typed_secret());
        if let Err(found) = checked.check() {
            errors.0.extend(found.0);
        }
        (config, errors)
    }

    /// The secret to be stored, if any: the one that was typed. Left empty, it keeps what `stored` has of this kind;
    /// where that is nothing, the password of Basic is the empty one.
    #[must_use]
    pub fn secret_for(&self, stored: &Integration) -> Option<String> {
        let is_none_stored = !stored.auth_secret_set || Self::of(&stored.config).auth != self.auth;
        self.typed_secret().or_else(|| (self.auth == "basic" && is_none_stored).then(String::new))
    }

    fn typed_secret(&self) -> Option<String> {
        (!self.secret.is_empty() && self.auth != "none").then(|| self.secret.clone())
    }

    fn auth(&self) -> Auth {
        match self.auth.as_str() {
            "basic" => Auth::Basic { username: self.username.clone(), password: None },
            "api_key" => Auth::ApiKey { header: self.header.trim().to_owned(), value: None },
            "oauth2" => Auth::OAuth2 {
                client_id: self.client_id.trim().to_owned(),
                client_secret: None,
                token_url: self.token_url.trim().to_owned(),
                scope: self.scope.trim().to_owned(),
            },
            _ => Auth::None,
        }
    }

    fn body(&self) -> BodyFormat {
        match self.body.as_str() {
            "json_template" => BodyFormat::JsonTemplate { template: self.json_template.clone() },
            "form_template" => BodyFormat::FormTemplate { template: self.form_template.clone() },
            _ => BodyFormat::Envelope,
        }
    }

    fn retry(&self, errors: &mut FieldErrors) -> RetryPolicy {
        if self.retry != "custom" {
            return of_word(&self.retry);
        }
        let parts = self.delays.split(',').map(str::trim).filter(|part| !part.is_empty());
        RetryPolicy::Custom(parts.filter_map(|part| number(part, "retry", errors)).collect())
    }
}

/// Reads a whole number, or notes that `text` is none.
pub fn number<T: std::str::FromStr>(text: &str, field: &str, errors: &mut FieldErrors) -> Option<T> {
    let read = text.trim().parse().ok();
    if read.is_none() {
        errors.add(field, format!("`{text}` is no whole number"));
    }
    read
}

/// Reads a whole number, or nothing from an empty text.
pub fn optional_number<T: std::str::FromStr>(text: &str, field: &str, errors: &mut FieldErrors) -> Option<T> {
    if text.trim().is_empty() { None } else { number(text, field, errors) }
}

#[cfg(test)]
mod tests;
