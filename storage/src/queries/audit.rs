//! The audit log: who changed what, and when.

use crate::StorageError;
use crate::account_db::AccountDb;
use crate::entities::audit_entry::{Column, Entity, Model};
use domain::account::Actor;
use domain::ids::{ApiKeyId, AuditId, UserId};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditId,
    /// When it was done.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What was done: `integration.activated`.
    pub action: String,
    /// What kind of thing it was done to: `integration`.
    pub subject_kind: String,
    /// Its id.
    pub subject_id: Uuid,
    /// What it was called then.
    pub subject_name: String,
}

impl AccountDb<'_> {
    /// At most `limit` lines older than `before`, newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit_log(
        &self,
        before: Option<AuditId>,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, StorageError> {
        let mut rows = self.rows::<Entity>().order_by_desc(Column::Id).limit(limit);
        if let Some(before) = before {
            rows = rows.filter(Column::Id.lt(before.0));
        }
        rows.all(self.reader()).await?.into_iter().map(to_entry).collect()
    }
}

/// The actor as it is stored: `user:…`, `api_key:…` or `command_line`.
pub(crate) fn actor_text(actor: Actor) -> String {
    match actor {
        Actor::User(id) => format!("user:{id}"),
        Actor::ApiKey(id) => format!("api_key:{id}"),
        Actor::CommandLine => "command_line".into(),
        Actor::Engine => "engine".into(),
    }
}

fn actor_of(text: &str) -> Option<Actor> {
    match text.split_once(':') {
        Some(("user", id)) => id.parse::<UserId>().ok().map(Actor::User),
        Some(("api_key", id)) => id.parse::<ApiKeyId>().ok().map(Actor::ApiKey),
        _ => match text {
            "command_line" => Some(Actor::CommandLine),
            "engine" => Some(Actor::Engine),
            _ => None,
        },
    }
}

fn to_entry(row: Model) -> Result<AuditEntry, StorageError> {
    let id = AuditId(row.id);
    let actor = actor_of(&row.actor).ok_or_else(|| {
        StorageError::Corrupt(format!("audit line {id} names the unknown actor {}", row.actor))
    })?;
    Ok(AuditEntry {
        id,
        at: id.timestamp(),
        actor,
        action: row.action,
        subject_kind: row.subject_kind,
        subject_id: row.subject_id,
        subject_name: row.subject_name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_actor_is_read_as_it_was_written() {
        let id = Uuid::from_u128(7);
        for actor in [Actor::User(UserId(id)), Actor::ApiKey(ApiKeyId(id)), Actor::CommandLine] {
            assert_eq!(actor_of(&actor_text(actor)), Some(actor));
        }
        assert_eq!(actor_of("robot:7"), None);
    }
}
