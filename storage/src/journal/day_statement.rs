//! A statement for the partitions of a day.

use crate::partitions::partition_name;
use sqlx::AssertSqlSafe;
use std::sync::Arc;

/// The partitioned tables that statements name in `{braces}`.
const TABLES: [&str; 5] = ["requests", "payloads", "events", "deliveries", "attempts"];

/// A statement that names the partitions of a day where it can: asked for the tables themselves, PostgreSQL opens every
/// day that is kept, each time.
pub(super) struct DayStatement {
    template: &'static str,
    day: Option<i64>,
    sql: Arc<str>,
}

impl DayStatement {
    pub fn new(template: &'static str) -> Self {
        Self { template, day: None, sql: sql(template, None) }
    }

    /// The statement for rows of `day`, or of any days.
    pub fn for_day(&mut self, day: Option<i64>) -> AssertSqlSafe<Arc<str>> {
        if self.day != day {
            self.day = day;
            self.sql = sql(self.template, day);
        }
        AssertSqlSafe(Arc::clone(&self.sql))
    }
}

fn sql(template: &str, day: Option<i64>) -> Arc<str> {
    let name = |table: &str| day.map_or_else(|| table.to_owned(), |day| partition_name(table, day));
    let filled = |sql: String, table: &&str| sql.replace(&format!("{{{table}}}"), &name(table));
    TABLES.iter().fold(template.to_owned(), filled).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_become_the_table_or_its_partition_of_the_day() {
        let mut statement = DayStatement::new("INSERT INTO {events} SELECT FROM {deliveries} AS deliveries");
        let for_any = "INSERT INTO events SELECT FROM deliveries AS deliveries";
        assert_eq!(&*statement.for_day(None).0, for_any);
        let for_one = "INSERT INTO events_day_7 SELECT FROM deliveries_day_7 AS deliveries";
        assert_eq!(&*statement.for_day(Some(7)).0, for_one);
        assert_eq!(&*statement.for_day(None).0, for_any);
    }
}
