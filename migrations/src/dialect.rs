//! Where the two databases' SQL differs.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Runs the `;`-separated statements of `sql` with the braces of this backend filled in.
///
/// - `{id}` a UUID; `{bytes}` raw bytes; `{bool}` a truth value; `{json}` JSON text
/// - `{bytewise}` after TEXT: compared byte by byte
/// - `{log}` ends the CREATE TABLE of a log table, which PostgreSQL partitions by its UUIDv7 id
///
/// # Errors
/// Whatever the database says.
pub async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let (id, bytes, bool, bytewise, log) = match manager.get_database_backend() {
        DbBackend::Postgres => ("UUID", "BYTEA", "BOOLEAN", "COLLATE \"C\"", "PARTITION BY RANGE (id)"),
        _ => ("BLOB", "BLOB", "INTEGER", "", ""),
    };
    let sql = sql
        .replace("{id}", id)
        .replace("{bytes}", bytes)
        .replace("{bool}", bool)
        .replace("{json}", "TEXT")
        .replace("{bytewise}", bytewise)
        .replace("{log}", log);
    for statement in sql.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}
