//! Fresh databases for tests: a SQLite file always, and a PostgreSQL database when `HOOKLOFT_TEST_POSTGRES_URL` names a
//! server on which databases may be made.

use crate::account_db::new_uuid;
use crate::unscoped::{self, NewAccount, OwnedAccount, Owner};
use crate::{Backend, Db, MasterKey};
use domain::ids::{AccountId, UserId};
use domain::secret::SecretText;
use domain::time::Timestamp;
use futures::FutureExt;
use sea_orm::{ConnectionTrait, Statement};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;

/// Runs `test` once per kind of database, each time with an empty one whose tables are up to date.
///
/// # Panics
/// When a database cannot be made, or `test` panics.
pub async fn on_each_backend(test: impl AsyncFn(Db)) {
    on_each_url(async |url: String| {
        let db = Db::connect(&url, MasterKey::generate()).await.expect("a new database takes connections");
        db.migrate().await.expect("an empty database migrates");
        test(db.clone()).await;
        db.close().await;
    })
    .await;
}

/// Runs `test` once per kind of database with the URL of one that has no tables.
///
/// # Panics
/// When a database cannot be made, or `test` panics.
pub async fn on_each_url(test: impl AsyncFn(String)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    test(format!("sqlite://{}", folder.path().join("test.db").display())).await;
    #[expect(clippy::disallowed_methods, reason = "tests have no configuration to read it from")]
    let Ok(server) = std::env::var("HOOKLOFT_TEST_POSTGRES_URL") else { return };
    let name = format!("hookloft_test_{:032x}", rand::random::<u128>());
    // Under a locale that orders text otherwise than by its bytes, as most servers have: nothing may rest on that.
    let locale = "TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'";
    on_server(&server, &format!("CREATE DATABASE {name} {locale}")).await;
    let (address, _) = server.rsplit_once('/').expect("the URL ends with a database's name");
    let outcome = AssertUnwindSafe(test(format!("{address}/{name}"))).catch_unwind().await;
    on_server(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

/// Takes the PostgreSQL database of `url` away, until [`bring_back`]: connections break, and no new one is made.
///
/// # Panics
/// When the server does not do it.
pub async fn take_away(url: &str) {
    allow_connections(url, false).await;
    let (server, name) = server_of(url);
    let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    on_server(&server, &end).await;
}

/// Takes connections again.
///
/// # Panics
/// When the server does not do it.
pub async fn bring_back(url: &str) {
    allow_connections(url, true).await;
}

async fn allow_connections(url: &str, allow: bool) {
    let (server, name) = server_of(url);
    on_server(&server, &format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {allow}")).await;
}

/// Where the server of a database can be told something about it, and the database's name.
fn server_of(url: &str) -> (String, &str) {
    let (address, name) = url.rsplit_once('/').expect("the URL ends with a database's name");
    (format!("{address}/postgres"), name)
}

async fn on_server(url: &str, sql: &str) {
    let mut connection =
        PgConnection::connect(url).await.expect("the PostgreSQL server of the tests answers");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("databases may be made on it");
    connection.close().await.expect("the connection closes");
}

/// Runs SQL as it is.
///
/// # Panics
/// When the database refuses it.
pub async fn execute(db: &Db, sql: &str) {
    db.writer.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The number that a `SELECT count(*) …` answers.
///
/// # Panics
/// When the database refuses it, or it answers anything else.
pub async fn count(db: &Db, sql: &str) -> i64 {
    let statement = Statement::from_string(db.reader.get_database_backend(), sql);
    let row = db.reader.query_one_raw(statement).await.expect("it is answered").expect("a row");
    row.try_get_by_index(0).expect("a number")
}

/// A row of the job queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedJob {
    /// What it was queued under.
    pub key: String,
    /// apalis' word for it: `Pending`, `Queued`, `Running`, `Done`, `Failed` or `Killed`.
    pub status: String,
    /// How often it was tried.
    pub attempts: i32,
}

/// The rows of the job queue, by key.
///
/// # Panics
/// When they cannot be read.
pub async fn queued_jobs(db: &Db) -> Vec<QueuedJob> {
    let table = if db.backend() == Backend::Sqlite { "Jobs" } else { "apalis.jobs" };
    let sql = format!("SELECT idempotency_key, status, attempts FROM {table} ORDER BY idempotency_key");
    let statement = Statement::from_string(db.reader.get_database_backend(), sql);
    let rows = db.reader.query_all_raw(statement).await.expect("the queue is read");
    let job = |row: &sea_orm::QueryResult| {
        Ok::<_, sea_orm::DbErr>(QueuedJob {
            key: row.try_get_by_index(0)?,
            status: row.try_get_by_index(1)?,
            attempts: row.try_get_by_index(2)?,
        })
    };
    rows.iter().map(job).collect::<Result<_, _>>().expect("rows of the queue")
}

/// Every table that has a column `account_id`, and in it the account's rows as text, in order.
///
/// # Panics
/// When they cannot be read.
pub async fn rows_of_account(db: &Db, account: AccountId) -> BTreeMap<String, Vec<String>> {
    let tables = match db.backend() {
        Backend::Sqlite => {
            "SELECT t.name, group_concat('quote(' || c.name || ')', ' || '','' || ')
             FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' GROUP BY t.name
             HAVING sum(c.name = 'account_id') > 0"
        }
        Backend::Postgres => {
            "SELECT c.relname::text, c.relname || '::text' FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
             WHERE a.attname = 'account_id' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
             AND c.relnamespace = 'public'::regnamespace"
        }
    };
    let backend = db.reader.get_database_backend();
    let mut found = BTreeMap::new();
    for table in
        db.reader.query_all_raw(Statement::from_string(backend, tables)).await.expect("the catalogue")
    {
        let name: String = table.try_get_by_index(0).expect("a name");
        let row: String = table.try_get_by_index(1).expect("an expression");
        let sql = format!("SELECT {row} FROM {name} WHERE account_id = $1 ORDER BY 1");
        let statement = Statement::from_sql_and_values(backend, sql, [account.0.into()]);
        let rows = db.reader.query_all_raw(statement).await.expect("rows");
        let text = |row: &sea_orm::QueryResult| row.try_get_by_index(0).expect("text");
        found.insert(name, rows.iter().map(text).collect());
    }
    found
}

/// When tests happen: 2026-11-22T09:54:00Z.
pub const NOW: Timestamp = Timestamp(1_795_341_240_000);

/// Makes an account called `name` with an owner of its own, whose password is nothing that could be typed.
///
/// # Panics
/// When it cannot be made.
pub async fn new_account(db: &Db, name: &str) -> OwnedAccount {
    let slug = name.to_lowercase();
    let owner = Owner::New {
        id: UserId(new_uuid(NOW)),
        email: format!("{}@example.com", new_uuid(NOW).simple()),
        name: format!("Owner of {name}"),
        password_hash: SecretText::new("no hash at all"),
    };
    let id = AccountId(new_uuid(NOW));
    let account = NewAccount { id, name: name.to_owned(), slug, owner, made_by: None };
    unscoped::create_account_with_owner(db, &account, NOW).await.expect("an account is made")
}
