//! Fills the logs of a database with finished deliveries, by copying those that a run has left there.
//!
//! Every log row's id is a UUIDv7, so a copy is the same row some time earlier: the first 48 bits of its id,
//! and of the ids of the log rows that it refers to, are moved back by a multiple of the time that the run
//! took. Parents and children stay together and nothing collides. Which columns a table has is asked of the
//! database; only the names below are known here.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::{report::say, shell::Shell, stage::Stage, uuids};

/// Log tables, each with an `id`.
const TABLES: [&str; 5] = ["requests", "payloads", "events", "deliveries", "attempts"];
/// Columns that hold the id of a log row.
const LOG_IDS: [&str; 4] = ["id", "event_id", "intake_id", "delivery_id"];
const UNFINISHED: &str = "SELECT count(*) FROM deliveries WHERE status = 0";
const FINISH_PATIENCE: Duration = Duration::from_secs(60);
const STORED: &str = "SELECT count(*) FROM deliveries";

/// Waits until no delivery is unfinished, while the server still runs.
///
/// # Errors
/// When some are after a minute, or the database refuses.
pub async fn wait_until_all_finished(stage: &Stage) -> Result<()> {
    let database = Shell::of(&stage.store);
    let until = Instant::now() + FINISH_PATIENCE;
    loop {
        let unfinished = database.number(UNFINISHED).await?;
        if unfinished == 0 {
            return Ok(());
        }
        ensure!(
            Instant::now() < until,
            "{unfinished} deliveries that have arrived are not finished after a minute"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Copies until at least `deliveries` finished ones are stored; how many there are then. No server may be
/// running.
///
/// # Errors
/// When nothing has been delivered yet, something is unfinished, or the database refuses.
pub async fn fill(stage: &Stage, deliveries: u64) -> Result<u64> {
    let database = Shell::of(&stage.store);
    let unfinished = database.number(UNFINISHED).await?;
    ensure!(unfinished == 0, "{unfinished} deliveries are unfinished, so copies of them would be sent");
    let template = database.number(STORED).await?;
    ensure!(template > 0, "there is no delivery to copy");
    let run = database.run_of_ids().await?;
    let mut tables = Vec::new();
    for table in TABLES {
        tables.push((table, database.columns(table).await?));
    }
    let copies = deliveries.div_ceil(template).saturating_sub(1);
    for copy in 1..=copies {
        say(format!("copy {copy} of {copies} of {template} deliveries"));
        database.copy(&tables, &run, copy * run.span_ms()).await?;
    }
    database.settle().await?;
    database.number(STORED).await
}

/// From when to when the run made ids, in milliseconds since the epoch.
struct RunOfIds {
    first_ms: u64,
    last_ms: u64,
}

impl RunOfIds {
    /// Longer than from the first id to the last.
    fn span_ms(&self) -> u64 {
        self.last_ms - self.first_ms + 1000
    }
}

impl Shell<'_> {
    async fn run_of_ids(&self) -> Result<RunOfIds> {
        let (mut first_ms, mut last_ms) = (i64::MAX.unsigned_abs(), 0);
        for table in TABLES {
            let millis = self.millis("id");
            first_ms = first_ms
                .min(self.number(&format!("SELECT coalesce(min({millis}), {first_ms}) FROM {table}")).await?);
            last_ms =
                last_ms.max(self.number(&format!("SELECT coalesce(max({millis}), 0) FROM {table}")).await?);
        }
        Ok(RunOfIds { first_ms, last_ms })
    }

    /// Copies the rows of the run itself (not those of earlier copies) to `back_ms` before, all tables in one
    /// transaction.
    async fn copy(&self, tables: &[(&str, Vec<String>)], run: &RunOfIds, back_ms: u64) -> Result<()> {
        let of_the_run = self.of_the_run(run);
        let prepare = match self {
            Self::Sqlite(_) => self.moved_times(&of_the_run, back_ms),
            Self::Postgres(_) => String::new(),
        };
        let inserts = tables.iter().map(|(table, columns)| {
            let is_log_id = |column: &String| LOG_IDS.contains(&column.as_str());
            let value = |column: &String| {
                if is_log_id(column) { self.moved(column, back_ms) } else { format!("\"{column}\"") }
            };
            let values = columns.iter().map(value).collect::<Vec<_>>().join(", ");
            format!(
                "INSERT INTO {table} (\"{}\") SELECT {values} FROM {table} WHERE {of_the_run};\n",
                columns.join("\", \"")
            )
        });
        self.run(&format!("{prepare} BEGIN; {} COMMIT;", inserts.collect::<String>())).await.map(drop)
    }

    /// Copies lie earlier, so the first id's time tells the run's own rows; the account lets the primary key
    /// find them.
    fn of_the_run(&self, run: &RunOfIds) -> String {
        let first = self.first_uuid(run.first_ms);
        format!("account_id = (SELECT account_id FROM deliveries LIMIT 1) AND id >= {first}")
    }

    /// The times that occur get a table of what they become.
    fn moved_times(&self, of_the_run: &str, back_ms: u64) -> String {
        let times = TABLES
            .map(|table| format!("SELECT substr(id, 1, 6) AS old FROM {table} WHERE {of_the_run}"))
            .join(" UNION ");
        format!(
            "PRAGMA synchronous = OFF; {}
             CREATE TEMP TABLE moved (old BLOB PRIMARY KEY, new BLOB);
             INSERT INTO moved SELECT old, CAST({} AS BLOB)
             FROM (SELECT old, {} - {back_ms} AS millis FROM ({times}));\n",
            uuids::byte_table(),
            uuids::six_bytes("millis"),
            self.millis("old")
        )
    }

    /// A UUIDv7 that is `back_ms` earlier.
    fn moved(&self, column: &str, back_ms: u64) -> String {
        match self {
            Self::Sqlite(_) => format!(
                "CAST((SELECT new FROM moved WHERE old = substr({column}, 1, 6)) || substr({column}, 7) AS BLOB)"
            ),
            Self::Postgres(_) => {
                let millis = self.millis(column);
                format!(
                    "(lpad(to_hex({millis} - {back_ms}), 12, '0') || substr(replace({column}::text, '-', ''), 13))::uuid"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{postgres::Cluster, shell::has_sqlite_shell, stage::Store};

    /// Two rows a table, 5 ms apart, each its own parent.
    fn schema(id: &str, literal: impl Fn(&str) -> String) -> String {
        let (one, two) =
            (literal("019aab00000070008000000000000001"), literal("019aab00000570008000000000000002"));
        let tables = TABLES.iter().map(|table| {
            format!(
                "CREATE TABLE {table} (account_id {id}, id {id} PRIMARY KEY, status INTEGER, delivery_id {id});
                 INSERT INTO {table} VALUES ({one}, {one}, 1, {one}), ({one}, {two}, 1, {two});"
            )
        });
        tables.collect()
    }

    async fn copies_lie_earlier_and_keep_their_relations(database: Shell<'_>) {
        let run = database.run_of_ids().await.unwrap();
        assert_eq!(run.span_ms(), 1005);
        let tables = [
            ("attempts", database.columns("attempts").await.unwrap()),
            ("deliveries", database.columns("deliveries").await.unwrap()),
        ];
        for copy in 1..=3 {
            database.copy(&tables, &run, copy * run.span_ms()).await.unwrap();
        }
        let millis = database.millis("id");
        for (sql, expected) in [
            ("SELECT count(*) FROM attempts", 8),
            (
                "SELECT count(*) FROM attempts JOIN deliveries ON deliveries.id = attempts.delivery_id
                 WHERE attempts.id = deliveries.id",
                8,
            ),
            (&format!("SELECT max({millis}) - min({millis}) FROM attempts"), 3 * 1005 + 5),
        ] {
            assert_eq!(database.number(sql).await.unwrap(), expected, "{sql}");
        }
        database.settle().await.unwrap();
    }

    #[tokio::test]
    async fn sqlite_copies_lie_earlier() {
        if !has_sqlite_shell().await {
            return eprintln!("sqlite3 is not installed: nothing to test");
        }
        let folder = tempfile::tempdir().unwrap();
        let store = Store::Sqlite(folder.path().join("test.db"));
        let database = Shell::of(&store);
        database.run(&schema("BLOB", |hex| format!("x'{hex}'"))).await.unwrap();
        copies_lie_earlier_and_keep_their_relations(database).await;
    }

    #[tokio::test]
    async fn postgres_copies_lie_earlier() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::Postgres(Box::new(Cluster::start(folder.path()).await.unwrap()));
        let database = Shell::of(&store);
        database.run(&schema("UUID", |hex| format!("'{hex}'::uuid"))).await.unwrap();
        copies_lie_earlier_and_keep_their_relations(database).await;
    }
}
