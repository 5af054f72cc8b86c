//! Room in a source's row for the secret before its own, and until when that is believed.

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
ALTER TABLE sources ADD COLUMN previous_secret {bytes};
ALTER TABLE sources ADD COLUMN previous_secret_expires_at BIGINT;
";

const DOWN: &str = "
ALTER TABLE sources DROP COLUMN previous_secret_expires_at;
ALTER TABLE sources DROP COLUMN previous_secret;
";
