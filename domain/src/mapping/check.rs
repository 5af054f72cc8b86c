use super::Mapping;
use crate::error::FieldErrors;
use crate::json::{self, PathError};
use crate::limits::{MAX_INDEXED_BYTES, MAX_MAPPINGS};
use serde_json::Value;

/// Most pairs of one row.
const MAX_REPLACEMENTS: usize = 100;

pub(super) fn check(rows: &[Mapping], field: &str, errors: &mut FieldErrors) {
    if rows.len() > MAX_MAPPINGS {
        return errors.add(field, format!("use at most {MAX_MAPPINGS} rows"));
    }
    for (place, row) in rows.iter().enumerate() {
        let field = format!("{field}.{place}");
        check_path(&row.from, json::check_each, &format!("{field}.from"), errors);
        check_path(&row.to, json::check_one, &format!("{field}.to"), errors);
        if let Some(default) = &row.default {
            check_value(default, &format!("{field}.default"), errors);
        }
        if row.replace.len() > MAX_REPLACEMENTS {
            errors.add(format!("{field}.replace"), format!("use at most {MAX_REPLACEMENTS} pairs"));
            continue;
        }
        for (place, pair) in row.replace.iter().enumerate() {
            check_value(&pair.value, &format!("{field}.replace.{place}.value"), errors);
            check_value(&pair.with, &format!("{field}.replace.{place}.with"), errors);
        }
    }
}

fn check_path(
    path: &str,
    parse: impl Fn(&str) -> Result<(), PathError>,
    field: &str,
    errors: &mut FieldErrors,
) {
    if path.is_empty() {
        errors.add(field, "name an attribute");
    } else if path.len() > MAX_INDEXED_BYTES {
        errors.add(field, format!("use at most {MAX_INDEXED_BYTES} bytes"));
    } else if path.contains('\0') {
        errors.add(field, "NUL is not allowed");
    } else if let Err(error) = parse(path) {
        errors.add(field, error.to_string());
    }
}

fn check_value(value: &Value, field: &str, errors: &mut FieldErrors) {
    if json::has_nul(value) {
        errors.add(field, "NUL is not allowed");
    } else if json::weight(value) > MAX_INDEXED_BYTES + 2 {
        errors.add(field, format!("use at most {MAX_INDEXED_BYTES} bytes"));
    }
}
