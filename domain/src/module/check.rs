use super::{ItemField, MetricKind, ModuleConfig};
use crate::error::FieldErrors;
use crate::form::{FieldType, check_key};
use crate::json::{self, Path};
use crate::limits::{MAX_FIELDS, MAX_INDEXED_BYTES};
use std::collections::HashSet;

const MAX_METRICS: usize = 50;

/// Notes everything wrong with `module`.
pub(super) fn module(module: &ModuleConfig, errors: &mut FieldErrors) {
    json::check_name(&module.name, "name", errors);
    check_fields(&module.fields, errors);
    if module.metrics.len() > MAX_METRICS {
        return errors.add("metrics", format!("use at most {MAX_METRICS} key metrics"));
    }
    let mut names = HashSet::new();
    for (place, metric) in module.metrics.iter().enumerate() {
        let field = format!("metrics.{place}.name");
        json::check_name(&metric.name, &field, errors);
        if !names.insert(&metric.name) {
            errors.add(field, format!("`{}` is there already", metric.name));
        }
        if let Err(message) = check_kind(&metric.kind, module) {
            errors.add(format!("metrics.{place}.kind"), message);
        }
    }
}

fn check_fields(fields: &[ItemField], errors: &mut FieldErrors) {
    if fields.len() > MAX_FIELDS {
        return errors.add("fields", format!("use at most {MAX_FIELDS} fields"));
    }
    // Every item has these, and changes name them.
    let mut keys = HashSet::from(["id", "title"]);
    for (place, field) in fields.iter().enumerate() {
        check_key(&field.key, &mut keys, &format!("fields.{place}.key"), errors);
        json::check_name(&field.label, &format!("fields.{place}.label"), errors);
        if let Err(message) = check_path(&field.path) {
            errors.add(format!("fields.{place}.path"), message);
        }
    }
}

fn check_path(path: &str) -> Result<(), String> {
    if path.is_empty() {
        return Err("choose a value of the sample".to_owned());
    }
    if path.len() > MAX_INDEXED_BYTES {
        return Err(format!("use at most {MAX_INDEXED_BYTES} bytes"));
    }
    if path.contains('\0') {
        return Err("NUL is not allowed".to_owned());
    }
    path.parse::<Path>().map(|_| ()).map_err(|error| error.to_string())
}

fn check_kind(kind: &MetricKind, module: &ModuleConfig) -> Result<(), String> {
    let Some(key) = kind.field() else { return Ok(()) };
    let field = module.field(key).ok_or_else(|| format!("the module has no field `{key}`"))?;
    let (fits, needed) = match kind {
        MetricKind::Count => (true, ""),
        MetricKind::Sum { .. } | MetricKind::Average { .. } => {
            (field.field_type.is_numeric(), "an integer or decimal field")
        }
        MetricKind::Min { .. } | MetricKind::Max { .. } => {
            (has_order(field.field_type), "a field of numbers, dates or times of day")
        }
        MetricKind::CountBy { .. } => (has_few_values(field.field_type), "a field of single values"),
    };
    if fits { Ok(()) } else { Err(format!("choose {needed}")) }
}

/// Moments are left out: their text does not sort by time, as each has an offset of its own.
const fn has_order(field_type: FieldType) -> bool {
    field_type.is_numeric() || matches!(field_type, FieldType::Date | FieldType::Time)
}

const fn has_few_values(field_type: FieldType) -> bool {
    !matches!(field_type, FieldType::Json | FieldType::Array { .. })
}
