use super::exact::{DAY, NUMBER, TIME_OF_DAY};
use super::{Fold, Folded, Folding, MAX_NUMBER_CHARS, Order};
use crate::StorageError;
use crate::account_db::AccountDb;
use domain::ids::ModuleId;

impl AccountDb<'_> {
    /// All of them in one scan by the database.
    pub(super) async fn fold_there(
        &self,
        module: ModuleId,
        foldings: &[Folding<'_>],
    ) -> Result<Vec<Folded>, StorageError> {
        let mut conditions = self.of_module(module);
        let mut columns = Vec::with_capacity(foldings.len());
        for Folding { key, fold } in foldings {
            // Not as jsonb, which refuses numbers that another field may have.
            let text = format!("(fields::json ->> CAST({} AS TEXT))", conditions.place((*key).to_owned()));
            let value = match fold {
                Fold::Sum | Fold::Min(Order::Number) | Fold::Max(Order::Number) => number(&text),
                Fold::Min(Order::Day) | Fold::Max(Order::Day) => text_of(&text, DAY),
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
        let found = conditions.select(self.db(), &head, "").await?;
        let row = found.first().ok_or(StorageError::NotFound)?;
        let read = |place: usize| {
            Ok(Folded {
                items: row.try_get_by_index(2 * place)?,
                value: row.try_get_by_index(2 * place + 1)?,
            })
        };
        (0..foldings.len()).map(read).collect()
    }
}

/// `CASE`, as a cast beside a condition may be made of what does not meet it.
fn number(text: &str) -> String {
    format!("CASE WHEN length({text}) <= {MAX_NUMBER_CHARS} AND {text} ~ '{NUMBER}' THEN {text}::numeric END")
}

fn text_of(text: &str, pattern: &str) -> String {
    format!("CASE WHEN {text} ~ '{pattern}' THEN {text} END COLLATE \"C\"")
}
