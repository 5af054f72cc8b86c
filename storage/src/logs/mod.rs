//! Reading what happened: requests, events, deliveries, attempts and tallies, newest first, never more than a page.
//!
//! One SQL text serves both backends (SQLite takes `$1`, too). Every statement begins at the account's part of the
//! primary key. Children are found by their parent's millisecond, see `domain::ids`.

mod deliveries;
mod events;
mod replays;
mod requests;
mod retries;
mod tallies;

pub use replays::{KeptRequest, ToReplay};
pub use tallies::TallyRow;

use crate::{Db, StorageError};
use domain::activity::{Count, Page, PageRequest};
use domain::ids::AccountId;
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};
use uuid::Uuid;

/// A WHERE clause that grows, with its values.
pub(crate) struct Conditions {
    sql: String,
    values: Vec<Value>,
    /// Whether they leave the rows of the wanted page alone.
    is_of_page: bool,
}

impl Conditions {
    /// Rows of `account`.
    pub fn of(account: AccountId) -> Self {
        Self { sql: "account_id = $1".into(), values: vec![account.0.into()], is_of_page: false }
    }

    /// And `condition`, in which `?` stands for `value`.
    pub fn and(&mut self, condition: &str, value: impl Into<Value>) {
        let place = self.place(value);
        self.and_always(&condition.replace('?', &place));
    }

    /// The place of `value` in what is said next.
    pub fn place(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// And `condition`, which has no value.
    pub fn and_always(&mut self, condition: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
    }

    /// And an event type, or a prefix of it when it ends in `*`.
    pub fn and_event_type(&mut self, pattern: Option<&str>) {
        match pattern {
            None | Some("" | "*") => {}
            // No type has a NUL, and PostgreSQL takes none in what it is asked.
            Some(pattern) if pattern.contains('\0') => self.and_always("1 = 0"),
            Some(pattern) => match pattern.strip_suffix('*') {
                // Not by order, which is the database's locale's: in most, a dot weighs nothing.
                Some(prefix) => {
                    let length = prefix.chars().count();
                    self.and(&format!("substr(event_type, 1, {length}) = ?"), prefix.to_owned());
                }
                None => self.and("event_type = ?", pattern.to_owned()),
            },
        }
    }

    /// And made at `moment` or later: the days before are not looked at.
    pub fn and_since(&mut self, moment: Timestamp) {
        self.and("id >= ?", first_id(moment));
    }

    /// And made in the same millisecond as `parent`: where its children are.
    pub fn and_children_of(&mut self, parent: Uuid) {
        let mut first = *parent.as_bytes();
        let mut last = first;
        first[6..].fill(0);
        last[6..].fill(0xff);
        self.and("id >= ?", Uuid::from_bytes(first));
        self.and("id <= ?", Uuid::from_bytes(last));
    }

    pub async fn select(&self, db: &Db, head: &str, tail: &str) -> Result<Vec<QueryResult>, StorageError> {
        let sql = format!("{head} WHERE {} {tail}", self.sql);
        Ok(db.reader.query_all_raw(self.statement(db, sql)).await?)
    }

    /// How many rows of `table` there are, up to 10,000.
    pub async fn count(&self, db: &Db, table: &str) -> Result<Count, StorageError> {
        let (head, tail) = (
            format!("SELECT count(*) FROM (SELECT 1 FROM {table}"),
            format!("LIMIT {}) AS counted", Count::MOST + 1),
        );
        let found = self.select(db, &head, &tail).await?;
        let counted: i64 = found.first().ok_or(StorageError::NotFound)?.try_get_by_index(0)?;
        let counted = u32::try_from(counted).unwrap_or(u32::MAX);
        Ok(Count { count: counted.min(Count::MOST), more: counted > Count::MOST })
    }

    pub async fn execute(&self, db: &Db, head: &str, tail: &str) -> Result<u64, StorageError> {
        let sql = format!("{head} WHERE {} {tail}", self.sql);
        Ok(db.writer.execute_raw(self.statement(db, sql)).await?.rows_affected())
    }

    /// The statement that [`Self::select`] makes, for whoever reads its rows as they come.
    pub fn statement_of(&self, db: &Db, head: &str) -> Statement {
        self.statement(db, format!("{head} WHERE {}", self.sql))
    }

    fn statement(&self, db: &Db, sql: String) -> Statement {
        let backend = match db.backend {
            crate::Backend::Sqlite => DbBackend::Sqlite,
            crate::Backend::Postgres => DbBackend::Postgres,
        };
        Statement::from_sql_and_values(backend, sql, self.values.clone())
    }

    /// What is asked of the `id` of rows of `page`, if anything.
    pub fn beyond(&mut self, id: &str, page: PageRequest) -> Option<String> {
        match (page.after, page.before) {
            (Some(after), _) => Some(format!("{id} < {}", self.place(after))),
            (None, Some(before)) => Some(format!("{id} > {}", self.place(before))),
            (None, None) => None,
        }
    }

    /// And `id IN (…)`, which are the ids of the wanted page. What else would be asked of the id only leads SQLite astray,
    /// which knows nothing of how many rows there are.
    pub fn and_of_page(&mut self, ids: &str) {
        self.and_always(&format!("id IN ({ids})"));
        self.is_of_page = true;
    }

    /// One page of `head`, made into rows by `read`, whose ids `id_of` tells.
    pub async fn page<T>(
        mut self,
        db: &Db,
        head: &str,
        page: PageRequest,
        read: impl Fn(&QueryResult) -> Result<T, StorageError>,
        id_of: impl Fn(&T) -> Uuid,
    ) -> Result<Page<T>, StorageError> {
        let rows = usize::from(page.rows());
        let order = order(page);
        if !self.is_of_page
            && let Some(beyond) = self.beyond("id", page)
        {
            self.and_always(&beyond);
        }
        let found = self.select(db, head, &format!("ORDER BY id {order} LIMIT {}", rows + 1)).await?;
        let has_more = found.len() > rows;
        let mut data = found.iter().take(rows).map(read).collect::<Result<Vec<_>, _>>()?;
        if order == "ASC" {
            data.reverse();
        }
        let is_older_known = has_more || page.before.is_some();
        let next = if is_older_known { data.last().map(id_of) } else { None };
        Ok(Page { data, next })
    }
}

/// In which order the rows of `page` are read: those next to where it begins come first.
pub(crate) const fn order(page: PageRequest) -> &'static str {
    if page.after.is_none() && page.before.is_some() { "ASC" } else { "DESC" }
}

/// Text for a person, of bytes that may be none.
pub(crate) fn text(bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}

/// What no id of `moment` or later comes before, as far as the clocks of several processes may be apart.
pub(crate) fn first_id(moment: Timestamp) -> Uuid {
    const APART_MS: i64 = 60_000;
    domain::ids::RequestId::new(moment.plus_ms(-APART_MS), &[0; 10]).0
}

/// The moment in a row's own id.
pub(crate) fn made_at(id: Uuid) -> Timestamp {
    domain::ids::EventId(id).timestamp()
}
