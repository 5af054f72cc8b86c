//! How many items there are, by day and by value.

use super::{DAY, Days, day_value, from_json};
use crate::account_db::AccountDb;
use crate::{Backend, StorageError};
use domain::ids::ModuleId;
use domain::module::{DayValue, MetricValue, ValueCount};
use sea_orm::QueryResult;
use std::collections::HashMap;

/// Values that a count by value shows.
const MAX_VALUES: usize = 50;
/// Longest JSON of a value that is shown with its count.
const MAX_VALUE_CHARS: usize = 1_024;

impl AccountDb<'_> {
    pub(super) async fn count_items(&self, module: ModuleId) -> Result<i64, StorageError> {
        let found = self.of_module(module).select(self.db(), "SELECT count(*) FROM items", "").await?;
        Ok(found.first().map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default())
    }

    /// How many items came on each day on which any did.
    pub(super) async fn count_by_day(
        &self,
        module: ModuleId,
        days: Days,
    ) -> Result<HashMap<i64, i64>, StorageError> {
        let head = format!("SELECT {DAY}, count(*) FROM items");
        let found = self.of_days(module, days).select(self.db(), &head, "GROUP BY 1").await?;
        let read = |row: &QueryResult| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
        found.iter().map(read).collect()
    }

    /// How many items have a value of the field `key`, its most frequent values, and how many came with these when.
    pub(super) async fn count_by(
        &self,
        module: ModuleId,
        key: &str,
        days: Days,
        counted: &mut MetricValue,
    ) -> Result<(), StorageError> {
        let mut conditions = self.of_module(module);
        // What is too long to be shown is counted together, as no value.
        let head = format!(
            "SELECT CASE WHEN length(value) <= {MAX_VALUE_CHARS} THEN value END AS shown, count(*), \
             CAST(sum(count(*)) OVER () AS BIGINT) FROM (SELECT {} AS value FROM items",
            self.value_at(&conditions.place(key.to_owned()))
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
        counted.over_time = self.count_values_by_day(module, key, days, &shown).await?;
        Ok(())
    }

    /// How many items came on each day with any value, and with each of those `shown`.
    async fn count_values_by_day(
        &self,
        module: ModuleId,
        key: &str,
        days: Days,
        shown: &[String],
    ) -> Result<Vec<DayValue>, StorageError> {
        let mut conditions = self.of_days(module, days);
        let value = self.value_at(&conditions.place(key.to_owned()));
        let places: Vec<_> = shown.iter().map(|text| conditions.place(text.clone())).collect();
        // Others are counted together, however many there are.
        let known = if places.is_empty() {
            "CAST(NULL AS TEXT)".to_owned()
        } else {
            format!("CASE WHEN value IN ({}) THEN value END", places.join(", "))
        };
        let head =
            format!("SELECT day, {known}, count(*) FROM (SELECT {DAY} AS day, {value} AS value FROM items");
        let tail = ") AS found WHERE value IS NOT NULL GROUP BY 1, 2";
        let none = |day| DayValue { counts: vec![0; shown.len()], ..day_value(day, 0) };
        let mut by_day = HashMap::new();
        for row in conditions.select(self.db(), &head, tail).await? {
            let (day, text) = (row.try_get_by_index::<i64>(0)?, row.try_get_by_index::<Option<String>>(1)?);
            let items: i64 = row.try_get_by_index(2)?;
            let of_day = by_day.entry(day).or_insert_with(|| none(day));
            of_day.items += items;
            if let Some(place) = shown.iter().position(|own| Some(own) == text.as_ref()) {
                of_day.counts[place] += items;
            }
        }
        Ok(days.each(|day| by_day.remove(&day).unwrap_or_else(|| none(day))))
    }

    /// The JSON of a field of an item whose key stands at `place`.
    fn value_at(&self, place: &str) -> String {
        match self.db().backend() {
            Backend::Sqlite => format!("CAST(fields -> CAST({place} AS TEXT) AS TEXT)"),
            Backend::Postgres => {
                format!("CAST(fields::json -> CAST({place} AS TEXT) AS TEXT) COLLATE \"C\"")
            }
        }
    }
}
