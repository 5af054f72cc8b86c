//! Logged requests that somebody put among their source's samples.

use crate::dialect::run;
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}

/// Requests are log rows, whose days are dropped as a whole: nothing refers to them.
const UP: &str = "
CREATE TABLE chosen_samples (
    account_id {id} NOT NULL,
    source_id {id} NOT NULL,
    request_id {id} NOT NULL,
    chosen_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, source_id, request_id),
    FOREIGN KEY (account_id, source_id) REFERENCES sources (account_id, id) ON DELETE CASCADE
);
";

const DOWN: &str = "
DROP TABLE chosen_samples;
";
