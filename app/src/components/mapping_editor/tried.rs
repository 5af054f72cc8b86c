//! What a row makes of a sample, in words.

use crate::components::json::{kind_of, shortened};
use domain::json::{Found, each_of, find_each, get_text};
use domain::mapping::{Mapping, apply};
use serde_json::Value;

/// A row, tried on a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// What its path finds.
    pub sent: Shown,
    /// What it puts; `None` while it does not say where.
    pub put: Option<Shown>,
}

/// A value in short, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// As JSON, shortened; a word where there is none.
    pub text: String,
    /// "text", "list of 3"; empty where there is none.
    pub kind: String,
}

/// Tries `row` on `sample`; `None` while it cannot be applied.
pub fn tried(row: &Mapping, sample: &Value) -> Option<Tried> {
    let list = each_of(sample, &row.from).map(|found| Value::from_iter(found.into_iter().cloned()));
    let sent = Shown::of(list.as_ref().or_else(|| get_text(sample, &row.from)), "absent");
    let put = if row.to.is_empty() {
        None
    } else {
        let mapped = apply(std::slice::from_ref(row), sample).ok()?;
        Some(Shown::of(get_text(&mapped, &row.to), "nothing"))
    };
    Some(Tried { sent, put })
}

/// Whether `path` finds something in `body`: of a list, in any of its elements.
pub fn finds(path: &str, body: &Value) -> bool {
    match find_each(body, path) {
        Some(Found::One(_)) => true,
        Some(Found::Each(found)) => found.iter().any(Option::is_some),
        None => false,
    }
}

/// What is to be said of a path that finds something in so many of so many bodies; nothing where that is each.
pub fn missing_words((found, tried): (usize, usize)) -> Option<String> {
    match (found, tried) {
        (found, tried) if found == tried => None,
        (_, 1) => Some("not in the last one".to_owned()),
        (0, tried) => Some(format!("in none of the last {tried}")),
        (found, tried) => Some(format!("in {found} of the last {tried}")),
    }
}

impl Shown {
    fn of(value: Option<&Value>, absent: &str) -> Self {
        match value {
            Some(value) => Self { text: shortened(value), kind: kind_of(value) },
            None => Self { text: absent.to_owned(), kind: String::new() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(from: &str, to: &str) -> Mapping {
        Mapping { from: from.into(), to: to.into(), default: Some(json!(7)), ..Mapping::default() }
    }

    #[test]
    fn a9_a_row_shows_what_is_sent_and_what_it_puts_with_their_kinds() {
        let sample = json!({"n": "1", "lines": [{"sku": "a"}, {}], "on": true, "none": null});
        for (from, to, sent, put) in [
            ("n", "data.n", ("\"1\"", "text"), Some(("\"1\"", "text"))),
            ("absent", "data.n", ("absent", ""), Some(("7", "number"))),
            ("none", "data.n", ("null", "empty"), Some(("7", "number"))),
            ("lines.*.sku", "data.n", ("[\"a\"]", "list of 1"), Some(("[\"a\",7]", "list of 2"))),
            ("on", "", ("true", "yes or no"), None),
        ] {
            let shown = |(text, kind): (&str, &str)| Shown { text: text.into(), kind: kind.into() };
            let expected = Tried { sent: shown(sent), put: put.map(shown) };
            assert_eq!(tried(&row(from, to), &sample), Some(expected), "{from}");
        }
        assert_eq!(tried(&row("n", "a..b"), &sample), None);
    }

    #[test]
    fn a9_a_path_that_is_missing_in_the_last_samples_is_marked() {
        for (counts, expected) in [
            ((0, 0), None),
            ((10, 10), None),
            ((0, 1), Some("not in the last one")),
            ((3, 10), Some("in 3 of the last 10")),
            ((0, 2), Some("in none of the last 2")),
        ] {
            assert_eq!(missing_words(counts).as_deref(), expected, "{counts:?}");
        }
        let body = json!({"lines": [{}, {"sku": null}], "none": []});
        let found = ["lines.*.sku", "lines.1.sku", "lines.*.n", "none.*", "n"].map(|path| finds(path, &body));
        assert_eq!(found, [true, true, false, false, false]);
    }
}
