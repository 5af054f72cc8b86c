//! Claims: how a process takes deliveries that are due, and gives back what it did not begin.
//!
//! `deliveries.due_at` says when a row may be taken. Taking it moves `due_at` to the end of the lease and writes a lease
//! token; a process that dies leaves rows that become due again by themselves. The index leads with the integration, so
//! that integrations which are full are skipped without walking over their backlog.

mod postgres;
mod sqlite;

use crate::{Backend, Db, StorageError};
use domain::event::EventType;
use domain::hops::Hops;
use domain::ids::{AccountId, AttemptId, DeliveryId, EventId, IntegrationId};
use domain::time::Timestamp;
use std::collections::HashMap;
use uuid::Uuid;

/// An integration that has deliveries waiting or in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Whose it is.
    pub account_id: AccountId,
    /// The integration.
    pub integration_id: IntegrationId,
    /// When its first delivery is due (or its first lease ends).
    pub due_at: Timestamp,
}

/// How many deliveries have not ended, by what they wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// To be taken: they are due.
    pub due: i64,
    /// For the process that has taken them.
    pub leased: i64,
    /// For the time of their next attempt.
    pub scheduled: i64,
}

/// How much to take of one integration.
#[derive(Debug, Clone, Copy)]
pub struct Want {
    /// The integration.
    pub integration_id: IntegrationId,
    /// At most so many deliveries.
    pub limit: u16,
    /// For so long.
    pub lease_ms: i64,
}

/// A delivery that this process may send until its lease ends.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// Whose it is.
    pub account_id: AccountId,
    /// The delivery.
    pub id: DeliveryId,
    /// The event it carries.
    pub event_id: EventId,
    /// That event's type.
    pub event_type: EventType,
    /// The event's data as JSON text; `None` when retention took it.
    pub data: Option<Vec<u8>>,
    /// How far the event is from the one that came from outside.
    pub hops: Hops,
    /// Where it goes.
    pub integration_id: IntegrationId,
    /// Attempts finished so far.
    pub attempts: i32,
    /// Attempts finished in the present schedule.
    pub schedule_tries: i32,
    /// When the present schedule began.
    pub schedule_started_at: Timestamp,
    /// The lease.
    pub lease_token: Uuid,
}

impl Db {
    /// Every integration that has pending deliveries, with the moment its first one is due.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn backlogs(&self) -> Result<Vec<Backlog>, StorageError> {
        match self.backend {
            Backend::Postgres => postgres::backlogs(self).await,
            Backend::Sqlite => sqlite::backlogs(self).await,
        }
    }

    /// How many deliveries have not ended. At most `limit` of those that are due are counted, and of the others as many
    /// in all, by the index that claims use: it costs no more with a larger backlog.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn pending(&self, now: Timestamp, limit: u32) -> Result<Pending, StorageError> {
        match self.backend {
            Backend::Postgres => postgres::pending(self, now, limit).await,
            Backend::Sqlite => sqlite::pending(self, now, limit).await,
        }
    }

    /// Takes deliveries that are due at `now`, under `lease_token`, until their events' data come to `max_bytes`: one
    /// more is taken while less was, so that one always is. Processes that share a database are taken to agree on the
    /// time within a few seconds; a lease has a margin of more.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn claim(
        &self,
        wants: &[Want],
        max_bytes: u32,
        lease_token: Uuid,
        now: Timestamp,
    ) -> Result<Vec<Claimed>, StorageError> {
        match self.backend {
            Backend::Postgres => postgres::claim(self, wants, max_bytes, lease_token, now).await,
            Backend::Sqlite => sqlite::claim(self, wants, max_bytes, lease_token, now).await,
        }
    }

    /// Gives back deliveries that were taken and not begun: they are due at once.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn release(
        &self,
        leases: &[(AccountId, DeliveryId, Uuid)],
        now: Timestamp,
    ) -> Result<(), StorageError> {
        match self.backend {
            Backend::Postgres => postgres::release(self, leases, now).await,
            Backend::Sqlite => sqlite::release(self, leases, now).await,
        }
    }

    /// The routing versions of `accounts`; an account that is gone is missing.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn routing_versions(
        &self,
        accounts: &[AccountId],
    ) -> Result<HashMap<AccountId, i64>, StorageError> {
        match self.backend {
            Backend::Postgres => postgres::routing_versions(self, accounts).await,
            Backend::Sqlite => sqlite::routing_versions(self, accounts).await,
        }
    }

    /// Whether an intake's payload row is on disk.
    pub(crate) async fn intake_exists(&self, account: AccountId, id: Uuid) -> Result<bool, StorageError> {
        match self.backend {
            Backend::Postgres => postgres::intake_exists(self, account, id).await,
            Backend::Sqlite => sqlite::intake_exists(self, account, id).await,
        }
    }

    /// Whether an attempt's row is on disk.
    pub(crate) async fn attempt_exists(
        &self,
        account: AccountId,
        delivery: DeliveryId,
        id: AttemptId,
    ) -> Result<bool, StorageError> {
        match self.backend {
            Backend::Postgres => postgres::attempt_exists(self, account, delivery, id).await,
            Backend::Sqlite => sqlite::attempt_exists(self, account, delivery, id).await,
        }
    }

    pub(crate) fn postgres(&self) -> &sqlx::PgPool {
        self.writer.get_postgres_connection_pool()
    }

    /// The connections of the journal's committers.
    pub(crate) fn journal_pool(&self) -> &sqlx::PgPool {
        self.committers.as_ref().unwrap_or(&self.writer).get_postgres_connection_pool()
    }

    pub(crate) fn sqlite_writer(&self) -> &sqlx::SqlitePool {
        self.writer.get_sqlite_connection_pool()
    }

    pub(crate) fn sqlite_reader(&self) -> &sqlx::SqlitePool {
        self.reader.get_sqlite_connection_pool()
    }
}

/// The columns of the counts, in the order both backends select them.
fn pending<'r, R>(row: &'r R) -> Result<Pending, StorageError>
where
    R: sqlx::Row,
    usize: sqlx::ColumnIndex<R>,
    i64: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    let (later, leased): (i64, i64) = (row.try_get(1)?, row.try_get(2)?);
    Ok(Pending { due: row.try_get(0)?, leased, scheduled: later - leased })
}

/// The columns of a claimed row, in the order both backends select them.
fn claimed<'r, R>(row: &'r R) -> Result<Claimed, StorageError>
where
    R: sqlx::Row,
    usize: sqlx::ColumnIndex<R>,
    Uuid: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    String: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    Option<Vec<u8>>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    Option<i16>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    i32: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    i64: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    let event_type: String = row.try_get(3)?;
    Ok(Claimed {
        account_id: AccountId(row.try_get(0)?),
        id: DeliveryId(row.try_get(1)?),
        event_id: EventId(row.try_get(2)?),
        event_type: EventType::new(event_type).map_err(|error| StorageError::Corrupt(error.to_string()))?,
        data: row.try_get(4)?,
        integration_id: IntegrationId(row.try_get(5)?),
        attempts: row.try_get(6)?,
        schedule_tries: row.try_get(7)?,
        schedule_started_at: Timestamp(row.try_get(8)?),
        lease_token: row.try_get(9)?,
        hops: row.try_get::<Option<i16>, _>(10)?.map_or(Hops::default(), Hops::from_code),
    })
}
