//! Customers and items, inside the transaction of a batch.

mod sql;

use crate::StorageError;
use crate::account_db::new_uuid;
use crate::journal::batch::Item;
use crate::journal::records::{
    self, CustomerColumns, CustomerRows, HistoryRows, ItemColumns, ItemRows, RecordRows, TermRows,
};
use domain::ids::{AccountId, CustomerId, ItemId, ModuleId};
use domain::record::{Held, HeldRecords, RecordAddress, RecordKey};
use domain::time::Timestamp;
use sql::{
    DELETE_CUSTOMERS, DELETE_HISTORY, DELETE_ITEMS, DELETE_TERMS, HOLD_CUSTOMERS, HOLD_ITEMS,
    INSERT_CUSTOMERS, INSERT_HISTORY, INSERT_ITEMS, INSERT_TERMS, UPDATE_CUSTOMERS, UPDATE_ITEMS,
};
use sqlx::{PgConnection, Row};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Holds the records that `items` name, lets `items` do to them what they want, and writes what comes of it.
///
/// Records that are there are locked first, in the order of their keys; only then are new ones inserted, in that order,
/// too: so no two transactions wait for each other.
pub(super) async fn settle(transaction: &mut PgConnection, items: &mut [Item]) -> Result<(), StorageError> {
    let named = records::named(items);
    if named.is_empty() {
        return Ok(());
    }
    let mut held = hold(transaction, named, records::moment(items)).await?;
    records::settle(items, &mut held);
    let rows = RecordRows::of(&held, items)?;
    write_terms(transaction, DELETE_TERMS, &rows.gone_terms).await?;
    delete_customers(transaction, &rows.gone_customers).await?;
    delete_items(transaction, &rows.gone_items).await?;
    write_customers(transaction, &rows).await?;
    write_items(transaction, &rows).await?;
    write_terms(transaction, INSERT_TERMS, &rows.new_terms).await?;
    write_history(transaction, &rows.history).await
}

async fn hold(
    transaction: &mut PgConnection,
    named: BTreeSet<(AccountId, RecordAddress)>,
    now: Timestamp,
) -> Result<HeldRecords, StorageError> {
    let mut held = HeldRecords::default();
    let (mut customers, mut items) = (Vec::new(), Vec::new());
    for (account, address) in named {
        match address {
            RecordAddress::Customer(key) => customers.push((account, key)),
            RecordAddress::Item(module, key) => items.push((account, module, key)),
        }
    }
    if !customers.is_empty() {
        hold_customers(transaction, &customers, &mut held).await?;
    }
    if !items.is_empty() {
        hold_items(transaction, &items, &mut held).await?;
    }
    for place in customers {
        let absent = || Held::new(CustomerId(new_uuid(now)), None);
        held.customers.entry(place).or_insert_with(absent);
    }
    for place in items {
        held.items.entry(place).or_insert_with(|| Held::new(ItemId(new_uuid(now)), None));
    }
    Ok(held)
}

async fn hold_customers(
    transaction: &mut PgConnection,
    named: &[(AccountId, RecordKey)],
    held: &mut HeldRecords,
) -> Result<(), StorageError> {
    let rows = sqlx::query(HOLD_CUSTOMERS)
        .bind(named.iter().map(|(account, _)| account.0).collect::<Vec<Uuid>>())
        .bind(named.iter().map(|(_, key)| key.as_str()).collect::<Vec<_>>())
        .fetch_all(transaction)
        .await?;
    for row in rows {
        let columns = CustomerColumns {
            id: row.get(1),
            key: row.get(2),
            fields: row.get(3),
            labels: row.get(4),
            external_account_numbers: row.get(5),
            points: row.get(6),
            spent: row.get(7),
            purchases: row.get(8),
            items: row.get(9),
            refunded: row.get(10),
            opted_in: row.get(11),
            version: row.get(12),
            created_at: row.get(13),
            updated_at: row.get(14),
        };
        let id = CustomerId(columns.id);
        let customer = columns.into_customer()?;
        let place = (AccountId(row.get(0)), customer.key.clone());
        held.customers.insert(place, Held::new(id, Some(customer)));
    }
    Ok(())
}

async fn hold_items(
    transaction: &mut PgConnection,
    named: &[(AccountId, ModuleId, RecordKey)],
    held: &mut HeldRecords,
) -> Result<(), StorageError> {
    let rows = sqlx::query(HOLD_ITEMS)
        .bind(named.iter().map(|(account, ..)| account.0).collect::<Vec<Uuid>>())
        .bind(named.iter().map(|(_, module, _)| module.0).collect::<Vec<Uuid>>())
        .bind(named.iter().map(|(.., key)| key.as_str()).collect::<Vec<_>>())
        .fetch_all(transaction)
        .await?;
    for row in rows {
        let columns = ItemColumns {
            id: row.get(2),
            key: row.get(3),
            title: row.get(4),
            data: row.get(5),
            fields: row.get(6),
            version: row.get(7),
            created_at: row.get(8),
            updated_at: row.get(9),
        };
        let id = ItemId(columns.id);
        let item = columns.into_item()?;
        let place = (AccountId(row.get(0)), ModuleId(row.get(1)), item.key.clone());
        held.items.insert(place, Held::new(id, Some(item)));
    }
    Ok(())
}

async fn delete_customers(transaction: &mut PgConnection, gone: &[(Uuid, Uuid)]) -> Result<(), StorageError> {
    if gone.is_empty() {
        return Ok(());
    }
    let (accounts, ids): (Vec<Uuid>, Vec<Uuid>) = gone.iter().copied().unzip();
    sqlx::query(DELETE_CUSTOMERS).bind(&accounts).bind(&ids).execute(&mut *transaction).await?;
    sqlx::query(DELETE_HISTORY).bind(&accounts).bind(&ids).execute(transaction).await?;
    Ok(())
}

async fn delete_items(
    transaction: &mut PgConnection,
    gone: &[(Uuid, Uuid, Uuid)],
) -> Result<(), StorageError> {
    if gone.is_empty() {
        return Ok(());
    }
    let accounts: Vec<Uuid> = gone.iter().map(|(account, ..)| *account).collect();
    let modules: Vec<Uuid> = gone.iter().map(|(_, module, _)| *module).collect();
    let ids: Vec<Uuid> = gone.iter().map(|(.., id)| *id).collect();
    let items = sqlx::query(DELETE_ITEMS).bind(&accounts).bind(&modules).bind(&ids);
    items.execute(&mut *transaction).await?;
    sqlx::query(DELETE_HISTORY).bind(&accounts).bind(&ids).execute(transaction).await?;
    Ok(())
}

async fn write_customers(transaction: &mut PgConnection, rows: &RecordRows<'_>) -> Result<(), StorageError> {
    let inserted = write_customer_rows(transaction, INSERT_CUSTOMERS, &rows.new_customers).await?;
    unless_overtaken(inserted, rows.new_customers.id.len())?;
    write_customer_rows(transaction, UPDATE_CUSTOMERS, &rows.changed_customers).await?;
    Ok(())
}

async fn write_customer_rows(
    transaction: &mut PgConnection,
    sql: &'static str,
    rows: &CustomerRows<'_>,
) -> Result<u64, StorageError> {
    if rows.id.is_empty() {
        return Ok(0);
    }
    let written = sqlx::query(sql)
        .bind(&rows.account_id)
        .bind(&rows.id)
        .bind(&rows.key)
        .bind(&rows.title)
        .bind(&rows.fields)
        .bind(&rows.labels)
        .bind(&rows.external_account_numbers)
        .bind(&rows.points)
        .bind(&rows.spent)
        .bind(&rows.purchases)
        .bind(&rows.items)
        .bind(&rows.refunded)
        .bind(&rows.opted_in)
        .bind(&rows.version)
        .bind(&rows.created_at)
        .bind(&rows.updated_at)
        .execute(transaction)
        .await?;
    Ok(written.rows_affected())
}

async fn write_items(transaction: &mut PgConnection, rows: &RecordRows<'_>) -> Result<(), StorageError> {
    let inserted = write_item_rows(transaction, INSERT_ITEMS, &rows.new_items).await?;
    unless_overtaken(inserted, rows.new_items.id.len())?;
    write_item_rows(transaction, UPDATE_ITEMS, &rows.changed_items).await?;
    Ok(())
}

async fn write_item_rows(
    transaction: &mut PgConnection,
    sql: &'static str,
    rows: &ItemRows<'_>,
) -> Result<u64, StorageError> {
    if rows.id.is_empty() {
        return Ok(0);
    }
    let written = sqlx::query(sql)
        .bind(&rows.account_id)
        .bind(&rows.module_id)
        .bind(&rows.id)
        .bind(&rows.key)
        .bind(&rows.title)
        .bind(&rows.data)
        .bind(&rows.fields)
        .bind(&rows.version)
        .bind(&rows.created_at)
        .bind(&rows.updated_at)
        .execute(transaction)
        .await?;
    Ok(written.rows_affected())
}

/// Another process made one of the records since they were looked for. The batch begins anew and finds it.
fn unless_overtaken(inserted: u64, expected: usize) -> Result<(), StorageError> {
    if inserted == expected as u64 {
        return Ok(());
    }
    Err(StorageError::Unavailable("another process made the same record at the same time".into()))
}

async fn write_terms(
    transaction: &mut PgConnection,
    sql: &'static str,
    rows: &TermRows,
) -> Result<(), StorageError> {
    if rows.record_id.is_empty() {
        return Ok(());
    }
    let terms = sqlx::query(sql).bind(&rows.account_id).bind(&rows.module_id).bind(&rows.value);
    terms.bind(&rows.field).bind(&rows.record_id).execute(transaction).await?;
    Ok(())
}

async fn write_history(transaction: &mut PgConnection, rows: &HistoryRows<'_>) -> Result<(), StorageError> {
    if rows.id.is_empty() {
        return Ok(());
    }
    sqlx::query(INSERT_HISTORY)
        .bind(&rows.account_id)
        .bind(&rows.record_id)
        .bind(&rows.id)
        .bind(&rows.event_type)
        .bind(&rows.request_id)
        .bind(&rows.made_by)
        .bind(&rows.version)
        .bind(&rows.attributes)
        .bind(&rows.changes)
        .execute(transaction)
        .await?;
    Ok(())
}
