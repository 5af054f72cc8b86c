//! Fills tables with copies of rows that the product itself made, so that they are as it makes them, terms of search
//! included.
//!
//! A copy has an id of its own, some time earlier, and a number: wherever a text of the row says [`NUMBER`] or [`GROUP`]
//! the copy says the number, or which of a thousand groups it is in. Which columns a table has is asked of the database.

use anyhow::{Result, ensure};

use crate::{report::say, shell::Shell, uuids};

/// Stands in texts of a row that is copied for the copy's number, in seven digits.
pub const NUMBER: &str = "~n~";
/// Stands in texts of a row that is copied for the copy's number modulo a thousand, in three digits.
pub const GROUP: &str = "~g~";

/// Copies made at once.
const BATCH_ROWS: u64 = 50_000;
const DAY_MS: u64 = 24 * 3_600 * 1000;

/// Rows of one table, with what belongs to each of them in another.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Where they are, each with an `id`.
    pub table: &'static str,
    /// Their columns in which the marks are replaced.
    pub texts: &'static [&'static str],
    /// Their columns that hold the time of the id, in milliseconds.
    pub times: &'static [&'static str],
    /// Whether they have terms of search.
    pub has_terms: bool,
    /// Whether PostgreSQL has the table in partitions by the day.
    pub is_log: bool,
}

/// Items of modules.
pub const ITEMS: Kind = Kind {
    table: "items",
    texts: &["key", "title", "data", "fields"],
    times: &["created_at", "updated_at"],
    has_terms: true,
    is_log: false,
};
/// Customers.
pub const CUSTOMERS: Kind = Kind {
    table: "customers",
    texts: &["key", "title", "fields", "labels", "external_account_numbers"],
    times: &["created_at", "updated_at"],
    has_terms: true,
    is_log: false,
};
/// Requests, without what they carried.
pub const REQUESTS: Kind = Kind { table: "requests", texts: &[], times: &[], has_terms: false, is_log: true };
/// Deliveries, without their events.
pub const DELIVERIES: Kind =
    Kind { table: "deliveries", texts: &[], times: &[], has_terms: false, is_log: true };

/// Which row a copy is one of.
#[derive(Debug, Clone)]
pub struct Originals {
    /// Ids of the rows whose copies are usual: they take turns.
    pub usual: Vec<String>,
    /// Ids of the rows of which every fifth copy is one: they take turns.
    pub every_fifth: Vec<String>,
    /// Id of the row of which only every hundredth of the oldest thousand is a copy.
    pub seldom: Option<String>,
}

impl Originals {
    /// All copies are of one row.
    pub fn one(id: String) -> Self {
        Self { usual: vec![id], every_fifth: Vec::new(), seldom: None }
    }

    fn all(&self) -> impl Iterator<Item = &String> {
        self.usual.iter().chain(&self.every_fifth).chain(&self.seldom)
    }

    /// The id of the row that copy `n` is one of, as SQL.
    fn pick(&self, shell: Shell<'_>) -> String {
        let turns = |place: &str, ids: &[String]| {
            let cases =
                ids.iter().enumerate().map(|(turn, id)| format!(" WHEN {turn} THEN {}", shell.uuid(id)));
            format!("CASE ({place}) % {}{} END", ids.len(), cases.collect::<String>())
        };
        let usual = turns("n / 7", &self.usual);
        let seldom = self.seldom.iter().map(|id| format!("WHEN {IS_SELDOM} THEN {} ", shell.uuid(id)));
        let fifth = (!self.every_fifth.is_empty())
            .then(|| format!("WHEN n % 5 = 0 THEN {} ", turns("n / 5", &self.every_fifth)));
        format!(
            "CASE {}{}WHEN n >= 0 THEN {usual} END",
            seldom.collect::<String>(),
            fifth.unwrap_or_default()
        )
    }
}

/// Of these copies: ten, and those the oldest.
const IS_SELDOM: &str = "n < 1000 AND n % 100 = 0";

/// How many copies lie over which time.
#[derive(Debug, Clone, Copy)]
pub struct Spread {
    /// How many.
    pub rows: u64,
    /// Before this time, in milliseconds since the epoch.
    pub before_ms: u64,
    /// Over so many days, evenly.
    pub days: u64,
}

impl Spread {
    /// When the oldest copy is of.
    pub fn first_ms(self) -> u64 {
        self.before_ms - self.days * DAY_MS
    }

    /// When copy `n` is of, as SQL.
    fn millis(self) -> String {
        format!("({} + n * {} / {})", self.first_ms(), self.days * DAY_MS, self.rows)
    }
}

impl Shell<'_> {
    /// Makes copies until there are as many as `spread` says. No server may be running.
    ///
    /// # Errors
    /// When there is a table less than is known here, or the database refuses.
    pub async fn copy_rows(&self, kind: Kind, originals: &Originals, spread: Spread) -> Result<()> {
        if kind.is_log {
            self.make_partitions(kind.table, spread).await?;
        }
        let columns = self.columns(kind.table).await?;
        for known in kind.texts.iter().chain(kind.times).chain(&["id"]) {
            ensure!(columns.iter().any(|column| column == known), "{} has no column {known}", kind.table);
        }
        let terms = if kind.has_terms { self.columns("search_terms").await? } else { Vec::new() };
        self.run(&self.keep_originals(kind, originals)).await?;
        for first in (0..spread.rows).step_by(usize::try_from(BATCH_ROWS)?) {
            say(format!("{first} of {} {}", spread.rows, kind.table));
            let sql = [
                self.numbers(originals, first..spread.rows.min(first + BATCH_ROWS), spread),
                "BEGIN;".to_owned(),
                self.insert_rows(kind, &columns),
                if kind.has_terms { self.insert_terms(&terms) } else { String::new() },
                "COMMIT;".to_owned(),
            ];
            self.run(&sql.concat()).await?;
        }
        self.run("DROP TABLE originals; DROP TABLE original_terms").await.map(drop)
    }

    /// What is copied, by itself, so that it need not be looked for among the copies.
    fn keep_originals(&self, kind: Kind, originals: &Originals) -> String {
        let ids = originals.all().map(|id| self.uuid(id)).collect::<Vec<_>>().join(", ");
        format!(
            "CREATE TABLE originals AS SELECT * FROM {} WHERE id IN ({ids});
             CREATE TABLE original_terms AS SELECT * FROM search_terms WHERE record_id IN ({ids});",
            kind.table
        )
    }

    /// The settings of a session, and `numbers`: each copy's number, id and original.
    fn numbers(&self, originals: &Originals, batch: std::ops::Range<u64>, spread: Spread) -> String {
        let (first, last) = (batch.start, batch.end - 1);
        let (settings, series) = match self {
            Self::Sqlite(_) => (
                format!(
                    "PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA temp_store = MEMORY; {}",
                    uuids::byte_table()
                ),
                format!(
                    "WITH RECURSIVE series (n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM series WHERE n < {last}) \
                     SELECT n FROM series"
                ),
            ),
            // The rows' accounts and modules are there; to ask so of each takes longer than all the rest.
            Self::Postgres(_) => (
                "SET session_replication_role = replica; SET work_mem = '256MB';".to_owned(),
                format!("SELECT n FROM generate_series({first}::bigint, {last}::bigint) AS n"),
            ),
        };
        format!(
            "{settings}
             CREATE TEMP TABLE numbers AS SELECT n, millis, {id} AS id, {pick} AS original FROM (
                 SELECT n, {millis} AS millis FROM ({series}) AS counted) AS timed;\n",
            id = self.new_uuid("millis"),
            pick = originals.pick(*self),
            millis = spread.millis(),
        )
    }

    fn insert_rows(&self, kind: Kind, columns: &[String]) -> String {
        let value = |column: &String| match column.as_str() {
            "id" => "numbers.id".to_owned(),
            time if kind.times.contains(&time) => "numbers.millis".to_owned(),
            text if kind.texts.contains(&text) => self.numbered(&format!("originals.{text}")),
            other => format!("originals.\"{other}\""),
        };
        format!(
            "INSERT INTO {} (\"{}\") SELECT {} FROM numbers JOIN originals ON originals.id = numbers.original ORDER BY n;\n",
            kind.table,
            columns.join("\", \""),
            columns.iter().map(value).collect::<Vec<_>>().join(", "),
        )
    }

    /// In the order of the index, as far as a batch goes.
    fn insert_terms(&self, columns: &[String]) -> String {
        let value = |column: &String| match column.as_str() {
            "record_id" => "numbers.id".to_owned(),
            "value" => self.numbered("original_terms.value"),
            other => format!("original_terms.\"{other}\""),
        };
        format!(
            "INSERT INTO search_terms (\"{}\") SELECT {} FROM numbers \
             JOIN original_terms ON original_terms.record_id = numbers.original ORDER BY original_terms.field, {};\n",
            columns.join("\", \""),
            columns.iter().map(value).collect::<Vec<_>>().join(", "),
            self.numbered("original_terms.value"),
        )
    }

    /// A text with the marks replaced.
    fn numbered(&self, text: &str) -> String {
        let (number, group) = match self {
            Self::Sqlite(_) => ("printf('%07d', n)", "printf('%03d', n % 1000)"),
            Self::Postgres(_) => ("lpad(n::text, 7, '0')", "lpad((n % 1000)::text, 3, '0')"),
        };
        format!("replace(replace({text}, '{NUMBER}', {number}), '{GROUP}', {group})")
    }

    /// The days' partitions that the product would have made when the copies' time was.
    async fn make_partitions(&self, table: &str, spread: Spread) -> Result<()> {
        if let Self::Sqlite(_) = self {
            return Ok(());
        }
        let days = spread.first_ms() / DAY_MS..=spread.before_ms / DAY_MS;
        let partitions = days.map(|day| {
            let (begin, end) = (self.first_uuid(day * DAY_MS), self.first_uuid((day + 1) * DAY_MS));
            format!(
                "CREATE TABLE IF NOT EXISTS {table}_day_{day} PARTITION OF {table} FOR VALUES FROM ({begin}) TO ({end});\n"
            )
        });
        self.run(&partitions.collect::<String>()).await.map(drop)
    }
}

#[cfg(test)]
mod tests;
