use super::SourceConfig;
use crate::change::{Change, ChangedBy};
use crate::ids::{RevisionId, SourceId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a source became at a time, by whom, and what that changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Revision {
    /// Its id, by which lists go on. Later revisions of a source have greater ones.
    pub id: RevisionId,
    /// The source's `version` that it made.
    pub number: i64,
    /// When it was made.
    pub made_at: Timestamp,
    /// Who made it.
    pub by: ChangedBy,
    /// What they did.
    pub cause: RevisionCause,
    /// What is different since the revision before; nothing where there is none before.
    pub changes: Vec<Change>,
}

/// What made a revision: `{"type": "restored", "of": 3}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", content = "of", rename_all = "snake_case")]
pub enum RevisionCause {
    /// Nobody: the source was so when its history began to be kept.
    HistoryBegan,
    /// It was made.
    Created,
    /// It was made as a copy of this source.
    Duplicated(SourceId),
    /// What is set was changed.
    Updated,
    /// What was set in the revision of this number was set again.
    Restored(i64),
    /// It was set active.
    Activated,
    /// It was set inactive.
    Deactivated,
    /// It was archived.
    Archived,
}

/// A revision with everything that was set then, secrets apart.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevisionDetail {
    /// As in lists.
    #[serde(flatten)]
    pub revision: Revision,
    /// What was set.
    pub configuration: SourceConfig,
}
