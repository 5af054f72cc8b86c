//! What may be set and is better set otherwise. A warning stands beside a configuration and keeps nobody from saving it.

use crate::integration::{Auth, IntegrationConfig, Signing};
use crate::own_networks::OwnNetworks;
use crate::source::{SourceConfig, Verification};
use serde::Serialize;
use url::Url;

/// Something that may be set and is better set otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Warning {
    /// What it is about.
    pub code: WarningCode,
    /// A sentence or two for a person.
    pub message: &'static str,
    /// Dotted path of the field in the JSON form: `auth.token_url`.
    pub path: &'static str,
}

/// What a warning is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WarningCode {
    /// Nothing proves who sends (D11).
    NoAuthentication,
    /// What is sent can be read on its way (D22).
    UnencryptedTarget,
}

impl SourceConfig {
    /// What may be set and is better set otherwise.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let is_open = self.verification == Verification::None;
        let message = "Verification: none. Whoever knows the URL may send.";
        let warning = Warning { code: WarningCode::NoAuthentication, message, path: "verification" };
        is_open.then_some(warning).into_iter().collect()
    }
}

impl IntegrationConfig {
    /// What may be set and is better set otherwise. What stays in the operator's `own` networks may be readable there.
    #[must_use]
    pub fn warnings(&self, own: &OwnNetworks) -> Vec<Warning> {
        let target = is_readable(&self.target_url, own).then_some(Warning {
            code: WarningCode::UnencryptedTarget,
            message: "This target is http: messages travel readable for everybody on the way. Use https unless it \
                      is your own network.",
            path: "target_url",
        });
        target.into_iter().chain(of_auth(&self.auth, self.signing, own)).collect()
    }

    /// As much of `own` as [`Self::warnings`] of this configuration needs.
    #[must_use]
    pub fn own_hosts(&self, own: &OwnNetworks) -> OwnNetworks {
        let token_url = match &self.auth {
            Auth::OAuth2 { token_url, .. } => Some(token_url.as_str()),
            _ => None,
        };
        own.narrowed_to(token_url.into_iter().chain([self.target_url.as_str()]))
    }
}

fn of_auth(auth: &Auth, signing: Signing, own: &OwnNetworks) -> Option<Warning> {
    let none = |message| Warning { code: WarningCode::NoAuthentication, message, path: "auth" };
    match (auth, signing) {
        (Auth::None, Signing::StandardWebhooks) => Some(none(
            "Authentication: none. The receiver can only tell by the signature that a message is from you.",
        )),
        (Auth::None, Signing::Off) => {
            Some(none("Authentication: none. The receiver cannot tell whether a message is from you."))
        }
        (Auth::OAuth2 { token_url, .. }, _) if is_readable(token_url, own) => Some(Warning {
            code: WarningCode::UnencryptedTarget,
            message: "This token URL is http: the client secret travels readable for everybody on the way.",
            path: "auth.token_url",
        }),
        _ => None,
    }
}

fn is_readable(url: &str, own: &OwnNetworks) -> bool {
    Url::parse(url).is_ok_and(|url| url.scheme() == "http" && !own.have(&url))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn places(warnings: &[Warning]) -> Vec<(&str, WarningCode)> {
        warnings.iter().map(|warning| (warning.path, warning.code)).collect()
    }

    #[test]
    fn d11_d22_integrations_warn_where_nothing_proves_or_hides_what_they_send() {
        use WarningCode::{NoAuthentication, UnencryptedTarget};
        let oauth2 = |url: &str| json!({"auth": {"type": "oauth2", "client_id": "c", "token_url": url}});
        let key = json!({"type": "api_key", "header": "x-key"});
        for (set, expected) in [
            (json!({}), vec![("auth", NoAuthentication)]),
            (json!({"auth": key}), vec![]),
            (json!({"auth": key, "target_url": "https://a.example/"}), vec![]),
            (json!({"auth": key, "target_url": "HTTP:a.example"}), vec![("target_url", UnencryptedTarget)]),
            (
                json!({"target_url": "http://a.example/"}),
                vec![("target_url", UnencryptedTarget), ("auth", NoAuthentication)],
            ),
            (oauth2("https://a.example/"), vec![]),
            (oauth2("http://a.example/"), vec![("auth.token_url", UnencryptedTarget)]),
        ] {
            let mut config = json!({"name": "A"});
            config.as_object_mut().expect("an object").extend(set.as_object().expect("an object").clone());
            let config: IntegrationConfig = serde_json::from_value(config).expect("a configuration");
            assert_eq!(places(&config.warnings(&OwnNetworks::default())), expected, "{set}");
        }
    }

    #[test]
    fn d22_hosts_in_own_networks_are_exempt() {
        let own = OwnNetworks(vec!["10.0.0.0/8".parse().expect("a network")]);
        let oauth2 = json!({"type": "oauth2", "client_id": "c", "token_url": "http://10.0.0.2/"});
        let config = json!({"name": "A", "target_url": "http://10.0.0.1/", "auth": oauth2});
        let config: IntegrationConfig = serde_json::from_value(config).expect("a configuration");
        assert_eq!(config.warnings(&own), []);
        assert_eq!(config.warnings(&config.own_hosts(&own)), []);
        assert_eq!(config.warnings(&OwnNetworks::default()).len(), 2);
    }

    #[test]
    fn a_signature_proves_more_than_nothing() {
        let message = |signing: &str| {
            let config: IntegrationConfig =
                serde_json::from_value(json!({"name": "A", "signing": signing})).expect("a configuration");
            config.warnings(&OwnNetworks::default())[0].message
        };
        assert!(message("standard_webhooks").contains("by the signature"));
        assert!(message("off").contains("cannot tell"));
    }

    #[test]
    fn d11_sources_warn_where_anybody_may_send() {
        let of = |verification: Value| {
            let action = json!({"type": "publish_event", "event_type": "a.b"});
            let config =
                json!({"name": "A", "endpoint": "a", "action": action, "verification": verification});
            serde_json::from_value::<SourceConfig>(config).expect("a configuration").warnings()
        };
        assert_eq!(places(&of(json!({"type": "none"}))), [("verification", WarningCode::NoAuthentication)]);
        assert_eq!(of(json!({"type": "basic", "username": "u"})), []);
    }
}
