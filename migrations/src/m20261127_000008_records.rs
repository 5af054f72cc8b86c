//! Customers, items of modules, by what they are found, what happened to them, and what an account decides about them.

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

/// Search terms are looked up by prefix, byte by byte, whatever the database's collation.
const UP: &str = "
CREATE TABLE modules (
    id {id} PRIMARY KEY NOT NULL,
    account_id {id} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    config {json} NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (account_id, id)
);
CREATE TABLE event_definitions (
    account_id {id} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    event_type TEXT NOT NULL,
    definition {json} NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, event_type)
);
CREATE TABLE forms (
    account_id {id} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    form {json} NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, kind)
);
CREATE TABLE lookup_lists (
    id {id} PRIMARY KEY NOT NULL,
    account_id {id} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    entries {json} NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (account_id, id)
);
CREATE TABLE customers (
    account_id {id} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    key TEXT NOT NULL,
    title TEXT NOT NULL,
    fields {json} NOT NULL,
    labels {json} NOT NULL,
    external_account_numbers {json} NOT NULL,
    points BIGINT NOT NULL,
    spent BIGINT NOT NULL,
    purchases BIGINT NOT NULL,
    items BIGINT NOT NULL,
    refunded BIGINT NOT NULL,
    opted_in {bool},
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, key)
);
CREATE TABLE notes (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    customer_id {id} NOT NULL,
    text TEXT NOT NULL,
    made_by {json} NOT NULL,
    PRIMARY KEY (account_id, customer_id, id),
    FOREIGN KEY (account_id, customer_id) REFERENCES customers (account_id, id) ON DELETE CASCADE
);
CREATE TABLE items (
    account_id {id} NOT NULL,
    module_id {id} NOT NULL,
    id {id} NOT NULL,
    key TEXT NOT NULL,
    title TEXT NOT NULL,
    data {json} NOT NULL,
    fields {json} NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, module_id, id),
    UNIQUE (account_id, module_id, key),
    FOREIGN KEY (account_id, module_id) REFERENCES modules (account_id, id) ON DELETE CASCADE
);
CREATE TABLE search_terms (
    account_id {id} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    module_id {id} NOT NULL,
    value TEXT {bytewise} NOT NULL,
    field TEXT NOT NULL,
    record_id {id} NOT NULL,
    PRIMARY KEY (account_id, module_id, value, field, record_id)
);
CREATE TABLE history (
    account_id {id} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    record_id {id} NOT NULL,
    id {id} NOT NULL,
    event_type TEXT NOT NULL,
    request_id {id},
    made_by {json} NOT NULL,
    version BIGINT NOT NULL,
    attributes {json} NOT NULL,
    changes {json} NOT NULL,
    PRIMARY KEY (account_id, record_id, id)
);
";

const DOWN: &str = "
DROP TABLE history;
DROP TABLE search_terms;
DROP TABLE items;
DROP TABLE notes;
DROP TABLE customers;
DROP TABLE lookup_lists;
DROP TABLE forms;
DROP TABLE event_definitions;
DROP TABLE modules;
";
