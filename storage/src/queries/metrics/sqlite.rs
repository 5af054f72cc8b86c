use super::exact::{is_of, number};
use super::{ByDay, DAY, Days, Fold, Folded, Folding, Order};
use crate::StorageError;
use crate::account_db::AccountDb;
use bigdecimal::BigDecimal;
use domain::ids::ModuleId;
use futures::TryStreamExt;
use sea_orm::StreamTrait;
use serde_json::Value;
use std::collections::HashMap;

impl AccountDb<'_> {
    /// All of them in one scan, whose values are folded here as they come.
    pub(super) async fn fold_here(
        &self,
        module: ModuleId,
        foldings: &[Folding<'_>],
        days: Option<Days>,
    ) -> Result<ByDay, StorageError> {
        let (mut conditions, day) = match days {
            Some(days) => (self.of_days(module, days), DAY),
            None => (self.of_module(module), "0"),
        };
        let column = |folding: &Folding<'_>| {
            format!("fields -> CAST({} AS TEXT)", conditions.place(folding.key.to_owned()))
        };
        let columns: Vec<_> = foldings.iter().map(column).collect();
        let head = format!("SELECT {day}, {} FROM items", columns.join(", "));
        let mut running = HashMap::<i64, Vec<Running>>::new();
        let mut rows = self.reader().stream_raw(conditions.statement_of(self.db(), &head)).await?;
        while let Some(row) = rows.try_next().await? {
            let of_day = running
                .entry(row.try_get_by_index(0)?)
                .or_insert_with(|| vec![Running::default(); foldings.len()]);
            for (place, folding) in foldings.iter().enumerate() {
                if let Some(json) = row.try_get_by_index::<Option<String>>(place + 1)? {
                    of_day[place].take(folding.fold, &json);
                }
            }
        }
        let ended = |(day, all): (i64, Vec<Running>)| (day, all.into_iter().map(Running::ended).collect());
        Ok(running.into_iter().map(ended).collect())
    }
}

/// What is folded so far.
#[derive(Debug, Clone, Default)]
struct Running {
    items: i64,
    number: Option<BigDecimal>,
    text: Option<String>,
}

impl Running {
    fn take(&mut self, fold: Fold, json: &str) {
        // As PostgreSQL reads it: a text without its quotes, anything else as it is written.
        let value = match serde_json::from_str::<Value>(json) {
            Ok(Value::String(text)) => text,
            _ => json.to_owned(),
        };
        match fold {
            Fold::Sum => self.take_number(&value, |sum, number| sum + number),
            Fold::Min(Order::Number) => self.take_number(&value, Ord::min),
            Fold::Max(Order::Number) => self.take_number(&value, Ord::max),
            Fold::Min(order) => self.take_text(order, value, Ord::min),
            Fold::Max(order) => self.take_text(order, value, Ord::max),
        }
    }

    fn take_number(&mut self, text: &str, join: impl FnOnce(BigDecimal, BigDecimal) -> BigDecimal) {
        let Some(number) = number(text) else { return };
        self.items += 1;
        self.number = Some(match self.number.take() {
            Some(before) => join(before, number),
            None => number,
        });
    }

    fn take_text(&mut self, order: Order, text: String, join: impl FnOnce(String, String) -> String) {
        if !is_of(order, &text) {
            return;
        }
        self.items += 1;
        self.text = Some(match self.text.take() {
            Some(before) => join(before, text),
            None => text,
        });
    }

    fn ended(self) -> Folded {
        let number = self.number.map(|number| number.to_plain_string());
        Folded { items: self.items, value: number.or(self.text) }
    }
}
