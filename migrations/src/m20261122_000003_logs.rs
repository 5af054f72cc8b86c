//! What happens: requests, events, deliveries, attempts, and the bodies they carry.
//!
//! The five log tables have no foreign keys among themselves, because they are dropped by the day. They are read by
//! their primary key: the children of a row (events of a request, deliveries of an event) carry ids of the parent's
//! millisecond and are found by a range of it. Beside it, small partial indexes know what is due and what went wrong.
//!
//! `deliveries.due_at` is when a claimer may take the row: the next attempt's time, or the end of the lease that
//! `lease_token` holds.

use crate::dialect::run;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            for table in LOG_TABLES {
                run(manager, &format!("CREATE TABLE {table}_default PARTITION OF {table} DEFAULT")).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}

const LOG_TABLES: [&str; 5] = ["requests", "payloads", "events", "deliveries", "attempts"];

const UP: &str = "
CREATE TABLE requests (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    source_id {id},
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status SMALLINT NOT NULL,
    outcome SMALLINT NOT NULL,
    explanation TEXT,
    duration_us INTEGER NOT NULL,
    body_bytes INTEGER NOT NULL,
    response {bytes} NOT NULL,
    PRIMARY KEY (account_id, id)
) {log};
CREATE INDEX requests_refused ON requests (account_id, id) WHERE outcome <> 0;
CREATE TABLE payloads (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    headers {bytes} NOT NULL,
    body {bytes} NOT NULL,
    events {bytes} NOT NULL,
    PRIMARY KEY (account_id, id)
) {log};
CREATE TABLE events (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    event_type TEXT NOT NULL,
    intake_id {id} NOT NULL,
    from_request {bool} NOT NULL,
    data_offset INTEGER NOT NULL,
    data_length INTEGER NOT NULL,
    PRIMARY KEY (account_id, id)
) {log};
CREATE TABLE deliveries (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    event_id {id} NOT NULL,
    event_type TEXT NOT NULL,
    integration_id {id} NOT NULL,
    subscription_id {id},
    status SMALLINT NOT NULL,
    attempts INTEGER NOT NULL,
    schedule_tries INTEGER NOT NULL,
    schedule_started_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_token {id},
    finished_at BIGINT,
    last_status_code SMALLINT,
    last_error TEXT,
    ended_because TEXT,
    PRIMARY KEY (account_id, id)
) {log};
CREATE INDEX deliveries_due ON deliveries (integration_id, due_at) WHERE status = 0;
CREATE INDEX deliveries_unsuccessful ON deliveries (account_id, id) WHERE status >= 2;
CREATE TABLE attempts (
    account_id {id} NOT NULL,
    delivery_id {id} NOT NULL,
    id {id} NOT NULL,
    number INTEGER NOT NULL,
    started_at BIGINT NOT NULL,
    duration_ms INTEGER NOT NULL,
    status_code SMALLINT,
    error TEXT,
    error_detail TEXT,
    response {bytes},
    response_truncated {bool} NOT NULL,
    PRIMARY KEY (account_id, delivery_id, id)
) {log};
CREATE TABLE idempotency_keys (
    account_id {id} NOT NULL,
    scope_id {id} NOT NULL,
    key TEXT NOT NULL,
    intake_id {id} NOT NULL,
    event_id {id} NOT NULL,
    status SMALLINT NOT NULL,
    response {bytes} NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, scope_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
CREATE TABLE stats (
    account_id {id} NOT NULL,
    minute BIGINT NOT NULL,
    subject_kind SMALLINT NOT NULL,
    subject_id {id} NOT NULL,
    succeeded BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    le_5 BIGINT NOT NULL,
    le_10 BIGINT NOT NULL,
    le_25 BIGINT NOT NULL,
    le_50 BIGINT NOT NULL,
    le_100 BIGINT NOT NULL,
    le_250 BIGINT NOT NULL,
    le_500 BIGINT NOT NULL,
    le_1000 BIGINT NOT NULL,
    le_5000 BIGINT NOT NULL,
    slower BIGINT NOT NULL,
    PRIMARY KEY (account_id, subject_kind, subject_id, minute)
);
CREATE INDEX stats_age ON stats (minute);
";

const DOWN: &str = "
DROP TABLE stats;
DROP TABLE idempotency_keys;
DROP TABLE attempts;
DROP TABLE deliveries;
DROP TABLE events;
DROP TABLE payloads;
DROP TABLE requests;
";
