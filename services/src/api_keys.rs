//! Keys of the REST API: `hk_` and 32 random bytes, of which only the SHA-256 is kept.

use crate::clock::random_bytes;
use crate::{Clock, Error, Result, Services};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::account::{ApiKey, Permission, Role};
use domain::error::FieldErrors;
use domain::ids::ApiKeyId;
use domain::json::check_name;
use domain::secret::SecretText;
use sha2::{Digest, Sha256};
use storage::AccountScope;

/// How much of a key is kept to tell it from others.
const PREFIX_LENGTH: usize = 8;

impl Services {
    /// Every key, revoked ones too, newest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn list_api_keys(&self, scope: &AccountScope) -> Result<Vec<ApiKey>> {
        self.require(scope, Permission::ManageApiKeys)?;
        Ok(self.db().account(scope).api_keys().await?)
    }

    /// Makes a key. The secret is answered this once.
    ///
    /// # Errors
    /// [`Error::Forbidden`] also for a role above the maker's own, [`Error::Invalid`].
    pub async fn create_api_key(
        &self,
        scope: &AccountScope,
        name: &str,
        role: Role,
    ) -> Result<(ApiKey, SecretText)> {
        self.require(scope, Permission::ManageApiKeys)?;
        let is_above_maker = role < scope.role();
        if is_above_maker {
            return Err(Error::Forbidden(Permission::ManageApiKeys));
        }
        let mut errors = FieldErrors::default();
        check_name(name, "name", &mut errors);
        errors.into_result()?;
        let now = self.now();
        let secret = SecretText::new(format!("hk_{}", URL_SAFE_NO_PAD.encode(random_bytes::<32>())));
        let key = ApiKey {
            id: ApiKeyId::new(now, &Clock::random()),
            name: name.to_owned(),
            role,
            prefix: secret.reveal().chars().take(PREFIX_LENGTH).collect(),
            created_at: now,
            last_used_at: None,
            revoked_at: None,
        };
        let hash = Sha256::digest(secret.reveal().as_bytes()).into();
        self.db().account(scope).create_api_key(&key, hash, now).await?;
        Ok((key, secret))
    }

    /// Ends a key, at once and for good.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn revoke_api_key(&self, scope: &AccountScope, id: ApiKeyId) -> Result<()> {
        self.require(scope, Permission::ManageApiKeys)?;
        Ok(self.db().account(scope).revoke_api_key(id, self.now()).await?)
    }
}
