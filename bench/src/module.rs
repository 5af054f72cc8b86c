//! A module of an account with the source that feeds it, and what must be in it.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{
    bitmap::Bitmap,
    rest::Api,
    upserts::{self, Form},
};

/// Most rows of a page.
const PAGE_ROWS: u64 = 200;
/// How many items are looked at whole.
const SAMPLES: u64 = 50;

/// A module and its source.
#[derive(Debug)]
pub struct Module {
    /// Where the source takes items.
    pub path: String,
    /// Its address in the API.
    address: String,
}

/// What a module's items must be.
#[derive(Debug, Clone, Copy)]
pub struct Content {
    /// All of `0..items` and no others.
    pub items: u64,
    /// Each as [`upserts::item`] says of this revision.
    pub revision: u64,
    /// Each at this version, its history as long.
    pub version: u64,
}

impl Module {
    /// Makes a module with four fields and what is counted of it, and an active source for items of that form.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn make(api: &Api, endpoint: &str, form: Form) -> Result<Self> {
        let field =
            |key: &str, kind: &str, path: &str| json!({"key": key, "label": key, "type": kind, "path": path});
        let config = json!({
            "name": format!("Bench {endpoint}"),
            "fields": [
                field("email", "string", "customer.email"),
                field("city", "string", "customer.city"),
                field("amount", "integer", "amount"),
                field("revision", "integer", "revision"),
            ],
            "metrics": [
                {"name": "Items", "kind": {"type": "count"}},
                {"name": "Amounts", "kind": {"type": "sum", "field": "amount"}},
                {"name": "Revisions", "kind": {"type": "sum", "field": "revision"}},
            ],
        });
        let made = api.post("modules", &config).await?;
        let id = made["id"].as_str().context("the module has no `id`")?;
        let mut feed = json!({
            "name": format!("Bench {endpoint}"),
            "endpoint": endpoint,
            "mapping": [{"from": "id", "to": "id"}, {"from": "title", "to": "title"}],
            "action": {"type": "upsert_item", "module_id": id},
        });
        if form == Form::Single {
            feed["response"] = json!({"success": upserts::single_response()});
        }
        Ok(Self { path: api.add_source(&feed).await?.path, address: format!("modules/{id}") })
    }

    /// Looks over REST whether exactly that is in the module: counts and sums of all, key, title and version of each,
    /// data and history of some.
    ///
    /// # Errors
    /// At the first thing that is otherwise.
    pub async fn verify(&self, api: &Api, content: Content) -> Result<()> {
        let Content { items, revision, .. } = content;
        let found = api.get(&format!("{}/metrics?days=1", self.address)).await?;
        let values: Vec<_> =
            found["metrics"].as_array().into_iter().flatten().map(|metric| &metric["value"]).collect();
        let amounts = items * items.saturating_sub(1) / 2;
        let expected = [items, amounts, items * revision].map(|value| json!(value.to_string()));
        ensure!(
            values == expected.iter().collect::<Vec<_>>(),
            "the module's metrics are {values:?}, not {expected:?}"
        );
        let mut seen = Bitmap::default();
        let mut after = String::new();
        loop {
            let page = api.get(&format!("{}/items?limit={PAGE_ROWS}{after}", self.address)).await?;
            for row in page["data"].as_array().context("a page has no `data`")? {
                let number = number_of(row, content)?;
                ensure!(seen.insert(number), "item {number} is in the list twice");
                if number % (items / SAMPLES).max(1) == 0 {
                    self.verify_whole(api, row, (number, content)).await?;
                }
            }
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        ensure!(seen.len() == items, "{} of {items} items are in the list", seen.len());
        Ok(())
    }

    async fn verify_whole(&self, api: &Api, row: &Value, (number, content): (u64, Content)) -> Result<()> {
        let address = format!("{}/items/{}", self.address, row["id"].as_str().context("a row has no `id`")?);
        let (whole, sent) = (api.get(&address).await?, upserts::item(number, content.revision));
        ensure!(whole["data"] == sent, "item {number} is {whole}, but was sent as {sent}");
        let fields = json!({
            "email": sent["customer"]["email"],
            "city": sent["customer"]["city"],
            "amount": number,
            "revision": content.revision,
        });
        ensure!(
            whole["fields"] == fields,
            "the fields of item {number} are {}, not {fields}",
            whole["fields"]
        );
        let history = api.get(&format!("{address}/events")).await?;
        let entries = history["data"].as_array().map_or(0, Vec::len);
        ensure!(
            u64::try_from(entries)? == content.version,
            "item {number} at version {} has {entries} entries in its history",
            content.version
        );
        Ok(())
    }
}

/// The number of the item of a row that is as it must be.
fn number_of(row: &Value, content: Content) -> Result<u64> {
    let number = row["key"].as_str().and_then(|key| key.strip_prefix("item-")?.parse().ok());
    let number = number.filter(|number| *number < content.items);
    let number = number.with_context(|| format!("there is an item that was never sent: {row}"))?;
    let (title, version) = (json!(upserts::title(number)), json!(content.version));
    ensure!(
        row["title"] == title && row["version"] == version,
        "item {number} should be {title} at version {version}, but is {row}"
    );
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_that_are_as_they_must_be_have_a_number() {
        let content = Content { items: 10, revision: 1, version: 2 };
        let row =
            |key: &str, title: &str, version: u64| json!({"key": key, "title": title, "version": version});
        for (row, expected) in [
            (row("item-0000007", "Item 0000007", 2), Some(7)),
            (row("item-0000007", "Item 0000007", 1), None),
            (row("item-0000007", "Item 0000008", 2), None),
            (row("item-0000010", "Item 0000010", 2), None),
            (row("x", "Item 0000007", 2), None),
        ] {
            assert_eq!(number_of(&row, content).ok(), expected, "{row}");
        }
    }
}
