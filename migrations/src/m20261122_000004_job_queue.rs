//! The queue of low-rate jobs: apalis' own tables, as the linked version of apalis makes them. When a later version
//! brings migrations of its own, another migration here has to run them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// apalis makes its own transactions, on a connection of the pool.
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let SchemaManagerConnection::Connection(pool) = manager.get_connection() else {
            return Err(DbErr::Migration("the job queue's tables are not made inside a transaction".into()));
        };
        // Not `setup()`, which on SQLite also sets `synchronous` to off on the connection it finds.
        let done = match manager.get_database_backend() {
            DbBackend::Sqlite => {
                apalis_sqlite::SqliteStorage::migrations().run(pool.get_sqlite_connection_pool()).await
            }
            _ => {
                apalis_postgres::PostgresStorage::migrations().run(pool.get_postgres_connection_pool()).await
            }
        };
        done.map_err(|error| DbErr::Migration(error.to_string()))
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = match manager.get_database_backend() {
            DbBackend::Sqlite => "DROP TABLE Jobs; DROP TABLE Workers; DROP TABLE _sqlx_migrations;",
            _ => "DROP SCHEMA apalis CASCADE",
        };
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }
}
