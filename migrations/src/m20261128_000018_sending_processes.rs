//! The processes that send, so that they can share what an integration may have. (SQLite has a table `Workers` already,
//! the job queue's.)

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
        run(manager, "CREATE TABLE sending_processes (id {id} NOT NULL PRIMARY KEY, seen_at BIGINT NOT NULL)")
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, "DROP TABLE sending_processes").await
    }
}
