//! Bulk replays of logged requests, and which requests are replays of which.

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

/// `until_id` is the newest request when a replay began, `cursor_id` the last one that it is done with. An account has
/// at most one that runs.
const UP: &str = "
ALTER TABLE requests ADD COLUMN replay_of {id};
ALTER TABLE requests ADD COLUMN replay_id {id};
CREATE INDEX requests_replay_of ON requests (account_id, replay_of, id) WHERE replay_of IS NOT NULL;
CREATE INDEX requests_replay_id ON requests (account_id, replay_id, id) WHERE replay_id IS NOT NULL;
CREATE TABLE replays (
    account_id {id} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    made_by {json} NOT NULL,
    filter {json} NOT NULL,
    until_id {id} NOT NULL,
    cursor_id {id} NOT NULL,
    state SMALLINT NOT NULL,
    total BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    not_replayed BIGINT NOT NULL,
    finished_at BIGINT,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX replays_running ON replays (account_id) WHERE state = 0;
";

const DOWN: &str = "
DROP TABLE replays;
DROP INDEX requests_replay_id;
DROP INDEX requests_replay_of;
ALTER TABLE requests DROP COLUMN replay_id;
ALTER TABLE requests DROP COLUMN replay_of;
";
