//! Customers and items, inside the transaction of a batch, which is the only one that writes.

use crate::StorageError;
use crate::account_db::new_uuid;
use crate::journal::batch::Item;
use crate::journal::records::{
    self, CustomerColumns, CustomerRows, HistoryRows, ItemColumns, ItemRows, RecordRows, TermRows,
};
use domain::customer::Customer;
use domain::ids::{AccountId, CustomerId, ItemId, ModuleId};
use domain::module;
use domain::record::{Held, HeldRecords, RecordAddress, RecordKey};
use rusqlite::{OptionalExtension, Transaction, params};
use uuid::Uuid;

const CUSTOMER: &str = "
SELECT id, key, fields, labels, external_account_numbers, points, spent, purchases, items, refunded, opted_in,
       version, created_at, updated_at
FROM customers WHERE account_id = ? AND key = ?";

const ITEM: &str = "
SELECT id, key, title, data, fields, version, created_at, updated_at
FROM items WHERE account_id = ? AND module_id = ? AND key = ?";

const INSERT_CUSTOMER: &str = "
INSERT INTO customers (account_id, id, key, title, fields, labels, external_account_numbers, points, spent, purchases,
                       items, refunded, opted_in, version, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

const UPDATE_CUSTOMER: &str = "
UPDATE customers
SET title = ?4, fields = ?5, labels = ?6, external_account_numbers = ?7, points = ?8, spent = ?9, purchases = ?10,
    items = ?11, refunded = ?12, opted_in = ?13, version = ?14, updated_at = ?16
WHERE account_id = ?1 AND id = ?2 AND key = ?3 AND created_at = ?15";

const INSERT_ITEM: &str = "
INSERT INTO items (account_id, module_id, id, key, title, data, fields, version, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

const UPDATE_ITEM: &str = "
UPDATE items SET title = ?5, data = ?6, fields = ?7, version = ?8, updated_at = ?10
WHERE account_id = ?1 AND module_id = ?2 AND id = ?3 AND key = ?4 AND created_at = ?9";

const DELETE_ITEM: &str = "DELETE FROM items WHERE account_id = ? AND module_id = ? AND id = ?";

/// Notes go with their customer.
const DELETE_CUSTOMER: &str = "DELETE FROM customers WHERE account_id = ? AND id = ?";

const DELETE_HISTORY: &str = "DELETE FROM history WHERE account_id = ? AND record_id = ?";

const DELETE_TERM: &str = "
DELETE FROM search_terms WHERE account_id = ? AND module_id = ? AND value = ? AND field = ? AND record_id = ?";

const INSERT_TERM: &str = "
INSERT INTO search_terms (account_id, module_id, value, field, record_id)
VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";

const INSERT_HISTORY: &str = "
INSERT INTO history (account_id, record_id, id, event_type, request_id, made_by, version, attributes, changes)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// Lets `items` do to the records that they name what they want, and writes what comes of it.
pub(super) fn settle(transaction: &Transaction<'_>, items: &mut [Item]) -> Result<(), StorageError> {
    let named = records::named(items);
    if named.is_empty() {
        return Ok(());
    }
    let now = records::moment(items);
    let mut held = HeldRecords::default();
    for (account, address) in named {
        match address {
            RecordAddress::Customer(key) => {
                let customer = customer(transaction, account, &key)?
                    .unwrap_or_else(|| Held::new(CustomerId(new_uuid(now)), None));
                held.customers.insert((account, key), customer);
            }
            RecordAddress::Item(module, key) => {
                let item = item(transaction, (account, module, &key))?
                    .unwrap_or_else(|| Held::new(ItemId(new_uuid(now)), None));
                held.items.insert((account, module, key), item);
            }
        }
    }
    records::settle(items, &mut held);
    write(transaction, &RecordRows::of(&held, items)?)
}

fn write(transaction: &Transaction<'_>, rows: &RecordRows<'_>) -> Result<(), StorageError> {
    write_terms(transaction, DELETE_TERM, &rows.gone_terms)?;
    delete(transaction, rows)?;
    write_customers(transaction, INSERT_CUSTOMER, &rows.new_customers)?;
    write_customers(transaction, UPDATE_CUSTOMER, &rows.changed_customers)?;
    write_items(transaction, INSERT_ITEM, &rows.new_items)?;
    write_items(transaction, UPDATE_ITEM, &rows.changed_items)?;
    write_terms(transaction, INSERT_TERM, &rows.new_terms)?;
    write_history(transaction, &rows.history)
}

fn delete(transaction: &Transaction<'_>, rows: &RecordRows<'_>) -> Result<(), StorageError> {
    for (account, id) in &rows.gone_customers {
        let record = params![account.as_bytes(), id.as_bytes()];
        transaction.prepare_cached(DELETE_CUSTOMER)?.execute(record)?;
        transaction.prepare_cached(DELETE_HISTORY)?.execute(record)?;
    }
    for (account, module, id) in &rows.gone_items {
        let place = params![account.as_bytes(), module.as_bytes(), id.as_bytes()];
        transaction.prepare_cached(DELETE_ITEM)?.execute(place)?;
        let record = params![account.as_bytes(), id.as_bytes()];
        transaction.prepare_cached(DELETE_HISTORY)?.execute(record)?;
    }
    Ok(())
}

fn customer(
    transaction: &Transaction<'_>,
    account: AccountId,
    key: &RecordKey,
) -> Result<Option<Held<CustomerId, Customer>>, StorageError> {
    let found =
        transaction.prepare_cached(CUSTOMER)?.query_row(params![account.0.as_bytes(), key.as_str()], |row| {
            Ok(CustomerColumns {
                id: Uuid::from_bytes(row.get(0)?),
                key: row.get(1)?,
                fields: row.get(2)?,
                labels: row.get(3)?,
                external_account_numbers: row.get(4)?,
                points: row.get(5)?,
                spent: row.get(6)?,
                purchases: row.get(7)?,
                items: row.get(8)?,
                refunded: row.get(9)?,
                opted_in: row.get(10)?,
                version: row.get(11)?,
                created_at: row.get(12)?,
                updated_at: row.get(13)?,
            })
        });
    let Some(columns) = found.optional()? else { return Ok(None) };
    let id = CustomerId(columns.id);
    Ok(Some(Held::new(id, Some(columns.into_customer()?))))
}

fn item(
    transaction: &Transaction<'_>,
    (account, module, key): (AccountId, ModuleId, &RecordKey),
) -> Result<Option<Held<ItemId, module::Item>>, StorageError> {
    let found = transaction.prepare_cached(ITEM)?.query_row(
        params![account.0.as_bytes(), module.0.as_bytes(), key.as_str()],
        |row| {
            Ok(ItemColumns {
                id: Uuid::from_bytes(row.get(0)?),
                key: row.get(1)?,
                title: row.get(2)?,
                data: row.get(3)?,
                fields: row.get(4)?,
                version: row.get(5)?,
                created_at: row.get(6)?,
                updated_at: row.get(7)?,
            })
        },
    );
    let Some(columns) = found.optional()? else { return Ok(None) };
    let id = ItemId(columns.id);
    Ok(Some(Held::new(id, Some(columns.into_item()?))))
}

fn write_customers(
    transaction: &Transaction<'_>,
    sql: &str,
    rows: &CustomerRows<'_>,
) -> Result<(), StorageError> {
    let mut statement = transaction.prepare_cached(sql)?;
    for row in 0..rows.id.len() {
        statement.execute(params![
            rows.account_id[row].as_bytes(),
            rows.id[row].as_bytes(),
            rows.key[row],
            rows.title[row],
            rows.fields[row],
            rows.labels[row],
            rows.external_account_numbers[row],
            rows.points[row],
            rows.spent[row],
            rows.purchases[row],
            rows.items[row],
            rows.refunded[row],
            rows.opted_in[row],
            rows.version[row],
            rows.created_at[row],
            rows.updated_at[row],
        ])?;
    }
    Ok(())
}

fn write_items(transaction: &Transaction<'_>, sql: &str, rows: &ItemRows<'_>) -> Result<(), StorageError> {
    let mut statement = transaction.prepare_cached(sql)?;
    for row in 0..rows.id.len() {
        statement.execute(params![
            rows.account_id[row].as_bytes(),
            rows.module_id[row].as_bytes(),
            rows.id[row].as_bytes(),
            rows.key[row],
            rows.title[row],
            rows.data[row],
            rows.fields[row],
            rows.version[row],
            rows.created_at[row],
            rows.updated_at[row],
        ])?;
    }
    Ok(())
}

fn write_terms(transaction: &Transaction<'_>, sql: &str, rows: &TermRows) -> Result<(), StorageError> {
    let mut statement = transaction.prepare_cached(sql)?;
    for row in 0..rows.record_id.len() {
        statement.execute(params![
            rows.account_id[row].as_bytes(),
            rows.module_id[row].as_bytes(),
            rows.value[row],
            rows.field[row],
            rows.record_id[row].as_bytes(),
        ])?;
    }
    Ok(())
}

fn write_history(transaction: &Transaction<'_>, rows: &HistoryRows<'_>) -> Result<(), StorageError> {
    let mut statement = transaction.prepare_cached(INSERT_HISTORY)?;
    for row in 0..rows.id.len() {
        statement.execute(params![
            rows.account_id[row].as_bytes(),
            rows.record_id[row].as_bytes(),
            rows.id[row].as_bytes(),
            rows.event_type[row],
            rows.request_id[row].as_ref().map(Uuid::as_bytes),
            rows.made_by[row],
            rows.version[row],
            rows.attributes[row],
            rows.changes[row],
        ])?;
    }
    Ok(())
}
