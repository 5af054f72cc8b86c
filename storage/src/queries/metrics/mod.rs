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
use domain::ids::ModuleId;
use domain::module::{DayCount, DayValue, MetricKind, MetricValue, Module, ValueCount};
use domain::time::Timestamp;
use exact::{average, plain};
use sea_orm::QueryResult;
use std::collections::HashMap;

const DAY_MS: i64 = 24 * 3_600 * 1000;
/// The day of an item, counted from 1970.
const DAY: &str = "created_at / 86400000";
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

/// What came of each [`Folding`], by day; of all items together under day 0.
type ByDay = HashMap<i64, Vec<Folded>>;

/// The last days, counted from 1970, the first of them to today's.
#[derive(Debug, Clone, Copy)]
struct Days {
    first: i64,
    today: i64,
}

impl Days {
    fn up_to(now: Timestamp, days: u16) -> Self {
        let today = now.0.div_euclid(DAY_MS);
        Self { first: today + 1 - i64::from(days.max(1)), today }
    }

    fn each<T>(self, of_day: impl FnMut(i64) -> T) -> Vec<T> {
        (self.first..=self.today).map(of_day).collect()
    }
}

impl AccountDb<'_> {
    /// The key metrics of a module, over the items that are there now: altogether, and over those that came on each of the
    /// last `days` days, the day of `now` included; days are those of UTC.
    ///
    /// # Errors
    /// What the database says.
    pub async fn metrics(
        &self,
        module: &Module,
        days: u16,
        now: Timestamp,
    ) -> Result<Vec<MetricValue>, StorageError> {
        let days = Days::up_to(now, days);
        let metrics = &module.config.metrics;
        let foldings: Vec<_> = metrics.iter().filter_map(|metric| folding(module, &metric.kind)).collect();
        let all = self.fold(module.id, &foldings, None).await?;
        let by_day = self.fold(module.id, &foldings, Some(days)).await?;
        let counted = self.count_by_day(module.id, days).await?;
        let folded_of = |folded: &ByDay, day, place: usize| {
            folded.get(&day).and_then(|all| all.get(place)).cloned().unwrap_or_default()
        };
        let mut values = Vec::with_capacity(metrics.len());
        let mut places = 0..foldings.len();
        for metric in metrics {
            let (name, kind) = (metric.name.clone(), metric.kind.clone());
            let mut value =
                MetricValue { name, kind, items: 0, value: None, values: Vec::new(), over_time: Vec::new() };
            if let MetricKind::Count = &metric.kind {
                value.items = self.count_items(module.id).await?;
                value.value = Some(value.items.to_string());
                value.over_time = days.each(|day| {
                    let items = counted.get(&day).copied().unwrap_or_default();
                    DayValue { value: Some(items.to_string()), ..day_value(day, items) }
                });
            } else if let MetricKind::CountBy { field } = &metric.kind {
                self.count_by(module.id, field, days, &mut value).await?;
            } else if let Some(place) = folding(module, &metric.kind).and_then(|_| places.next()) {
                let Folded { items, value: text } = folded_of(&all, 0, place);
                value.items = items;
                value.value = text.map(|text| shown(&metric.kind, &text, items));
                value.over_time = days.each(|day| {
                    let Folded { items, value: text } = folded_of(&by_day, day, place);
                    let text = text.map(|text| shown(&metric.kind, &text, items));
                    DayValue { value: text, ..day_value(day, items) }
                });
            }
            values.push(value);
        }
        Ok(values)
    }

    async fn fold(
        &self,
        module: ModuleId,
        foldings: &[Folding<'_>],
        days: Option<Days>,
    ) -> Result<ByDay, StorageError> {
        match self.db().backend() {
            _ if foldings.is_empty() => Ok(ByDay::new()),
            Backend::Sqlite => self.fold_here(module, foldings, days).await,
            Backend::Postgres => self.fold_there(module, foldings, days).await,
        }
    }

    async fn count_items(&self, module: ModuleId) -> Result<i64, StorageError> {
        let found = self.of_module(module).select(self.db(), "SELECT count(*) FROM items", "").await?;
        Ok(found.first().map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default())
    }

    /// How many items have a value of the field `key`, its most frequent values, and how many came with these when.
    async fn count_by(
        &self,
        module: ModuleId,
        key: &str,
        days: Days,
        counted: &mut MetricValue,
    ) -> Result<(), StorageError> {
        let (json, by_bytes) = match self.db().backend() {
            Backend::Sqlite => ("fields", ""),
            Backend::Postgres => ("fields::json", " COLLATE \"C\""),
        };
        let field = |place: &str| format!("CAST({json} -> CAST({place} AS TEXT) AS TEXT){by_bytes}");
        let mut conditions = self.of_module(module);
        // What is too long to be shown is counted together, as no value.
        let head = format!(
            "SELECT CASE WHEN length(value) <= {MAX_VALUE_CHARS} THEN value END AS shown, count(*), \
             CAST(sum(count(*)) OVER () AS BIGINT) \
             FROM (SELECT {} AS value FROM items",
            field(&conditions.place(key.to_owned()))
        );
        let tail = format!(
            ") AS found WHERE value IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {}",
            MAX_VALUES + 1
        );
        let found = conditions.select(self.db(), &head, &tail).await?;
        counted.items = found.first().map(|row| row.try_get_by_index(2)).transpose()?.unwrap_or_default();
        let mut shown = Vec::new();
        for row in found {
            if let Some(text) = row.try_get_by_index::<Option<String>>(0)? {
                let value = from_json("a field of an item of module", module.0, &text)?;
                counted.values.push(ValueCount { value, items: row.try_get_by_index(1)? });
                shown.push(text);
            }
        }
        counted.values.truncate(MAX_VALUES);
        shown.truncate(MAX_VALUES);
        let mut conditions = self.of_days(module, days);
        let head = format!(
            "SELECT day, value, count(*) FROM (SELECT {DAY} AS day, {} AS value FROM items",
            field(&conditions.place(key.to_owned()))
        );
        let tail = ") AS found WHERE value IS NOT NULL GROUP BY 1, 2";
        let mut by_day = HashMap::new();
        for row in conditions.select(self.db(), &head, tail).await? {
            let (day, text) = (row.try_get_by_index::<i64>(0)?, row.try_get_by_index::<String>(1)?);
            let items: i64 = row.try_get_by_index(2)?;
            let of_day: &mut DayValue = by_day
                .entry(day)
                .or_insert_with(|| DayValue { counts: vec![0; shown.len()], ..day_value(day, 0) });
            of_day.items += items;
            if let Some(place) = shown.iter().position(|own| *own == text) {
                of_day.counts[place] += items;
            }
        }
        let none = |day| DayValue { counts: vec![0; shown.len()], ..day_value(day, 0) };
        counted.over_time = days.each(|day| by_day.remove(&day).unwrap_or_else(|| none(day)));
        Ok(())
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
        let days = Days::up_to(now, days);
        let counted = self.count_by_day(module, days).await?;
        let count = |day| counted.get(&day).copied().unwrap_or_default();
        Ok(days.each(|day| DayCount { day: Timestamp(day * DAY_MS), items: count(day) }))
    }

    async fn count_by_day(&self, module: ModuleId, days: Days) -> Result<HashMap<i64, i64>, StorageError> {
        let head = format!("SELECT {DAY}, count(*) FROM items");
        let found = self.of_days(module, days).select(self.db(), &head, "GROUP BY 1").await?;
        let read = |row: &QueryResult| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
        found.iter().map(read).collect()
    }

    fn of_module(&self, module: ModuleId) -> Conditions {
        let mut conditions = Conditions::of(self.account_id());
        conditions.and("module_id = ?", module.0);
        conditions
    }

    /// Items that came on one of `days`.
    fn of_days(&self, module: ModuleId, days: Days) -> Conditions {
        let mut conditions = self.of_module(module);
        conditions.and_since(Timestamp(days.first * DAY_MS));
        conditions
    }
}

fn day_value(day: i64, items: i64) -> DayValue {
    DayValue { day: Timestamp(day * DAY_MS), items, value: None, counts: Vec::new() }
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
