//! A module while it is edited, everything as typed.

use crate::components::form::{Row, rows_of};
use crate::components::word;
use crate::pages::modules::metrics::reckoned;
use crate::pages::records::{guessed, type_of, type_word};
use domain::error::FieldErrors;
use domain::json::Path;
use domain::module::{ItemField, KeyMetric, MetricKind, ModuleConfig};
use serde_json::{Value, json};
use std::collections::HashSet;

/// What is typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// What people call it.
    pub name: String,
    /// What it knows of its items.
    pub fields: Vec<Row<TypedField>>,
    /// What is reckoned of them.
    pub metrics: Vec<Row<TypedMetric>>,
}

/// One field, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TypedField {
    /// Its name in JSON.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// The word of its type.
    pub field_type: String,
    /// Where it is in the data.
    pub path: String,
}

/// One key metric, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TypedMetric {
    /// What people call it; empty: made from the rest.
    pub name: String,
    /// The word of its kind.
    pub kind: String,
    /// The field's key; of no use to a count.
    pub field: String,
}

impl Typed {
    /// What is stored, as if typed.
    #[must_use]
    pub fn of(config: &ModuleConfig) -> Self {
        let field = |field: &ItemField| TypedField {
            key: field.key.clone(),
            label: field.label.clone(),
            field_type: type_word(field.field_type),
            path: field.path.clone(),
        };
        let metric = |metric: &KeyMetric| TypedMetric {
            name: metric.name.clone(),
            kind: kind_word(&metric.kind),
            field: metric.kind.field().unwrap_or_default().to_owned(),
        };
        Self {
            name: config.name.clone(),
            fields: rows_of(config.fields.iter().map(field)),
            metrics: rows_of(config.metrics.iter().map(metric)),
        }
    }

    /// What is meant.
    ///
    /// # Errors
    /// What is wrong, per field.
    pub fn read(&self) -> Result<ModuleConfig, FieldErrors> {
        let field = |row: &Row<TypedField>| ItemField {
            key: row.own.key.trim().to_owned(),
            label: row.own.label.trim().to_owned(),
            field_type: type_of(&row.own.field_type),
            path: row.own.path.trim().to_owned(),
        };
        let metric =
            |row: &Row<TypedMetric>| KeyMetric { name: self.name_of(&row.own), kind: row.own.kind() };
        let config = ModuleConfig {
            name: self.name.trim().to_owned(),
            fields: self.fields.iter().map(field).collect(),
            metrics: self.metrics.iter().map(metric).collect(),
        };
        config.check().map(|()| config)
    }

    /// What a metric is called: what is typed, else `Sum of Amount`.
    #[must_use]
    pub fn name_of(&self, metric: &TypedMetric) -> String {
        if !metric.name.trim().is_empty() {
            return metric.name.trim().to_owned();
        }
        let kind = metric.kind();
        let Some(key) = kind.field() else { return "Items".to_owned() };
        let label =
            self.fields.iter().find(|row| row.own.key == key).map_or(key, |row| row.own.label.as_str());
        reckoned(&kind, label)
    }

    /// The field for a value of a sample at `path`; its key is one that no other field has.
    #[must_use]
    pub fn field_at(&self, path: &str, sample: &Value) -> TypedField {
        let label = label_of(path);
        let taken: HashSet<_> =
            self.fields.iter().map(|row| row.own.key.as_str()).chain(["id", "title"]).collect();
        let stem = key_of(&label);
        let key = std::iter::once(stem.clone())
            .chain((2..).map(|number| format!("{stem}_{number}")))
            .find(|key| !taken.contains(key.as_str()))
            .unwrap_or(stem);
        let value = domain::json::get_text(sample, path).cloned().unwrap_or_default();
        TypedField { key, label, field_type: type_word(guessed(&value)), path: path.to_owned() }
    }
}

impl TypedMetric {
    fn kind(&self) -> MetricKind {
        let said = json!({"type": self.kind, "field": self.field});
        serde_json::from_value(said).unwrap_or(MetricKind::Count)
    }
}

/// The word of a kind of metric in JSON.
fn kind_word(kind: &MetricKind) -> String {
    serde_json::to_value(kind).ok().map(|kind| word(&kind["type"])).unwrap_or_default()
}

/// The last part of a path in words: `merges.FNAME` is `FNAME`, `first_name` is `First name`.
fn label_of(path: &str) -> String {
    let last = path.rsplit(['.', '[']).next().unwrap_or_default().trim_end_matches(']').trim_matches('"');
    let words = last.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(|| "Value".to_owned(), |first| first.to_uppercase().chain(letters).collect())
}

/// A key made of a label.
fn key_of(label: &str) -> String {
    let letters = label.to_lowercase();
    let key: String =
        letters.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(60).collect();
    let key = key.trim_matches('_').to_owned();
    if key.starts_with(|c: char| c.is_ascii_lowercase()) { key } else { format!("field_{key}") }
}

/// The values at the top of a sample, and of the objects there, that no field has yet: their paths.
#[must_use]
pub fn suggestions(typed: &Typed, sample: &Value) -> Vec<String> {
    let known: HashSet<_> = typed.fields.iter().map(|row| row.own.path.as_str()).collect();
    let top = sample.as_object().into_iter().flatten();
    let paths = top.flat_map(|(key, value)| match value {
        Value::Object(below) => below
            .iter()
            .filter(|(_, value)| !value.is_object() && !value.is_array())
            .map(|(name, _)| format!("{key}.{name}"))
            .collect(),
        Value::Array(_) => Vec::new(),
        _ => vec![key.clone()],
    });
    // Odd names are picked from the sample, which quotes them.
    let is_plain =
        |path: &String| path.parse::<Path>().is_ok() && domain::json::get_text(sample, path).is_some();
    paths.filter(|path| is_plain(path) && !known.contains(path.as_str())).take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k8_k9_a_module_survives_editing() {
        let config: ModuleConfig = serde_json::from_value(json!({
            "name": "Subscribers",
            "fields": [
                {"key": "city", "label": "City", "type": "string", "path": "merges.CITY"},
                {"key": "spent", "label": "Spent", "type": "decimal", "path": "spent"},
            ],
            "metrics": [
                {"name": "All", "kind": {"type": "count"}},
                {"name": "Spent", "kind": {"type": "sum", "field": "spent"}},
                {"name": "By city", "kind": {"type": "count_by", "field": "city"}},
            ],
        }))
        .expect("a module");
        assert_eq!(Typed::of(&config).read(), Ok(config.clone()));
        let mut typed = Typed::of(&config);
        typed.metrics[1].own.name.clear();
        assert_eq!(typed.name_of(&typed.metrics[1].own), "Sum of Spent");
        typed.fields.remove(1);
        let wrong = typed.read().expect_err("a metric without its field");
        assert_eq!(wrong.0[0].field, "metrics.1.kind");
    }

    #[test]
    fn k9_fields_are_made_from_a_sample() {
        let sample =
            json!({"id": 7, "email": "a@example.com", "merges": {"FNAME": "Ada", "AGE": 36}, "tags": ["a"]});
        let mut typed = Typed { name: "Subscribers".into(), ..Typed::default() };
        assert_eq!(suggestions(&typed, &sample), ["id", "email", "merges.FNAME", "merges.AGE"]);
        for path in suggestions(&typed, &sample) {
            let field = typed.field_at(&path, &sample);
            typed.fields = rows_of(typed.fields.iter().map(|row| row.own.clone()).chain([field]));
        }
        assert_eq!(suggestions(&typed, &sample), Vec::<String>::new());
        let made = typed.read().expect("valid").fields;
        let keys: Vec<_> = made.iter().map(|field| (field.key.as_str(), field.label.as_str())).collect();
        assert_eq!(keys, [("id_2", "Id"), ("email", "Email"), ("fname", "FNAME"), ("age", "AGE")]);
        assert!(made[3].field_type.is_numeric());
        assert_eq!(key_of(&label_of("7 up!")), "field_7_up");
    }
}
