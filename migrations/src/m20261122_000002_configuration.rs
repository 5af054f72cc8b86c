//! What an account's admins configure: sources, integrations and the subscriptions between events and them.

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
CREATE TABLE integrations (
    id {id} PRIMARY KEY NOT NULL,
    account_id {id} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    disabled_reason TEXT,
    config {json} NOT NULL,
    auth_secret {bytes},
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (account_id, id)
);
CREATE TABLE signing_secrets (
    id {id} PRIMARY KEY NOT NULL,
    account_id {id} NOT NULL,
    integration_id {id} NOT NULL,
    secret {bytes} NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    FOREIGN KEY (account_id, integration_id) REFERENCES integrations (account_id, id) ON DELETE CASCADE
);
CREATE INDEX signing_secrets_integration ON signing_secrets (account_id, integration_id);
CREATE TABLE sources (
    id {id} PRIMARY KEY NOT NULL,
    account_id {id} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    endpoint TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    config {json} NOT NULL,
    verification_secret {bytes},
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (account_id, id),
    UNIQUE (account_id, endpoint)
);
CREATE TABLE subscriptions (
    id {id} PRIMARY KEY NOT NULL,
    account_id {id} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    event_types {json} NOT NULL,
    filter {json},
    integration_id {id} NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (account_id, id),
    FOREIGN KEY (account_id, integration_id) REFERENCES integrations (account_id, id) ON DELETE RESTRICT
);
CREATE INDEX subscriptions_integration ON subscriptions (account_id, integration_id);
";

const DOWN: &str = "
DROP TABLE subscriptions;
DROP TABLE sources;
DROP TABLE signing_secrets;
DROP TABLE integrations;
";
