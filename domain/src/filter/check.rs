use super::criterion::compile;
use super::{Criterion, Filter, Operator};
use crate::error::FieldErrors;
use crate::header;
use crate::json::{self, PathError};
use crate::limits::{MAX_CRITERIA, MAX_INDEXED_BYTES};
use serde_json::Value;

/// How deep groups may stand in groups.
const MAX_NESTING: usize = 8;
/// Most values of an `in`.
const MAX_CHOICES: usize = 100;

/// Notes everything wrong with `filter` under `field`.
pub(super) fn check(filter: &Filter, roots: &[&str], field: &str, errors: &mut FieldErrors) {
    if criteria_of(filter, 1) > MAX_CRITERIA {
        errors.add(field, format!("a filter has at most {MAX_CRITERIA} criteria"));
        return;
    }
    check_part(filter, roots, field, 1, errors);
}

/// Not deeper than is allowed, so that a deep one cannot exhaust the stack.
fn criteria_of(filter: &Filter, level: usize) -> usize {
    match filter {
        Filter::Criterion(_) => 1,
        Filter::All(parts) | Filter::Any(parts) if level <= MAX_NESTING => {
            parts.iter().map(|part| criteria_of(part, level + 1)).sum()
        }
        Filter::All(_) | Filter::Any(_) => 0,
    }
}

fn check_part(filter: &Filter, roots: &[&str], field: &str, level: usize, errors: &mut FieldErrors) {
    let (parts, name) = match filter {
        Filter::Criterion(criterion) => return check_criterion(criterion, roots, field, errors),
        Filter::All(parts) => (parts, "all"),
        Filter::Any(parts) => (parts, "any"),
    };
    if level > MAX_NESTING {
        return errors.add(field, format!("groups stand at most {MAX_NESTING} deep in each other"));
    }
    if parts.is_empty() {
        errors.add(field, "a group needs at least one criterion");
    }
    for (place, part) in parts.iter().enumerate() {
        check_part(part, roots, &format!("{field}.{name}.{place}"), level + 1, errors);
    }
}

fn check_criterion(criterion: &Criterion, roots: &[&str], field: &str, errors: &mut FieldErrors) {
    if let Err(message) = check_rooted(&criterion.path, roots, json::check_each) {
        errors.add(format!("{field}.path"), message);
    }
    if let Err(message) = check_value(criterion.op, &criterion.value) {
        errors.add(format!("{field}.value"), message);
    }
}

/// Whether `path` starts with one of `roots` and is well formed after it. A root that ends in a dot is followed by a
/// header's name or a path in JSON that `is_path` takes; any other root is the whole path.
pub(crate) fn check_rooted(
    path: &str,
    roots: &[&str],
    is_path: fn(&str) -> Result<(), PathError>,
) -> Result<(), String> {
    if path.len() > MAX_INDEXED_BYTES {
        return Err(format!("use at most {MAX_INDEXED_BYTES} bytes"));
    }
    for root in roots {
        match root.strip_suffix('.') {
            None if path == *root => return Ok(()),
            Some("headers") => {
                if let Some(name) = path.strip_prefix(root) {
                    let is_name = header::is_name(name);
                    return if is_name { Ok(()) } else { Err("name a header after `headers.`".to_owned()) };
                }
            }
            Some(base) => {
                if let Some(rest) = json::below(path, base) {
                    return is_path(rest).map_err(|error| error.to_string());
                }
            }
            None => {}
        }
    }
    let known: Vec<_> = roots.iter().map(|root| format!("`{root}`")).collect();
    Err(format!("start with {}", known.join(" or ")))
}

fn check_value(op: Operator, value: &Value) -> Result<(), String> {
    match op {
        Operator::Exists | Operator::NotExists => Ok(()),
        Operator::In => match value.as_array() {
            Some(choices) if (1..=MAX_CHOICES).contains(&choices.len()) => Ok(()),
            _ => Err(format!("give a list of 1 to {MAX_CHOICES} values")),
        },
        _ if value.is_null() => Err("give a value to compare with".to_owned()),
        Operator::MatchesRegex => compile(value).map(|_| ()),
        Operator::GreaterThan | Operator::GreaterOrEqual | Operator::LessThan | Operator::LessOrEqual => {
            // What has no order has none with itself.
            let is_comparable = json::compare(value, value).is_some();
            if is_comparable { Ok(()) } else { Err("give a number or an RFC 3339 time".to_owned()) }
        }
        Operator::StartsWith | Operator::EndsWith if json::text_of(value).is_none() => {
            Err("give a text".to_owned())
        }
        Operator::Equals
        | Operator::NotEquals
        | Operator::Contains
        | Operator::StartsWith
        | Operator::EndsWith => Ok(()),
    }
}
