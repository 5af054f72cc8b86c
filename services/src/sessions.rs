//! Signing in and out, and the browsers somebody is signed in with.
//!
//! A session's token is 32 random bytes in a cookie; only its SHA-256 is kept. A session ends 14 days after it was last
//! used.

use crate::accounts::is_due;
use crate::clock::random_bytes;
use crate::{Clock, Error, Result, Services};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::{SessionId, UserId};
use domain::secret::SecretText;
use domain::time::Timestamp;
use sha2::{Digest, Sha256};
use storage::unscoped::{self, NewSession};

pub use domain::member::{CurrentUser, Membership, Session};

/// How long after its last use a session ends, in milliseconds.
pub const LIFETIME_MS: i64 = 14 * 24 * 3_600 * 1000;
/// What is kept of a browser's name for itself.
const LONGEST_USER_AGENT: usize = 300;

/// Where somebody signs in from.
#[derive(Debug, Clone, Default)]
pub struct ClientInfo {
    /// What the browser calls itself.
    pub user_agent: String,
}

/// A session that just began.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// What the cookie holds.
    pub token: SecretText,
    /// Who signed in.
    pub user: CurrentUser,
}

/// A session that was just used.
#[derive(Debug, Clone, PartialEq)]
pub struct UsedSession {
    /// Who is signed in.
    pub user: CurrentUser,
    /// Whether it ends later now, so that the browser has to keep its cookie longer, too.
    pub is_extended: bool,
}

impl Services {
    /// Signs somebody in with their password. An unknown address and a wrong password are answered alike, in the same
    /// time.
    ///
    /// # Errors
    /// [`Error::Unauthorized`], [`Error::TooManyAttempts`].
    pub async fn sign_in(&self, email: &str, password: SecretText, client: ClientInfo) -> Result<SignedIn> {
        let email = email.trim().to_lowercase();
        let known = unscoped::user_by_email(self.db(), &email).await?;
        let hash = known.as_ref().map(|user| user.password_hash.clone());
        let is_proven = self.inner.identity.proves(&email, password, hash).await?;
        match known {
            Some(user) if is_proven => self.begin_session(user.id, client).await,
            _ => Err(Error::Unauthorized),
        }
    }

    pub(crate) async fn begin_session(&self, user_id: UserId, client: ClientInfo) -> Result<SignedIn> {
        let now = self.now();
        let token = SecretText::new(URL_SAFE_NO_PAD.encode(random_bytes::<32>()));
        let session = NewSession {
            id: SessionId::new(now, &Clock::random()),
            user_id,
            token_hash: hash_of(token.reveal()),
            user_agent: client.user_agent.chars().take(LONGEST_USER_AGENT).collect(),
            expires_at: now.plus_ms(LIFETIME_MS),
        };
        unscoped::create_session(self.db(), &session, now).await?;
        let user = self.current_user(token.reveal()).await?.ok_or(Error::Unauthorized)?;
        Ok(SignedIn { token, user })
    }

    /// Who is signed in with that token, if anybody. The session is looked at, not used.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn current_user(&self, token: &str) -> Result<Option<CurrentUser>> {
        let seen = unscoped::session_of_token(self.db(), hash_of(token), self.now()).await?;
        Ok(seen.map(|seen| seen.user))
    }

    /// Uses the session of that token, if there is one: from now on it lasts its whole time again, to the minute.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn use_session(&self, token: &str) -> Result<Option<UsedSession>> {
        let now = self.now();
        let Some(seen) = unscoped::session_of_token(self.db(), hash_of(token), now).await? else {
            return Ok(None);
        };
        let is_extended =
            is_due(Some(seen.last_seen_at), now) && self.extend(seen.user.session_id, now).await;
        Ok(Some(UsedSession { user: seen.user, is_extended }))
    }

    /// Whether that worked: a session that cannot be extended serves all the same.
    async fn extend(&self, id: SessionId, now: Timestamp) -> bool {
        let extended = unscoped::touch_session(self.db(), id, now, now.plus_ms(LIFETIME_MS)).await;
        extended.inspect_err(|error| tracing::warn!(%error, "Noting that a session was used failed")).is_ok()
    }

    /// Ends the session that asks; nothing happens when it ended already.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn sign_out(&self, user: &CurrentUser) -> Result<()> {
        match self.revoke_session(user, user.session_id).await {
            Err(Error::NotFound) => Ok(()),
            outcome => outcome,
        }
    }

    /// The browsers somebody is signed in with, last used first.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn sessions(&self, user: &CurrentUser) -> Result<Vec<Session>> {
        Ok(unscoped::sessions_of_user(self.db(), user.id, user.session_id, self.now()).await?)
    }

    /// Ends one of somebody's own sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`] for any other.
    pub async fn revoke_session(&self, user: &CurrentUser, id: SessionId) -> Result<()> {
        Ok(unscoped::revoke_session(self.db(), user.id, id).await?)
    }

    /// Ends all of somebody's own sessions but the one that asks; answers how many.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn revoke_other_sessions(&self, user: &CurrentUser) -> Result<u64> {
        Ok(unscoped::revoke_other_sessions(self.db(), user.id, user.session_id).await?)
    }
}

fn hash_of(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
