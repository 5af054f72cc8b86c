//! Reading what happened: requests, events, deliveries, attempts and tallies, newest first, never more than a page.
//!
//! One SQL text serves both backends (SQLite takes `$1`, too). Every statement begins at the account's part of the
//! primary key. Children are found by their parent's millisecond, see `domain::ids`.

mod deliveries;
mod events;
mod requests;
mod retries;
mod tallies;

pub use tallies::TallyRow;

use crate::{Db, StorageError};
use domain::activity::{Page, PageRequest};
use domain::ids::AccountId;
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};
use uuid::Uuid;

/// A WHERE clause that grows, with its values.
pub(crate) struct Conditions {
    sql: String,
    values: Vec<Value>,
}

impl Conditions {
    /// Rows of `account`.
    pub fn of(account: AccountId) -> Self {
        Self { sql: "account_id = $1".into(), values: vec![account.0.into()] }
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
        let mut order = "DESC";
        if let Some(after) = page.after {
            self.and("id < ?", after);
        } else if let Some(before) = page.before {
            self.and("id > ?", before);
            order = "ASC";
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

/// Text for a person, of bytes that may be none.
pub(crate) fn text(bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}

/// The moment in a row's own id.
pub(crate) fn made_at(id: Uuid) -> Timestamp {
    domain::ids::EventId(id).timestamp()
}
