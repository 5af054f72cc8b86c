//! People as the console sees them: who is signed in, from where, and in which accounts they work.

use crate::account::{Account, Role};
use crate::ids::{SessionId, UserId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// An account a user works in, and as what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The account.
    pub account: Account,
    /// The user's role in it.
    pub role: Role,
}

/// Whoever is signed in. What it says of roles is for display: what somebody may do is read anew for each call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentUser {
    /// The session that shows it.
    pub session_id: SessionId,
    /// The user.
    pub id: UserId,
    /// The address they sign in with.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// The accounts they work in, by name.
    pub accounts: Vec<Membership>,
}

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// What the browser calls itself.
    pub user_agent: String,
    /// When somebody signed in with it.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

/// A user in an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// The user's id; the same in every account they are in.
    pub id: UserId,
    /// Their address.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// When they joined.
    pub created_at: Timestamp,
}
