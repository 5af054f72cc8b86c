use super::exact::{DATE, NUMBER, TIME_OF_DAY};
use super::{ByDay, DAY, Days, Fold, Folded, Folding, MAX_NUMBER_CHARS, Order};
use crate::StorageError;
use crate::account_db::AccountDb;
use domain::ids::ModuleId;
use sea_orm::QueryResult;

impl AccountDb<'_> {
    /// All of them in one scan by the database.
    pub(super) async fn fold_there(
        &self,
        module: ModuleId,
        foldings: &[Folding<'_>],
        days: Option<Days>,
    ) -> Result<ByDay, StorageError> {
        let (mut conditions, day) = match days {
            Some(days) => (self.of_days(module, days), DAY),
            None => (self.of_module(module), "CAST(0 AS BIGINT)"),
        };
        let mut columns = vec![day.to_owned()];
        for Folding { key, fold } in foldings {
            // Not as jsonb, which refuses numbers that another field may have.
            let text = format!("(fields::json ->> CAST({} AS TEXT))", conditions.place((*key).to_owned()));
            let value = match fold {
                Fold::Sum | Fold::Min(Order::Number) | Fold::Max(Order::Number) => number(&text),
                Fold::Min(Order::Day) | Fold::Max(Order::Day) => text_of(&text, DATE),
                Fold::Min(Order::TimeOfDay) | Fold::Max(Order::TimeOfDay) => text_of(&text, TIME_OF_DAY),
            };
            let function = match fold {
                Fold::Sum => "sum",
                Fold::Min(_) => "min",
                Fold::Max(_) => "max",
            };
            columns.push(format!("count({value}), {function}({value})::text"));
        }
        let head = format!("SELECT {} FROM items", columns.join(", "));
        let found = conditions.select(self.db(), &head, "GROUP BY 1").await?;
        let read = |row: &QueryResult| {
            let folded = |place: usize| {
                Ok(Folded {
                    items: row.try_get_by_index(2 * place + 1)?,
                    value: row.try_get_by_index(2 * place + 2)?,
                })
            };
            let all: Result<_, StorageError> = (0..foldings.len()).map(folded).collect();
            Ok((row.try_get_by_index(0)?, all?))
        };
        found.iter().map(read).collect()
    }
}

/// `CASE`, as a cast beside a condition may be made of what does not meet it.
fn number(text: &str) -> String {
    format!("CASE WHEN length({text}) <= {MAX_NUMBER_CHARS} AND {text} ~ '{NUMBER}' THEN {text}::numeric END")
}

fn text_of(text: &str, pattern: &str) -> String {
    format!("CASE WHEN {text} ~ '{pattern}' THEN {text} END COLLATE \"C\"")
}
