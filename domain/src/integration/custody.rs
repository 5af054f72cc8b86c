//! Whom a stored secret is entrusted to: the servers it was entered for, and no others.

use super::{Auth, Integration, IntegrationConfig};
use crate::error::FieldErrors;
use url::{Origin, Url};

impl Integration {
    /// Checks that a change to `config` keeps the stored secret with the servers it was entered for. Whoever may change
    /// a URL may not read the secret, and would otherwise have it sent to a server of their own.
    ///
    /// # Errors
    /// The secret's field, when a URL moves to another origin and the secret was not entered again.
    pub fn check_secret_stays(&self, config: &IntegrationConfig) -> Result<(), FieldErrors> {
        let (before, after) = (&self.config, config);
        let is_kept = self.auth_secret_set
            && after.auth.secret().is_none()
            && std::mem::discriminant(&before.auth) == std::mem::discriminant(&after.auth);
        let Some(field) = after.auth.secret_field().filter(|_| is_kept) else { return Ok(()) };
        let moved = if is_moved(&before.target_url, &after.target_url) {
            "target URL"
        } else if is_moved(token_url(&before.auth), token_url(&after.auth)) {
            "token URL"
        } else {
            return Ok(());
        };
        let message = format!("enter it again: the {moved} leads to another server now");
        Err(FieldErrors::of(format!("auth.{field}"), message))
    }
}

fn token_url(auth: &Auth) -> &str {
    match auth {
        Auth::OAuth2 { token_url, .. } => token_url,
        Auth::None | Auth::Basic { .. } | Auth::ApiKey { .. } => "",
    }
}

/// Whether messages go to another scheme, host or port. A URL that is taken away leads nowhere.
fn is_moved(before: &str, after: &str) -> bool {
    origin(after).is_some_and(|after| origin(before) != Some(after))
}

fn origin(url: &str) -> Option<Origin> {
    Some(Url::parse(url).ok()?.origin())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn integration(target_url: &str, auth: Value) -> Integration {
        serde_json::from_value(json!({
            "id": "00000000-0001-7101-8101-010101010101", "version": 1, "state": "inactive", "auth_secret_set": true,
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
            "name": "Orders", "target_url": target_url, "auth": auth,
        }))
        .expect("an integration")
    }

    /// The field that has to be filled in again, if any.
    fn refused(before: (&str, Value), after: (&str, Value)) -> Option<String> {
        let (before, after) = (integration(before.0, before.1), integration(after.0, after.1).config);
        Some(before.check_secret_stays(&after).err()?.0.remove(0).field)
    }

    #[test]
    fn a_secret_does_not_follow_a_url_to_another_server() {
        let basic = || json!({"type": "basic", "username": "u"});
        let key = || json!({"type": "api_key", "header": "x-key"});
        let oauth = |token_url: &str| json!({"type": "oauth2", "client_id": "c", "token_url": token_url});
        let (a, b) = ("https://a.example/hook", "https://b.example/hook");
        for (before, after, field) in [
            ((a, basic()), (b, basic()), Some("auth.password")),
            ((a, key()), (b, key()), Some("auth.value")),
            ((a, key()), ("https://a.example:8443/hook", key()), Some("auth.value")),
            ((a, key()), ("http://a.example/hook", key()), Some("auth.value")),
            (("", key()), (a, key()), Some("auth.value")),
            ((a, oauth(a)), (b, oauth(a)), Some("auth.client_secret")),
            ((a, oauth(a)), (a, oauth(b)), Some("auth.client_secret")),
            ((a, oauth(a)), ("https://a.example/other", oauth("https://a.example:443/token")), None),
            ((a, key()), ("", key()), None),
            ((a, key()), (b, basic()), None),
            ((a, json!({"type": "none"})), (b, json!({"type": "none"})), None),
        ] {
            assert_eq!(refused(before.clone(), after.clone()).as_deref(), field, "{before:?} -> {after:?}");
        }
    }

    #[test]
    fn a_secret_that_is_entered_again_goes_where_it_was_entered_for() {
        let before = integration("https://a.example/", json!({"type": "basic", "username": "u"}));
        let again = json!({"type": "basic", "username": "u", "password": "again"});
        let after = integration("https://b.example/", again).config;
        assert_eq!(before.check_secret_stays(&after), Ok(()));
        let unset = Integration { auth_secret_set: false, ..before };
        let config = IntegrationConfig { target_url: "https://b.example/".into(), ..unset.config.clone() };
        assert_eq!(unset.check_secret_stays(&config), Ok(()));
    }
}
