//! What sources were at a time, who made them so, and what that changed. The sources that are there begin with one.

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

const UP: &str = r#"
CREATE TABLE source_revisions (
    account_id {id} NOT NULL,
    source_id {id} NOT NULL,
    id {id} NOT NULL,
    number BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by {json} NOT NULL,
    cause {json} NOT NULL,
    changes {json} NOT NULL,
    config {json} NOT NULL,
    PRIMARY KEY (account_id, source_id, id),
    UNIQUE (account_id, source_id, number),
    FOREIGN KEY (account_id, source_id) REFERENCES sources (account_id, id) ON DELETE CASCADE
);
INSERT INTO source_revisions (account_id, source_id, id, number, made_at, made_by, cause, changes, config)
    SELECT account_id, id, id, version, updated_at, '{"type":"engine"}', '{"type":"history_began"}', '[]', config
    FROM sources;
"#;

const DOWN: &str = "
DROP TABLE source_revisions;
";
