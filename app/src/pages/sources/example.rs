//! A request that a source takes, to be sent by hand.

use super::form::Fields;
use super::targets::Recordable;
use domain::filter::{Criterion, Filter, Operator};
use domain::form::{FieldType, Scalar};
use domain::json::{Path, get_text, set_path};
use domain::source::{ContentType, SourceConfig, Verification};
use serde_json::{Map, Value, json};

/// A `curl` line that the source takes, as far as that can be said without its secret.
pub fn curl(url: &str, config: &SourceConfig, recordable: &Recordable) -> String {
    let proof = match &config.verification {
        Verification::HeaderToken { header, .. } => {
            format!(" \\\n  -H {}", quoted(&format!("{header}: YOUR-TOKEN")))
        }
        Verification::Basic { username, .. } => {
            format!(" \\\n  -u {}", quoted(&format!("{username}:YOUR-PASSWORD")))
        }
        // Signatures are reckoned, not copied.
        Verification::None
        | Verification::BodyToken { .. }
        | Verification::StandardWebhooks { .. }
        | Verification::Hmac(_)
        | Verification::Stripe { .. }
        | Verification::Twilio { .. } => String::new(),
    };
    let types = &config.content_types;
    let content_type = types.iter().find(|own| **own == ContentType::Json).or(types.first());
    let content_type = content_type.copied().unwrap_or_default();
    let body = body(config, recordable);
    let body = match content_type {
        ContentType::Json => body.to_string(),
        ContentType::Form => form_of("", &body).join("&"),
    };
    let (method, content_type) = (config.method.as_str(), content_type.as_str());
    format!(
        "curl -X {method} {} \\\n  -H 'Content-Type: {content_type}'{proof} \\\n  -d {}",
        quoted(url),
        quoted(&body)
    )
}

/// A body with what the filter looks at and the mapping reads.
fn body(config: &SourceConfig, recordable: &Recordable) -> Value {
    let mut body = Value::Object(Map::new());
    if let Some(filter) = &config.filter {
        pass(&mut body, filter);
    }
    let mut fields = Fields::default();
    fields.set_action(&config.action);
    let definition = recordable.definition(&fields);
    for row in &config.mapping {
        let key = row.to.strip_prefix("data.").unwrap_or(&row.to);
        let attribute = definition
            .and_then(|definition| definition.attributes.iter().find(|attribute| attribute.key == key));
        let value = match (key, attribute) {
            ("customer", _) => json!("C-1"),
            (_, Some(attribute)) => example_of(attribute.field_type, &attribute.key),
            _ => json!(key),
        };
        put(&mut body, &row.from, value);
    }
    if let Verification::BodyToken { path, .. } = &config.verification
        && let Ok(path) = path.parse()
    {
        // What is in its way is no token, so the source would refuse it anyway.
        let _in_the_way = set_path(&mut body, &path, json!("YOUR-TOKEN"));
    }
    if config.mapping.is_empty() && config.filter.is_none() {
        put(&mut body, "n", json!(1));
    }
    body
}

fn example_of(field_type: FieldType, key: &str) -> Value {
    match field_type {
        FieldType::Integer | FieldType::Decimal | FieldType::Lookup { .. } => json!(1),
        FieldType::Datetime => json!("2026-01-31T12:00:00Z"),
        FieldType::Date => json!("2026-01-31"),
        FieldType::Time => json!("12:00:00"),
        FieldType::Boolean => json!(true),
        FieldType::Json => json!({}),
        FieldType::Array { of: Scalar::Integer | Scalar::Decimal } => json!([1]),
        FieldType::Array { .. } => json!(["a"]),
        FieldType::String => json!(key),
    }
}

/// Puts what lets a request pass, where that is plain.
fn pass(body: &mut Value, filter: &Filter) {
    match filter {
        Filter::All(parts) => parts.iter().for_each(|part| pass(body, part)),
        Filter::Any(parts) => parts.iter().take(1).for_each(|part| pass(body, part)),
        Filter::Criterion(Criterion { path, op, value, .. }) => {
            let Some(path) = path.strip_prefix("body.") else { return };
            let value = value.clone();
            let passing = match op {
                Operator::Exists => json!(true),
                Operator::GreaterThan => value.as_i64().map_or(value, |n| json!(n.saturating_add(1))),
                Operator::LessThan => value.as_i64().map_or(value, |n| json!(n.saturating_sub(1))),
                Operator::In => value.get(0).cloned().unwrap_or_default(),
                Operator::Equals
                | Operator::GreaterOrEqual
                | Operator::LessOrEqual
                | Operator::Contains
                | Operator::StartsWith
                | Operator::EndsWith => value,
                Operator::NotExists | Operator::NotEquals | Operator::MatchesRegex => return,
            };
            put(body, path, passing);
        }
    }
}

/// Puts `value` at `path` unless something is there, or it names more than one place.
fn put(body: &mut Value, path: &str, value: Value) {
    if path.contains(['*', '[']) || get_text(body, path).is_some() {
        return;
    }
    if let Ok(path) = path.parse::<Path>() {
        // It is an example: without this value it still is one.
        let _in_the_way = set_path(body, &path, value);
    }
}

/// The fields of a form that is read as `value`: `auth[token]=…`.
fn form_of(name: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) => map
            .iter()
            .flat_map(|(key, value)| {
                let name = if name.is_empty() { key.clone() } else { format!("{name}[{key}]") };
                form_of(&name, value)
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(|item| form_of(&format!("{name}[]"), item)).collect(),
        Value::String(text) => vec![format!("{name}={text}")],
        other => vec![format!("{name}={other}")],
    }
}

/// `text` as one word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::activity::Names;
    use domain::catalogue::Catalogue;

    fn line(config: &Value) -> String {
        let events = Catalogue::default().all().to_vec();
        let config: SourceConfig = serde_json::from_value(config.clone()).expect("a source");
        curl("http://h/in/1/e", &config, &Recordable { events, modules: Names(Vec::new()) })
    }

    #[test]
    fn a19_the_curl_line_of_a_blueprint_says_what_the_source_needs() {
        let config = domain::blueprint::blueprint("point_add").expect("there is one").config("a", "e");
        let expected = "curl -X POST 'http://h/in/1/e' \\\n  -H 'Content-Type: application/json' \\\n  \
            -d '{\"pointadd\":true,\"clientID\":\"C-1\",\"reason\":\"reason\",\"pointstobeadded\":1}'";
        assert_eq!(line(&serde_json::to_value(config).expect("JSON")), expected);
    }

    #[test]
    fn d24_the_curl_line_of_a_form_is_one_and_words_are_quoted() {
        let action = json!({"type": "publish_event", "event_type": "a.b"});
        let mut config = json!({"name": "a", "endpoint": "e", "action": action, "content_types": ["form"],
            "verification": {"type": "body_token", "path": "auth.token"},
            "filter": {"path": "body.kind", "op": "equals", "value": "it's"}});
        assert!(line(&config).ends_with(r"-d 'kind=it'\''s&auth[token]=YOUR-TOKEN'"));
        config["filter"] = Value::Null;
        config["verification"] = json!({"type": "basic", "username": "ada"});
        assert!(line(&config).ends_with("-u 'ada:YOUR-PASSWORD' \\\n  -d 'n=1'"));
    }
}
