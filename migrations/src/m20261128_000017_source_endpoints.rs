//! The endpoints that sources have or had, so that none of them becomes another source's. The sources that are there
//! bring theirs, and those that their histories know of; of two that had one, the one that has it now, or had it first.

use crate::dialect::run;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let parsed = match manager.get_database_backend() {
            DbBackend::Postgres => "config::json",
            _ => "config",
        };
        run(manager, &UP.replace("{parsed}", parsed)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}

const UP: &str = "
CREATE TABLE source_endpoints (
    account_id {id} NOT NULL,
    endpoint TEXT NOT NULL,
    source_id {id} NOT NULL,
    PRIMARY KEY (account_id, endpoint),
    FOREIGN KEY (account_id, source_id) REFERENCES sources (account_id, id) ON DELETE CASCADE
);
INSERT INTO source_endpoints (account_id, endpoint, source_id)
    SELECT account_id, endpoint, id FROM sources;
INSERT INTO source_endpoints (account_id, endpoint, source_id)
    SELECT account_id, {parsed} ->> 'endpoint', source_id FROM source_revisions WHERE true ORDER BY id
    ON CONFLICT (account_id, endpoint) DO NOTHING;
";

const DOWN: &str = "
DROP TABLE source_endpoints;
";
