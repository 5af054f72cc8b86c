//! What Hookloft remembers. The only crate that sees sea-orm, sqlx or rusqlite; callers get `domain` types.
//!
//! There are three doors to account-owned rows: [`AccountDb`] (configuration and reading, for somebody who holds an
//! [`AccountScope`]), [`unscoped`] (the few reads made before an account is known), and the engine (the journal, claims
//! and routing), whose statements carry the account's id in every row.

mod account_db;
mod checkpoint;
mod claims;
mod connect;
mod entities;
mod error;
mod job_queue;
mod journal;
mod logs;
mod migration_status;
mod partitions;
mod private_files;
mod queries;
mod routing;
mod routing_cache;
mod scope;
mod sealed;
mod sending_processes;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
pub mod unscoped;

pub use account_db::AccountDb;
pub use claims::{Backlog, Claimed, Pending, Want};
pub use connect::{Backend, Db, FileLock, sqlite_path};
pub use error::StorageError;
pub use job_queue::JobQueue;
pub use journal::{
    Committed, Committers, Decide, Finish, IdempotencyKey, IntakeDraft, Journal, NewDelivery, RequestRecord,
};
pub use logs::{KeptRequest, TallyRow, ToReplay};
pub use migration_status::MigrationStatus;
pub use private_files::make_private_files;
pub use queries::audit::AuditEntry;
pub use queries::decisions::Decisions;
pub use queries::replays::{ReplayRun, ReplayStep};
pub use routing_cache::RoutingCache;
pub use scope::AccountScope;
pub use sealed::MasterKey;
pub use sending_processes::SendingPlace;
