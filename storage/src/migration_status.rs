use crate::{Db, StorageError};
use migrations::Migrator;
use sea_orm_migration::{MigrationStatus as Status, MigratorTrait};

/// A step of the tables' history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStatus {
    /// Begins with the day it was written.
    pub name: String,
    /// Whether this database has taken it.
    pub is_applied: bool,
}

impl Db {
    /// The steps of the tables' history, oldest first. Changes nothing.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn migration_status(&self) -> Result<Vec<MigrationStatus>, StorageError> {
        let migrations = Migrator::get_migration_with_status_read_only(&self.reader).await?;
        let status = |migration: &sea_orm_migration::Migration| MigrationStatus {
            name: migration.name().to_owned(),
            is_applied: migration.status() == Status::Applied,
        };
        Ok(migrations.iter().map(status).collect())
    }
}
