//! Until when an inactive source keeps what it is sent, as samples.

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
ALTER TABLE sources ADD COLUMN capture_until BIGINT NOT NULL DEFAULT 0;
";

const DOWN: &str = "
ALTER TABLE sources DROP COLUMN capture_until;
";
