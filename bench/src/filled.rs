//! An account with many rows of each kind: one of each is made by the product itself, the others are its copies.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::{
    clock,
    copies::{self, Originals, Spread},
    list::List,
    originals::{BUSY_SOURCES, Logged, make_customer, make_item},
    report::say,
    shell::Shell,
    stage::Stage,
};

/// Copies of the one request of the seldom source.
const SELDOM_COPIES: u64 = 10;

/// The account, and what is known of it.
#[derive(Debug)]
pub struct Filled {
    /// How long the copying took.
    pub took: Duration,
    spread: Spread,
    module: String,
    busy_source: String,
    seldom_source: String,
}

impl Filled {
    /// Makes so many rows of each kind, that lie over so many days; restarts the servers.
    ///
    /// # Errors
    /// When the server or the database refuses.
    pub async fn fill(stage: &mut Stage, rows: u64, days: u64) -> Result<Self> {
        let spread = Spread { rows, before_ms: clock::now_micros() / 1000 - 1000, days };
        let api = stage.api()?;
        let (module, item) = make_item(&api).await?;
        let customer = make_customer(&api).await?;
        let logged = Logged::make(stage, &api).await?;
        stage.stop_servers().await?;
        let started = Instant::now();
        let shell = Shell::of(&stage.store);
        for (kind, originals) in [
            (copies::ITEMS, Originals::one(item)),
            (copies::CUSTOMERS, Originals::one(customer)),
            (copies::REQUESTS, logged.requests),
            (copies::DELIVERIES, logged.deliveries),
        ] {
            shell
                .copy_rows(kind, &originals, spread)
                .await
                .with_context(|| format!("copies of {}", kind.table))?;
        }
        say("letting the database settle");
        shell.settle().await?;
        let took = started.elapsed();
        stage.start_servers().await?;
        Ok(Self {
            took,
            spread,
            module,
            busy_source: logged.busy_source,
            seldom_source: logged.seldom_source,
        })
    }

    /// What is measured.
    pub fn lists(&self) -> Vec<List> {
        [self.items(), self.customers(), self.requests(), self.deliveries()].concat()
    }

    fn items(&self) -> Vec<List> {
        let Self { module, .. } = self;
        let list = |name: &str, query: &str, rows: u64| {
            List::of(&format!("items, {name}"), format!("modules/{module}/items?{query}"), rows)
        };
        let mut lists = self.records("item", list);
        // What there is of it is looked for in one field only, though another has a million.
        lists.push(list("by what no value of a field begins with", "search=item-&field=city", 0));
        lists
    }

    fn customers(&self) -> Vec<List> {
        let list = |name: &str, query: &str, rows: u64| {
            List::of(&format!("customers, {name}"), format!("customers?{query}"), rows)
        };
        let mut lists = self.records("customer", list);
        let label = format!("search=label-{:03}&field=labels", self.group());
        lists.push(list("by a label", &label, self.rows_of_group()));
        lists
    }

    /// Pages and searches that both kinds of record have, whose keys begin with `noun`.
    fn records(&self, noun: &str, list: impl Fn(&str, &str, u64) -> List) -> Vec<List> {
        let Spread { rows, .. } = self.spread;
        let (middle, group, deep) = (format!("{:07}", rows / 2), self.group(), self.deep());
        let prefix = format!("{noun}-{}", &middle[..4]);
        let first_of_prefix = rows / 2 / 1000 * 1000;
        let of_prefix = rows.min(first_of_prefix + 1000) - first_of_prefix;
        vec![
            list("first page", "", rows),
            list("deep page", &deep, rows / 2),
            list("by the prefix of a key", &format!("search={prefix}"), of_prefix).with("key", &prefix),
            list("by a whole key", &format!("search={noun}-{middle}&field=key"), 1)
                .with("key", format!("{noun}-{middle}")),
            list(
                "by the value of a field",
                &format!("search=city-{group:03}&field=city"),
                self.rows_of_group(),
            ),
            list("by a value of any field", &format!("search=city-{group:03}"), self.rows_of_group()),
            list("by what all keys begin with", &format!("search={noun}-"), rows)
                .with("key", format!("{noun}-")),
            list("by what all keys begin with, deep page", &format!("search={noun}-&{deep}"), rows / 2),
            list("by what all values of a field begin with", "search=city-&field=city", rows),
        ]
    }

    fn requests(&self) -> Vec<List> {
        let Spread { rows, .. } = self.spread;
        let list = |name: &str, query: &str, rows: u64| {
            List::of(&format!("requests, {name}"), format!("requests?{query}"), rows)
        };
        let (deep, seldom) = (self.deep(), SELDOM_COPIES + 1);
        let filtered = "outcome=filtered";
        vec![
            list("first page", "", rows),
            list("deep page", &deep, rows / 2),
            list("accepted", "outcome=accepted", rows / 2).with("outcome", "accepted"),
            list("filtered", filtered, rows / 20).with("outcome", "filtered"),
            list("filtered, deep page", &format!("{filtered}&{deep}"), rows / 20).with("outcome", "filtered"),
            list("of an outcome that is seldom", "outcome=wrong_content_type", seldom)
                .with("outcome", "wrong_content_type"),
            list("all but accepted", "only_refused=true", rows / 10),
            list("all but accepted, deep page", &format!("only_refused=true&{deep}"), rows / 20),
            list("of a busy source", &format!("source_id={}", self.busy_source), rows / 20)
                .with("source_id", &self.busy_source),
            list("of a source that is seldom", &format!("source_id={}", self.seldom_source), seldom)
                .with("source_id", &self.seldom_source),
        ]
    }

    fn deliveries(&self) -> Vec<List> {
        let Spread { rows, .. } = self.spread;
        let path = |query: &str| format!("deliveries?{query}");
        let count = |name: &str, query: &str, rows: u64| {
            List::count(&format!("deliveries, {name}"), format!("deliveries/count?{query}"), rows)
        };
        let list =
            |name: &str, query: &str, rows: u64| List::of(&format!("deliveries, {name}"), path(query), rows);
        let originals = u64::try_from(BUSY_SOURCES).expect("sources are few");
        let failed = rows.div_ceil(5) + originals;
        vec![
            list("first page", "", rows),
            list("deep page", &self.deep(), rows / 2),
            list("succeeded", "status=succeeded", rows / 2).with("status", "succeeded"),
            list("failed", "status=failed", rows / 10).with("status", "failed"),
            list("failed, deep page", &format!("status=failed&{}", self.deep()), rows / 20)
                .with("status", "failed"),
            count("count of all", "", rows + 2 * originals),
            count("count of succeeded ones", "status=succeeded", rows - rows.div_ceil(5) + originals),
            count("count of failed ones", "status=failed", failed),
            count("count of pending ones", "status=pending", 0),
        ]
    }

    /// As query: only rows of the older half.
    fn deep(&self) -> String {
        let Spread { before_ms, .. } = self.spread;
        let middle = format!("{:012x}", (self.spread.first_ms() + before_ms) / 2);
        format!("after={}-{}-7000-8000-000000000000", &middle[..8], &middle[8..])
    }

    /// A group of which there are rows.
    fn group(&self) -> u64 {
        self.spread.rows / 2 % 1000
    }

    fn rows_of_group(&self) -> u64 {
        let Spread { rows, .. } = self.spread;
        rows / 1000 + u64::from(self.group() < rows % 1000)
    }
}
