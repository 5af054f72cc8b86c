//! Lists that stay fast when they are long: search terms by field before value, so that a search in one field never reads
//! another's, and an index of the requests that were not accepted by how they ended.

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
        run(manager, &terms_ordered_by("field, value")).await?;
        run(
            manager,
            "CREATE INDEX requests_by_outcome ON requests (account_id, outcome, id) WHERE outcome <> 0",
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, "DROP INDEX requests_by_outcome").await?;
        run(manager, &terms_ordered_by("value, field")).await
    }
}

fn terms_ordered_by(order: &str) -> String {
    TERMS_ORDERED.replace("{order}", order)
}

const TERMS_ORDERED: &str = "
CREATE TABLE ordered_terms (
    account_id {id} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    module_id {id} NOT NULL,
    value TEXT {bytewise} NOT NULL,
    field TEXT NOT NULL,
    record_id {id} NOT NULL,
    PRIMARY KEY (account_id, module_id, {order}, record_id)
);
INSERT INTO ordered_terms (account_id, module_id, value, field, record_id)
SELECT account_id, module_id, value, field, record_id FROM search_terms
ORDER BY account_id, module_id, {order}, record_id;
DROP TABLE search_terms;
ALTER TABLE ordered_terms RENAME TO search_terms;
";
