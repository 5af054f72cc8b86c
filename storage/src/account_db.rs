//! The door to the rows an account owns.
//!
//! Reads go through [`AccountDb`], writes through an [`AccountTx`] it begins. Both pick rows only by way of the owning
//! account's column, so a query that forgets the account cannot be written here. A write that changes what the engine
//! acts on is begun with [`AccountDb::begin_configuring`]: it bumps the account's routing version before it does
//! anything else, which also makes such writes of one account wait for each other.

use crate::entities::{AccountOwned, account, audit_entry};
use crate::sealed::Place;
use crate::{AccountScope, Backend, Db, MasterKey, StorageError};
use domain::account::Actor;
use domain::ids::AccountId;
use domain::secret::SecretText;
use domain::time::Timestamp;
use sea_orm::{
    AccessMode, ActiveValue::Set, ColumnTrait, DatabaseConnection, DatabaseTransaction, DeleteMany,
    EntityTrait, ExprTrait, IsolationLevel, QueryFilter, Select, SqliteTransactionMode, TransactionOptions,
    TransactionTrait, UpdateMany,
};
use uuid::Uuid;

/// One account's rows, for whoever holds its scope.
#[derive(Debug, Clone, Copy)]
pub struct AccountDb<'a> {
    db: &'a Db,
    scope: &'a AccountScope,
}

impl<'a> AccountDb<'a> {
    pub(crate) const fn new(db: &'a Db, scope: &'a AccountScope) -> Self {
        Self { db, scope }
    }

    pub(crate) const fn account_id(&self) -> AccountId {
        self.scope.account_id()
    }

    pub(crate) const fn db(&self) -> &'a Db {
        self.db
    }

    pub(crate) const fn reader(&self) -> &'a DatabaseConnection {
        &self.db.reader
    }

    pub(crate) fn rows<E: AccountOwned>(&self) -> Select<E> {
        rows(self.account_id())
    }

    /// A transaction that reads, then writes; dropped without [`AccountTx::commit`], it leaves nothing behind. Nothing
    /// but SQL is awaited in it, because on SQLite everybody else's writes wait for it. (A closure that takes the
    /// transaction would say so better, but its future cannot be awaited on a task: "not general enough".)
    pub(crate) async fn begin(&self, at: Timestamp) -> Result<AccountTx<'a>, StorageError> {
        let tx = self.db.begin_write().await?;
        Ok(AccountTx { tx, scope: self.scope, master_key: &self.db.master_key, at })
    }

    /// A transaction that changes sources, subscriptions or integrations. The account's row is locked first, then
    /// others: the journal, which shares that lock, takes them in the same order.
    pub(crate) async fn begin_configuring(&self, at: Timestamp) -> Result<AccountTx<'a>, StorageError> {
        let tx = self.begin(at).await?;
        #[expect(clippy::disallowed_methods, reason = "names its account by its own id")]
        let bumped = account::Entity::update_many()
            .col_expr(account::Column::RoutingVersion, account::Column::RoutingVersion.into_expr().add(1))
            .filter(account::Column::Id.eq(self.account_id().0))
            .exec(&tx.tx)
            .await?;
        if bumped.rows_affected == 0 {
            return Err(StorageError::NotFound);
        }
        Ok(tx)
    }
}

/// One write transaction in an account.
#[derive(Debug)]
pub(crate) struct AccountTx<'a> {
    pub(crate) tx: DatabaseTransaction,
    scope: &'a AccountScope,
    master_key: &'a MasterKey,
    /// When the write happens.
    pub(crate) at: Timestamp,
}

/// What an audit line is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) kind: &'static str,
    pub(crate) id: Uuid,
    pub(crate) name: &'a str,
}

impl AccountTx<'_> {
    pub(crate) const fn account_id(&self) -> AccountId {
        self.scope.account_id()
    }

    pub(crate) fn rows<E: AccountOwned>(&self) -> Select<E> {
        rows(self.account_id())
    }

    pub(crate) fn changes<E: AccountOwned>(&self) -> UpdateMany<E> {
        #[expect(clippy::disallowed_methods, reason = "the door itself: bound to the account at once")]
        E::update_many().filter(E::ACCOUNT_ID.eq(self.account_id().0))
    }

    pub(crate) fn removals<E: AccountOwned>(&self) -> DeleteMany<E> {
        #[expect(clippy::disallowed_methods, reason = "the door itself: bound to the account at once")]
        E::delete_many().filter(E::ACCOUNT_ID.eq(self.account_id().0))
    }

    pub(crate) fn seal(&self, table: &'static str, id: Uuid, secret: &SecretText) -> Vec<u8> {
        self.master_key.seal(Place { account_id: self.account_id(), table, id }, secret)
    }

    /// What [`Self::seal`] sealed in the same place.
    pub(crate) fn open(
        &self,
        table: &'static str,
        id: Uuid,
        sealed: &[u8],
    ) -> Result<SecretText, StorageError> {
        self.master_key.open(Place { account_id: self.account_id(), table, id }, sealed)
    }

    /// Who writes.
    pub(crate) const fn actor(&self) -> Actor {
        self.scope.actor()
    }

    /// Notes who did what, in the transaction that does it.
    pub(crate) async fn audit(&self, action: &str, subject: Subject<'_>) -> Result<(), StorageError> {
        write_audit(&self.tx, self.account_id(), self.actor(), action, subject, self.at).await
    }

    pub(crate) async fn commit(self) -> Result<(), StorageError> {
        Ok(self.tx.commit().await?)
    }
}

impl Db {
    /// Begins a write. On SQLite it takes the file's write lock at once, so that it cannot fail half-way through
    /// because another process wrote meanwhile.
    pub(crate) async fn begin_write(&self) -> Result<DatabaseTransaction, StorageError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.writer.begin_with_options(options).await?)
    }

    /// Begins a read whose statements all see the same moment.
    pub(crate) async fn begin_snapshot(&self) -> Result<DatabaseTransaction, StorageError> {
        let options = match self.backend {
            Backend::Sqlite => TransactionOptions::default(),
            Backend::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                sqlite_transaction_mode: None,
            },
        };
        Ok(self.reader.begin_with_options(options).await?)
    }
}

/// The rows of `E` that belong to `account_id`.
pub(crate) fn rows<E: AccountOwned>(account_id: AccountId) -> Select<E> {
    #[expect(clippy::disallowed_methods, reason = "the door itself: bound to the account at once")]
    E::find().filter(E::ACCOUNT_ID.eq(account_id.0))
}

/// Writes a line of the audit log.
pub(crate) async fn write_audit(
    tx: &DatabaseTransaction,
    account_id: AccountId,
    actor: Actor,
    action: &str,
    subject: Subject<'_>,
    at: Timestamp,
) -> Result<(), StorageError> {
    let entry = audit_entry::ActiveModel {
        account_id: Set(account_id.0),
        id: Set(new_uuid(at)),
        actor: Set(crate::queries::audit::actor_text(actor)),
        action: Set(action.into()),
        subject_kind: Set(subject.kind.into()),
        subject_id: Set(subject.id),
        subject_name: Set(subject.name.into()),
    };
    audit_entry::Entity::insert(entry).exec_without_returning(tx).await?;
    Ok(())
}

/// A UUIDv7 of that moment, for rows that have no id type of their own or are made here.
pub(crate) fn new_uuid(at: Timestamp) -> Uuid {
    let mut random = [0; 10];
    crate::sealed::fill_with_randomness(&mut random);
    uuid::Builder::from_unix_timestamp_millis(at.0.unsigned_abs(), &random).into_uuid()
}
