//! How often an account's own definition of an event was changed, so that nobody saves over what they have not seen.

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

const UP: &str = "
ALTER TABLE event_definitions ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
";

const DOWN: &str = "
ALTER TABLE event_definitions DROP COLUMN version;
";
