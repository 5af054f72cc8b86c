//! What is reckoned over the items of a module: its key metrics (K8), and how many came when.
//!
//! PostgreSQL reckons with decimals of any size itself. SQLite knows none: it hands out the values, one scan for all
//! metrics, and they are added up here. Both ways read fields digit for digit and skip what is none of their type now,
//! as items keep fields of an older version of their module until they are read anew.

mod counts;
mod exact;
mod postgres;
mod sqlite;

use super::from_json;
use crate::account_db::AccountDb;
use crate::logs::Conditions;
use crate::{Backend, StorageError};
use domain::form::FieldType;
use domain::ids::ModuleId;
use domain::module::{DayCount, DayValue, KeyMetric, MetricKind, MetricValue, Module};
use domain::time::Timestamp;
use exact::{average, plain};
use std::collections::HashMap;

const DAY_MS: i64 = 24 * 3_600 * 1000;
/// The day of an item, counted from 1970.
const DAY: &str = "created_at / 86400000";
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
        let is_count = |metric: &KeyMetric| metric.kind == MetricKind::Count;
        let counted = match metrics.iter().any(is_count) {
            true => self.count_by_day(module.id, days).await?,
            false => HashMap::new(),
        };
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
