//! Room in a delivery's row for the attempt that delivered it at once, as most do, so that it needs no row of its own.

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
ALTER TABLE deliveries ADD COLUMN first_attempt_id {id};
ALTER TABLE deliveries ADD COLUMN first_started_at BIGINT;
ALTER TABLE deliveries ADD COLUMN first_duration_ms INTEGER;
ALTER TABLE deliveries ADD COLUMN first_status_code SMALLINT;
ALTER TABLE deliveries ADD COLUMN first_response {bytes};
ALTER TABLE deliveries ADD COLUMN first_response_truncated {bool};
";

const DOWN: &str = "
INSERT INTO attempts (account_id, delivery_id, id, number, started_at, duration_ms, status_code, response, response_truncated)
SELECT account_id, id, first_attempt_id, 1, first_started_at, first_duration_ms, first_status_code, first_response,
       first_response_truncated
FROM deliveries WHERE first_attempt_id IS NOT NULL;
ALTER TABLE deliveries DROP COLUMN first_response_truncated;
ALTER TABLE deliveries DROP COLUMN first_response;
ALTER TABLE deliveries DROP COLUMN first_status_code;
ALTER TABLE deliveries DROP COLUMN first_duration_ms;
ALTER TABLE deliveries DROP COLUMN first_started_at;
ALTER TABLE deliveries DROP COLUMN first_attempt_id;
";
