//! What is reckoned over the items of a module.

use super::customers::tell;
use super::items::number;
use super::modules::add_module;
use super::records::item;
use crate::testing::{NOW, execute, new_account, on_each_backend};
use crate::{AccountDb, Db};
use domain::module::{DayValue, Module};
use domain::time::Timestamp;
use serde_json::{Value, json};

const DAY_MS: i64 = 24 * 3_600_000;

/// What each key metric comes to: how many items have a value, and the value or the counts.
async fn metrics(account: AccountDb<'_>, module: &Module) -> Vec<(String, i64, Value)> {
    let metrics = account.metrics(module, 1, NOW).await.expect("they are reckoned").into_iter();
    let values = metrics.map(|metric| {
        let counts: Vec<_> = metric.values.iter().map(|count| json!([count.value, count.items])).collect();
        let value = metric.value.map_or(json!(counts), Value::from);
        (metric.name, metric.items, value)
    });
    values.collect()
}

fn expected(metrics: &[(&str, i64, Value)]) -> Vec<(String, i64, Value)> {
    metrics.iter().map(|(name, items, value)| ((*name).to_owned(), *items, value.clone())).collect()
}

#[tokio::test]
async fn k8_key_metrics_are_exact() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let (orders, others) = (add_module(account).await, add_module(account).await);
        let big = "12345678901234567890.123456789";
        let items = [
            json!({"city": "Bonn", "amount": number("0.1"), "pieces": 9_007_199_254_740_993_i64, "paid": true}),
            json!({"city": "Rome", "amount": "0.20", "day": "2026-01-31", "opens": "09:00", "paid": false}),
            json!({"city": "Bonn", "amount": number(big), "pieces": 2, "day": "2025-12-01", "opens": "09:00:30"}),
            json!({"city": "Ärmel \"1\"", "amount": number("-1E+02"), "pieces": 2, "opens": "08:59"}),
            json!({"city": "Oslo"}),
        ];
        let intents = items.iter().enumerate().map(|(n, data)| item(&orders, &n.to_string(), data.clone()));
        tell(&db, acme.account.id, intents.collect()).await;
        tell(&db, acme.account.id, vec![item(&others, "1", json!({"amount": 1_000, "city": "Bonn"}))]).await;
        let of_orders = expected(&[
            ("All", 5, json!("5")),
            ("sum amount", 4, json!("12345678901234567790.423456789")),
            ("average amount", 4, json!("3086419725308641947.6")),
            ("min amount", 4, json!("-100")),
            ("max amount", 4, json!(big)),
            ("sum pieces", 3, json!("9007199254740997")),
            ("min day", 2, json!("2025-12-01")),
            ("max opens", 3, json!("09:00:30")),
            ("count_by city", 5, json!([["Bonn", 2], ["Oslo", 1], ["Rome", 1], ["Ärmel \"1\"", 1]])),
            ("count_by paid", 2, json!([[false, 1], [true, 1]])),
            ("count_by pieces", 3, json!([[2, 2], [9_007_199_254_740_993_i64, 1]])),
        ]);
        assert_eq!(metrics(account, &orders).await, of_orders);
    })
    .await;
}

#[tokio::test]
async fn k8_values_that_are_none_of_their_fields_type_any_more_do_not_count() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let orders = add_module(account).await;
        let intents = (0..6).map(|n| item(&orders, &n.to_string(), json!({"amount": n})));
        tell(&db, acme.account.id, intents.collect()).await;
        let long = "x".repeat(2_000);
        // As fields of an older version of the module: the last one has a number that no database reckons with.
        for (key, fields) in [
            ("1", r#"{"amount":"many","day":"soon","opens":"9"}"#.to_owned()),
            ("2", r#"{"amount":"7","city":["Bonn"],"day":"2026-01-31"}"#.to_owned()),
            ("3", format!(r#"{{"amount":{{"a":1}},"city":"{long}"}}"#)),
            ("4", format!(r#"{{"amount":{},"pieces":1e1000}}"#, "9".repeat(1_001))),
            ("5", r#"{"amount":5,"other":1e400000}"#.to_owned()),
        ] {
            execute(&db, &format!("UPDATE items SET fields = '{fields}' WHERE key = '{key}'")).await;
        }
        let found = metrics(account, &orders).await;
        let with_value: Vec<_> = found.into_iter().filter(|(_, items, _)| *items > 0).collect();
        let known = expected(&[
            ("All", 6, json!("6")),
            ("sum amount", 3, json!("12")),
            ("average amount", 3, json!("4")),
            ("min amount", 3, json!("0")),
            ("max amount", 3, json!("7")),
            ("min day", 1, json!("2026-01-31")),
            ("count_by city", 2, json!([[["Bonn"], 1]])),
            ("count_by pieces", 1, json!([[number("1e1000"), 1]])),
        ]);
        assert_eq!(with_value, known);
    })
    .await;
}

#[tokio::test]
async fn k8_a_count_by_value_shows_the_50_most_frequent_ones() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let orders = add_module(account).await;
        let city = |n: usize| format!("c{:03}", n % 60);
        let intents = (0..65).map(|n| item(&orders, &n.to_string(), json!({"city": city(n)})));
        tell(&db, acme.account.id, intents.collect()).await;
        let found = metrics(account, &orders).await;
        let (_, items, counts) =
            found.iter().find(|(name, _, _)| name == "count_by city").expect("the metric");
        let counts = counts.as_array().expect("counts");
        assert_eq!((*items, counts.len()), (65, 50));
        assert_eq!((&counts[4], &counts[5]), (&json!(["c004", 2]), &json!(["c005", 1])));
    })
    .await;
}

#[tokio::test]
async fn k8_key_metrics_are_reckoned_by_the_day_that_items_came() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let orders = add_module(account).await;
        let items = [
            json!({"city": "Bonn", "amount": number("0.1"), "day": "2026-01-31"}),
            json!({"city": "Rome", "amount": "0.20"}),
            json!({"city": "Bonn", "amount": -4, "day": "2025-12-01"}),
            json!({"city": "Rome"}),
            json!({"amount": 9}),
        ];
        let intents = items.iter().enumerate().map(|(n, data)| item(&orders, &n.to_string(), data.clone()));
        tell(&db, acme.account.id, intents.collect()).await;
        // The last two came a day later than the others.
        let tomorrow = NOW.plus_ms(DAY_MS);
        execute(&db, &format!("UPDATE items SET created_at = {} WHERE key IN ('3', '4')", tomorrow.0)).await;
        let found = account.metrics(&orders, 3, tomorrow).await.expect("they are reckoned");
        let by_day = |name: &str| {
            let metric = found.iter().find(|metric| metric.name == name).expect("the metric");
            let of_day = |of_day: &DayValue| (of_day.items, of_day.value.clone(), of_day.counts.clone());
            metric.over_time.iter().map(of_day).collect::<Vec<_>>()
        };
        let some = |items: i64, value: &str| (items, Some(value.to_owned()), Vec::new());
        let none = || (0, None, Vec::new());
        assert_eq!(by_day("All"), [some(0, "0"), some(3, "3"), some(2, "2")]);
        assert_eq!(by_day("sum amount"), [none(), some(3, "-3.7"), some(1, "9")]);
        assert_eq!(by_day("average amount")[2], some(1, "9"));
        assert_eq!(by_day("min amount"), [none(), some(3, "-4"), some(1, "9")]);
        assert_eq!(by_day("min day"), [none(), some(2, "2025-12-01"), none()]);
        let counts = |items: i64, counts: [i64; 2]| (items, None, counts.to_vec());
        assert_eq!(by_day("count_by city"), [counts(0, [0, 0]), counts(3, [2, 1]), counts(1, [0, 1])]);
        let days: Vec<_> = found[0].over_time.iter().map(|own| own.day.0 / DAY_MS).collect();
        let today = NOW.0 / DAY_MS;
        assert_eq!(days, [today - 1, today, today + 1]);
    })
    .await;
}

#[tokio::test]
async fn items_are_counted_by_the_day_they_came() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let orders = add_module(account).await;
        tell(&db, acme.account.id, (0..3).map(|n| item(&orders, &n.to_string(), json!({}))).collect()).await;
        let counts = async |days: u16, now: Timestamp| {
            let counted = account.items_over_time(orders.id, days, now).await.expect("counts");
            counted.into_iter().map(|count| (count.day.0 / DAY_MS, count.items)).collect::<Vec<_>>()
        };
        let today = NOW.0 / DAY_MS;
        assert_eq!(counts(1, NOW).await, [(today, 3)]);
        let later = NOW.plus_ms(2 * DAY_MS);
        assert_eq!(counts(4, later).await, [(today - 1, 0), (today, 3), (today + 1, 0), (today + 2, 0)]);
        assert_eq!(counts(2, later).await, [(today + 1, 0), (today + 2, 0)]);
        assert_eq!(counts(0, NOW).await, [(today, 3)]);
    })
    .await;
}
