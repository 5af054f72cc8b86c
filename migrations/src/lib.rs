//! The frozen history of Hookloft's tables. It imports nothing of ours, so that a change of today's types cannot
//! change what a migration of last year does.
//!
//! A migration's SQL is written once, with `{braces}` where SQLite and PostgreSQL differ; [`dialect`] fills them in.

mod dialect;
mod m20261122_000001_accounts;
mod m20261122_000002_configuration;
mod m20261122_000003_logs;
mod m20261122_000004_job_queue;
mod m20261122_000005_hops;
mod m20261122_000006_first_attempts;
mod m20261127_000007_rotated_secrets;
mod m20261127_000008_records;
mod m20261127_000009_capture_windows;
mod m20261128_000010_replays;
mod m20261128_000011_source_revisions;
mod m20261128_000012_definition_versions;
mod m20261128_000013_chosen_samples;
mod m20261128_000015_long_lists;
mod m20261128_000016_logs_of_a_source;
mod m20261128_000017_source_endpoints;
mod m20261128_000018_sending_processes;

use sea_orm_migration::prelude::*;

/// Runs the migrations, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_accounts::Migration),
            Box::new(m20261122_000002_configuration::Migration),
            Box::new(m20261122_000003_logs::Migration),
            Box::new(m20261122_000004_job_queue::Migration),
            Box::new(m20261122_000005_hops::Migration),
            Box::new(m20261122_000006_first_attempts::Migration),
            Box::new(m20261127_000007_rotated_secrets::Migration),
            Box::new(m20261127_000008_records::Migration),
            Box::new(m20261127_000009_capture_windows::Migration),
            Box::new(m20261128_000010_replays::Migration),
            Box::new(m20261128_000011_source_revisions::Migration),
            Box::new(m20261128_000012_definition_versions::Migration),
            Box::new(m20261128_000013_chosen_samples::Migration),
            Box::new(m20261128_000015_long_lists::Migration),
            Box::new(m20261128_000016_logs_of_a_source::Migration),
            Box::new(m20261128_000017_source_endpoints::Migration),
            Box::new(m20261128_000018_sending_processes::Migration),
        ]
    }
}
