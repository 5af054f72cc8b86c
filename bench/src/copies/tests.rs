use super::*;
use crate::{postgres::Cluster, shell::has_sqlite_shell, stage::Store};

const ITEM: &str = "019aab00-0000-7000-8000-000000000001";
const USUAL: &str = "019aab00-0000-7000-8000-000000000002";
const FIFTH: &str = "019aab00-0000-7000-8000-000000000003";
const SELDOM: &str = "019aab00-0000-7000-8000-000000000004";
const SPREAD: Spread = Spread { rows: 2_500, before_ms: 1_790_000_000_000, days: 10 };

/// The tables with what is known here of them, and a row or more in each.
fn schema(shell: Shell<'_>, id: &str, log: &str) -> String {
    let [item, usual, fifth, seldom] = [ITEM, USUAL, FIFTH, SELDOM].map(|id| shell.uuid(id));
    format!(
        "CREATE TABLE items (id {id} PRIMARY KEY, key TEXT, title TEXT, data TEXT, fields TEXT, created_at BIGINT,
                             updated_at BIGINT, version BIGINT);
         CREATE TABLE search_terms (value TEXT, field TEXT, record_id {id});
         CREATE TABLE requests (id {id} PRIMARY KEY, outcome INTEGER) {log};
         INSERT INTO items VALUES ({item}, 'item-{NUMBER}', 'Item {NUMBER}', '{{\"city\":\"{GROUP}\"}}', '{{}}', 1, 1, 3);
         INSERT INTO search_terms VALUES ('item-{NUMBER}', 'key', {item}), ('{GROUP}', 'city', {item});"
    ) + &match shell {
        Shell::Sqlite(_) => String::new(),
        Shell::Postgres(_) => "CREATE TABLE requests_default PARTITION OF requests DEFAULT;".to_owned(),
    } + &format!("INSERT INTO requests VALUES ({usual}, 0), ({fifth}, 1), ({seldom}, 2);")
}

async fn copies_are_numbered_and_lie_evenly_over_the_days(shell: Shell<'_>) {
    shell.copy_rows(ITEMS, &Originals::one(ITEM.to_owned()), SPREAD).await.unwrap();
    let ids = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let originals =
        Originals { usual: ids(&[USUAL]), every_fifth: ids(&[FIFTH]), seldom: Some(SELDOM.to_owned()) };
    shell.copy_rows(REQUESTS, &originals, SPREAD).await.unwrap();
    let copies = "FROM items WHERE created_at > 1";
    let millis = shell.millis("id");
    for (sql, expected) in [
        ("SELECT count(*) FROM items".to_owned(), 2_501),
        (format!("SELECT count(*) {copies} AND version = 3 AND updated_at = created_at"), 2_500),
        (format!("SELECT min({millis}) {copies}"), SPREAD.first_ms()),
        (format!("SELECT max({millis}) {copies}"), SPREAD.before_ms - 10 * DAY_MS / 2_500),
        (format!("SELECT count(*) {copies} AND {millis} = created_at"), 2_500),
        (format!("SELECT count(*) {copies} AND key = 'item-0000007' AND title = 'Item 0000007'"), 1),
        (format!("SELECT count(*) {copies} AND data LIKE '%007%'"), 3),
        ("SELECT count(*) FROM search_terms WHERE field = 'city' AND value = '007'".to_owned(), 3),
        (
            "SELECT count(*) FROM search_terms JOIN items ON items.id = record_id AND items.key = value"
                .to_owned(),
            2_501,
        ),
        ("SELECT count(*) FROM requests WHERE outcome = 2".to_owned(), 1 + 10),
        ("SELECT count(*) FROM requests WHERE outcome = 1".to_owned(), 1 + 500 - 10),
        ("SELECT count(*) FROM requests WHERE outcome = 0".to_owned(), 1 + 2_000),
    ] {
        assert_eq!(shell.number(&sql).await.unwrap(), expected, "{sql}");
    }
    shell.settle().await.unwrap();
}

#[tokio::test]
async fn sqlite_copies_are_numbered() {
    if !has_sqlite_shell().await {
        return eprintln!("sqlite3 is not installed: nothing to test");
    }
    let folder = tempfile::tempdir().unwrap();
    let store = Store::Sqlite(folder.path().join("test.db"));
    let shell = Shell::of(&store);
    shell.run(&schema(shell, "BLOB", "")).await.unwrap();
    copies_are_numbered_and_lie_evenly_over_the_days(shell).await;
}

#[tokio::test]
async fn postgres_copies_are_numbered() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::Postgres(Box::new(Cluster::start(folder.path()).await.unwrap()));
    let shell = Shell::of(&store);
    shell.run(&schema(shell, "UUID", "PARTITION BY RANGE (id)")).await.unwrap();
    copies_are_numbered_and_lie_evenly_over_the_days(shell).await;
    let partitions = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'requests'::regclass";
    assert_eq!(shell.number(partitions).await.unwrap(), 1 + 11);
}
