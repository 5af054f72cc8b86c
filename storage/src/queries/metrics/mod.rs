//! What is reckoned over the items of a module: its key metrics (K8), and how many came when.
//!
//! PostgreSQL reckons with decimals of any size itself. SQLite knows none: it hands out the values, one scan for all
//! metrics, and they are added up here. Both ways read fields digit for digit and skip what is none of their type now,
//! as items keep fields of an older version of their module until they are read anew.

mod exact;
mod postgres;
mod sqlite;

use super::from_json;
use crate::account_db::AccountDb;
use crate::logs::Conditions;
use crate::{Backend, StorageError};
use domain::form::FieldType;
use domain::ids::{ItemId, ModuleId};
use domain::module::{DayCount, MetricKind, MetricValue, Module, ValueCount};
use domain::time::Timestamp;
use exact::{average, plain};
use std::collections::HashMap;

const DAY_MS: i64 = 24 * 3_600 * 1000;
/// Values that a count by value shows.
const MAX_VALUES: usize = 50;
/// Longest JSON of a value that is shown with its count.
const MAX_VALUE_CHARS: usize = 1_024;
/// Longest number that is reckoned with.
const MAX_NUMBER_CHARS: usize = 1_000;

/// What of a field's values is reckoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fold {
    Sum,
    Min(Order),
    Max(Order),
}

/// By what values of a field are the least and the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Number,
    Day,
    TimeOfDay,
}

/// A field with what is reckoned of it.
#[derive(Debug, Clone, Copy)]
struct Folding<'m> {
    key: &'m str,
    fold: Fold,
}

/// What came of a [`Folding`].
#[derive(Debug, Clone, Default)]
struct Folded {
    /// How many items have a value.
    items: i64,
    value: Option<String>,
}

impl AccountDb<'_> {
    /// The key metrics of a module, over the items that are there now.
    ///
    /// # Errors
    /// What the database says.
    pub async fn metrics(&self, module: &Module) -> Result<Vec<MetricValue>, StorageError> {
        let metrics = &module.config.metrics;
        let foldings: Vec<_> = metrics.iter().filter_map(|metric| folding(module, &metric.kind)).collect();
        let folded = match self.db().backend() {
            _ if foldings.is_empty() => Vec::new(),
            Backend::Sqlite => self.fold_here(module.id, &foldings).await?,
            Backend::Postgres => self.fold_there(module.id, &foldings).await?,
        };
        let mut folded = folded.into_iter();
        let mut values = Vec::with_capacity(metrics.len());
        for metric in metrics {
            let (name, kind) = (metric.name.clone(), metric.kind.clone());
            let mut value = MetricValue { name, kind, items: 0, value: None, values: Vec::new() };
            if let MetricKind::Count = &metric.kind {
                value.items = self.count_items(module.id).await?;
                value.value = Some(value.items.to_string());
            } else if let MetricKind::CountBy { field } = &metric.kind {
                (value.items, value.values) = self.count_by(module.id, field).await?;
            } else if folding(module, &metric.kind).is_some() {
                let Folded { items, value: text } = folded.next().unwrap_or_default();
                value.items = items;
                value.value = text.map(|text| shown(&metric.kind, &text, items));
            }
            values.push(value);
        }
        Ok(values)
    }

    async fn count_items(&self, module: ModuleId) -> Result<i64, StorageError> {
        let found = self.of_module(module).select(self.db(), "SELECT count(*) FROM items", "").await?;
        Ok(found.first().map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default())
    }

    /// How many items have a value of the field `key`, and its most frequent values.
    async fn count_by(&self, module: ModuleId, key: &str) -> Result<(i64, Vec<ValueCount>), StorageError> {
        let (json, by_bytes) = match self.db().backend() {
            Backend::Sqlite => ("fields", ""),
            Backend::Postgres => ("fields::json", "COLLATE \"C\""),
        };
        let mut conditions = self.of_module(module);
        let key = conditions.place(key.to_owned());
        // What is too long to be shown is counted together, as no value.
        let head = format!(
            "SELECT CASE WHEN length(value) <= {MAX_VALUE_CHARS} THEN value END AS shown, count(*), \
             CAST(sum(count(*)) OVER () AS BIGINT) \
             FROM (SELECT CAST({json} -> CAST({key} AS TEXT) AS TEXT) {by_bytes} AS value FROM items"
        );
        let tail = format!(
            ") AS found WHERE value IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {}",
            MAX_VALUES + 1
        );
        let found = conditions.select(self.db(), &head, &tail).await?;
        let items = found.first().map(|row| row.try_get_by_index(2)).transpose()?.unwrap_or_default();
        let mut values = Vec::new();
        for row in found {
            if let Some(text) = row.try_get_by_index::<Option<String>>(0)? {
                let value = from_json("a field of an item of module", module.0, &text)?;
                values.push(ValueCount { value, items: row.try_get_by_index(1)? });
            }
        }
        values.truncate(MAX_VALUES);
        Ok((items, values))
    }

    /// How many items of a module came on each of the last `days` days, the day of `now` included; days are those of UTC.
    ///
    /// # Errors
    /// What the database says.
    pub async fn items_over_time(
        &self,
        module: ModuleId,
        days: u16,
        now: Timestamp,
    ) -> Result<Vec<DayCount>, StorageError> {
        let today = now.0.div_euclid(DAY_MS);
        let first = today + 1 - i64::from(days.max(1));
        let mut conditions = self.of_module(module);
        conditions.and("id >= ?", ItemId::new(Timestamp(first * DAY_MS), &[0; 10]).0);
        let head = format!("SELECT created_at / {DAY_MS}, count(*) FROM items");
        let mut counts = HashMap::new();
        for row in conditions.select(self.db(), &head, "GROUP BY 1").await? {
            counts.insert(row.try_get_by_index::<i64>(0)?, row.try_get_by_index::<i64>(1)?);
        }
        let count = |day| counts.get(&day).copied().unwrap_or_default();
        let of_day = |day| DayCount { day: Timestamp(day * DAY_MS), items: count(day) };
        Ok((first..=today).map(of_day).collect())
    }

    fn of_module(&self, module: ModuleId) -> Conditions {
        let mut conditions = Conditions::of(self.account_id());
        conditions.and("module_id = ?", module.0);
        conditions
    }
}

/// What is reckoned of which field; `None` of what is only counted, and of a field that is no more.
fn folding<'m>(module: &Module, kind: &'m MetricKind) -> Option<Folding<'m>> {
    let key = kind.field()?;
    let order = match module.config.field(key)?.field_type {
        FieldType::Date => Order::Day,
        FieldType::Time => Order::TimeOfDay,
        _ => Order::Number,
    };
    let fold = match kind {
        MetricKind::Count | MetricKind::CountBy { .. } => return None,
        MetricKind::Sum { .. } | MetricKind::Average { .. } => Fold::Sum,
        MetricKind::Min { .. } => Fold::Min(order),
        MetricKind::Max { .. } => Fold::Max(order),
    };
    Some(Folding { key, fold })
}

/// A folded value as people see it.
fn shown(kind: &MetricKind, text: &str, items: i64) -> String {
    match kind {
        MetricKind::Average { .. } => average(text, items),
        _ => plain(text),
    }
}
