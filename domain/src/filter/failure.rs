use super::criterion::Seen;
use super::{Criterion, Facts, Filter};
use crate::header;
use serde_json::Value;

/// Why a filter was not passed: its first criterion that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The criterion's path; empty where an empty group lets nothing pass.
    pub path: String,
    /// A sentence for a person, with the value found, shortened, never that of a secret header.
    pub message: String,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

pub(super) fn first(filter: &Filter, facts: &impl Facts) -> Option<Failure> {
    match filter {
        Filter::All(filters) => filters.iter().find_map(|filter| first(filter, facts)),
        Filter::Any(filters) => {
            let mut failures = Vec::with_capacity(filters.len());
            for filter in filters {
                failures.push(first(filter, facts)?);
            }
            Some(none_of(failures))
        }
        Filter::Criterion(criterion) => {
            let seen = criterion.find(facts);
            (!criterion.holds_of(&seen)).then(|| of_criterion(criterion, &seen))
        }
    }
}

/// The failure of a group of alternatives: named by its first one.
fn none_of(failures: Vec<Failure>) -> Failure {
    let count = failures.len();
    match failures.into_iter().next() {
        None => {
            Failure { path: String::new(), message: "a group without alternatives lets nothing pass".into() }
        }
        Some(only) if count == 1 => only,
        Some(first) => Failure {
            message: format!("none of {count} alternatives holds; the first: {}", first.message),
            path: first.path,
        },
    }
}

fn of_criterion(criterion: &Criterion, seen: &Seen<'_>) -> Failure {
    let Criterion { path, op, value, .. } = criterion;
    let is_secret = path.strip_prefix("headers.").is_some_and(header::is_secret);
    let show = |value: &Value| if is_secret { header::MASK.to_owned() } else { shortened(value) };
    let first = match seen {
        Seen::One(value) => value.as_deref(),
        Seen::Each(values) => values.first().copied(),
    };
    let found = match (first, seen) {
        (None, _) => "it is missing".to_owned(),
        (Some(first), Seen::Each(values)) if values.len() > 1 => {
            format!("the first of {} values is {}", values.len(), show(first))
        }
        (Some(only), _) => format!("it is {}", show(only)),
    };
    let expected = if op.takes_value() { format!(" {}", show(value)) } else { String::new() };
    let message = format!("`{path}` {}{expected}: does not hold, {found}", op.label());
    Failure { path: path.clone(), message }
}

/// Enough of a value to recognise it.
fn shortened(value: &Value) -> String {
    const MOST: usize = 80;
    match value {
        Value::String(text) if text.chars().nth(MOST).is_some() => {
            let start: String = text.chars().take(MOST).collect();
            Value::from(format!("{start}…")).to_string()
        }
        Value::Number(number) if number.as_str().len() > MOST => format!("{}…", &number.as_str()[..MOST]),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(map) => format!("an object of {}", map.len()),
        short => short.to_string(),
    }
}
