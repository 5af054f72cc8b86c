//! Accounts, roles and permissions. The table in [`Role::allows`] is the only place that says who may do what.

use crate::ids::{AccountId, ApiKeyId, UserId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// Its id, part of every inbound URL.
    pub id: AccountId,
    /// Its changeable address in the console: `/a/{slug}`.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a member or an API key is in an account. Ordered from most to least power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, including deleting the account and changing owners.
    Owner,
    /// Administration: integrations, sources, subscriptions, API keys, team.
    Admin,
    /// Daily work: retries, replays, publishing events.
    Operator,
    /// Reads; never secrets.
    Viewer,
}

/// Something a member may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See requests, events, deliveries and charts.
    ReadActivity,
    /// See integrations, sources and subscriptions (without their secrets).
    ReadConfiguration,
    /// See customers, items and their histories.
    ReadRecords,
    /// Publish events and send test messages.
    PublishEvents,
    /// Retry deliveries.
    RetryDeliveries,
    /// Replay logged requests.
    ReplayRequests,
    /// Create, change and delete customers and items, and leave notes.
    EditRecords,
    /// Create and change integrations.
    EditIntegrations,
    /// Create and change sources.
    EditSources,
    /// Create and change subscriptions.
    EditSubscriptions,
    /// Create and change modules.
    EditModules,
    /// Change the customers' form, lookup lists and the event catalogue.
    EditCatalogue,
    /// Create and revoke API keys.
    ManageApiKeys,
    /// See who is in the account.
    ReadMembers,
    /// Let people in, change their roles and remove them; owners apart.
    ManageMembers,
    /// Make owners of members, change their roles and remove them.
    ChangeOwners,
    /// Rename the account.
    EditAccount,
}

impl Permission {
    /// All of them, for tests and tables; what every role has first, what only owners have last.
    pub const ALL: [Self; 17] = [
        Self::ReadActivity,
        Self::ReadConfiguration,
        Self::ReadRecords,
        Self::ReadMembers,
        Self::PublishEvents,
        Self::RetryDeliveries,
        Self::ReplayRequests,
        Self::EditRecords,
        Self::EditIntegrations,
        Self::EditSources,
        Self::EditSubscriptions,
        Self::EditModules,
        Self::EditCatalogue,
        Self::ManageApiKeys,
        Self::ManageMembers,
        Self::ChangeOwners,
        Self::EditAccount,
    ];

    /// What it lets someone do, to finish "You may not …": `edit integrations`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::ReadActivity => "read activity",
            Self::ReadConfiguration => "read the configuration",
            Self::ReadRecords => "see customers and items",
            Self::EditRecords => "edit customers and items",
            Self::EditModules => "edit modules",
            Self::EditCatalogue => "edit forms and the event catalogue",
            Self::PublishEvents => "publish events",
            Self::RetryDeliveries => "retry deliveries",
            Self::ReplayRequests => "replay requests",
            Self::EditIntegrations => "edit integrations",
            Self::EditSources => "edit sources",
            Self::EditSubscriptions => "edit subscriptions",
            Self::ManageApiKeys => "manage API keys",
            Self::ReadMembers => "see who is in the account",
            Self::ManageMembers => "manage members",
            Self::ChangeOwners => "change owners",
            Self::EditAccount => "edit the account",
        }
    }

    /// The least powerful role that has it.
    #[must_use]
    pub const fn least_role(self) -> Role {
        match self {
            Self::ReadActivity | Self::ReadConfiguration | Self::ReadRecords | Self::ReadMembers => {
                Role::Viewer
            }
            Self::PublishEvents | Self::RetryDeliveries | Self::ReplayRequests | Self::EditRecords => {
                Role::Operator
            }
            Self::EditIntegrations
            | Self::EditSources
            | Self::EditSubscriptions
            | Self::EditModules
            | Self::EditCatalogue
            | Self::ManageApiKeys
            | Self::ManageMembers => Role::Admin,
            Self::ChangeOwners | Self::EditAccount => Role::Owner,
        }
    }
}

impl Role {
    /// All of them, most powerful first.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Operator, Self::Viewer];

    /// Whether this role has `permission`.
    #[must_use]
    pub fn allows(self, permission: Permission) -> bool {
        self <= permission.least_role()
    }

    /// Its name in the database, in JSON and in the console.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Operator => "operator",
            Self::Viewer => "viewer",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(())
    }
}

/// Who acts: a person in the console, a machine with a key, or Hookloft itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in member.
    User(UserId),
    /// An API key.
    ApiKey(ApiKeyId),
    /// The command line of the machine that runs Hookloft.
    CommandLine,
    /// Hookloft itself, acting on what a receiver answered.
    Engine,
}

/// A key of the REST API, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The first characters, to tell keys apart.
    pub prefix: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}
