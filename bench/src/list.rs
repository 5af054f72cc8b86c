//! A call of a list, and what it must answer.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::server::Account;

/// Rows of a page, unless the caller says otherwise.
pub const PAGE_ROWS: u64 = 50;
/// Where counts stop.
const MOST_COUNTED: u64 = 10_000;

/// One call.
#[derive(Debug, Clone)]
pub struct List {
    /// For a person.
    pub name: String,
    /// Under the server's address.
    pub path: String,
    expected: Expected,
}

#[derive(Debug, Clone)]
enum Expected {
    /// So many rows, each with a field that begins so.
    Rows { rows: u64, field: Option<(&'static str, String)> },
    /// A count of so many.
    Count(u64),
}

impl List {
    /// A list of which a page holds so many of `rows`.
    pub fn of(name: &str, path: String, rows: u64) -> Self {
        let expected = Expected::Rows { rows: rows.min(PAGE_ROWS), field: None };
        Self { name: name.to_owned(), path: format!("/api/v1/{path}"), expected }
    }

    /// A count of so many.
    pub fn count(name: &str, path: String, rows: u64) -> Self {
        Self { expected: Expected::Count(rows), ..Self::of(name, path, 0) }
    }

    /// Each row's `field` begins so.
    pub fn with(mut self, field: &'static str, begin: impl Into<String>) -> Self {
        if let Expected::Rows { field: of_each, .. } = &mut self.expected {
            *of_each = Some((field, begin.into()));
        }
        self
    }

    /// The bytes of the request.
    pub fn request(&self, address: SocketAddr, account: &Account) -> Vec<u8> {
        let Self { path, .. } = self;
        format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\r\n", account.api_key)
            .into_bytes()
    }

    /// Whether `answer` is what it must be.
    ///
    /// # Errors
    /// When it is not.
    pub fn check(&self, answer: &Value) -> Result<()> {
        let Self { path, .. } = self;
        match &self.expected {
            Expected::Count(rows) => {
                let expected = json!({"count": rows.min(&MOST_COUNTED), "more": *rows > MOST_COUNTED});
                ensure!(answer == &expected, "GET {path} is answered {answer}, not {expected}");
            }
            Expected::Rows { rows, field } => {
                let data = answer["data"].as_array().with_context(|| format!("GET {path}: {answer}"))?;
                let found = u64::try_from(data.len())?;
                ensure!(found == *rows, "GET {path} is answered {found} rows, not {rows}");
                for row in data {
                    let is_right = field.as_ref().is_none_or(|(field, begin)| {
                        row[field].as_str().is_some_and(|value| value.starts_with(begin.as_str()))
                    });
                    ensure!(is_right, "GET {path} is answered a row that it should not have: {row}");
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_with_other_rows_or_counts_are_errors() {
        let list = List::of("a", "items".into(), 2).with("key", "item-1");
        let rows =
            |keys: &[&str]| json!({"data": keys.iter().map(|key| json!({"key": key})).collect::<Vec<_>>()});
        for (answer, is_right) in [
            (rows(&["item-1", "item-12"]), true),
            (rows(&["item-1"]), false),
            (rows(&["item-1", "item-2"]), false),
            (json!({}), false),
        ] {
            assert_eq!(list.check(&answer).is_ok(), is_right, "{answer}");
        }
        for (rows, answer, is_right) in [
            (7, json!({"count": 7, "more": false}), true),
            (8, json!({"count": 7, "more": false}), false),
            (1_000_000, json!({"count": 10_000, "more": true}), true),
            (1_000_000, json!({"count": 10_000, "more": false}), false),
        ] {
            assert_eq!(List::count("a", "count".into(), rows).check(&answer).is_ok(), is_right, "{answer}");
        }
        assert!(List::of("a", "items".into(), 1_000).check(&rows(&["x"; 50])).is_ok());
    }
}
