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
    command(url, config, &body(config, recordable))
}

/// A `curl` line that sends `body` as the source takes it, with what stands for secrets and signatures.
pub fn command(url: &str, config: &SourceConfig, body: &Value) -> String {
    let types = &config.content_types;
    let content_type = types.iter().find(|own| **own == ContentType::Json).or(types.first());
    let content_type = content_type.copied().unwrap_or_default();
    let body = match content_type {
        ContentType::Json => body.to_string(),
        ContentType::Form => form_of("", body).join("&"),
    };
    let method = config.method.as_str();
    let mut parts = vec![format!("curl -X {method} {}", quoted(url))];
    parts.push(format!("-H 'Content-Type: {}'", content_type.as_str()));
    if let Verification::Basic { username, .. } = &config.verification {
        parts.push(format!("-u {}", quoted(&format!("{username}:YOUR-PASSWORD"))));
    }
    let headers = proof(&config.verification).into_iter().chain(wanted_headers(config));
    parts.extend(headers.map(|(name, value)| format!("-H {}", quoted(&format!("{name}: {value}")))));
    parts.push(format!("-d {}", quoted(&body)));
    parts.join(" \\\n  ")
}

/// The headers that prove who sends, with a word for what only the sender has. Signatures are reckoned for each request.
fn proof(verification: &Verification) -> Vec<(String, String)> {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    match verification {
        Verification::None | Verification::BodyToken { .. } | Verification::Basic { .. } => Vec::new(),
        Verification::HeaderToken { header: name, .. } => vec![header(name, "YOUR-TOKEN")],
        Verification::StandardWebhooks { .. } => vec![
            header("webhook-id", "MESSAGE-ID"),
            header("webhook-timestamp", "SECONDS"),
            header("webhook-signature", "v1,SIGNATURE"),
        ],
        Verification::Hmac(scheme) => {
            let signature = format!("{}SIGNATURE", scheme.prefix);
            let timestamp = scheme.timestamp.as_ref().map(|own| header(&own.header, "SECONDS"));
            std::iter::once(header(&scheme.header, &signature)).chain(timestamp).collect()
        }
        Verification::Stripe { .. } => vec![header("stripe-signature", "t=SECONDS,v1=SIGNATURE")],
        Verification::Twilio { .. } => vec![header("x-twilio-signature", "SIGNATURE")],
    }
}

/// The headers that the filter looks at.
fn wanted_headers(config: &SourceConfig) -> Vec<(String, String)> {
    let wanted = config.filter.as_ref().map(passing).unwrap_or_default().into_iter();
    let headers = wanted.filter_map(|(path, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        let name = path.strip_prefix("headers.").filter(|name| !name.eq_ignore_ascii_case("content-type"))?;
        Some((name.to_owned(), text))
    });
    headers.collect()
}

/// A body with what the filter looks at and the mapping reads.
fn body(config: &SourceConfig, recordable: &Recordable) -> Value {
    let mut body = Value::Object(Map::new());
    for (path, value) in config.filter.as_ref().map(passing).unwrap_or_default() {
        if let Some(path) = path.strip_prefix("body.") {
            // One element stands for each.
            put(&mut body, &path.replace(".*", ".0"), value);
        }
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

/// What lets a request pass, where that is plain: paths with their roots, and what stands there.
fn passing(filter: &Filter) -> Vec<(&str, Value)> {
    match filter {
        Filter::All(parts) => parts.iter().flat_map(passing).collect(),
        Filter::Any(parts) => parts.first().map(passing).unwrap_or_default(),
        Filter::Criterion(criterion) => {
            passing_value(criterion).map(|value| (criterion.path.as_str(), value)).into_iter().collect()
        }
    }
}

fn passing_value(Criterion { op, value, .. }: &Criterion) -> Option<Value> {
    let value = value.clone();
    match op {
        Operator::Exists => Some(json!(true)),
        Operator::GreaterThan => Some(value.as_i64().map_or(value, |n| json!(n.saturating_add(1)))),
        Operator::LessThan => Some(value.as_i64().map_or(value, |n| json!(n.saturating_sub(1)))),
        Operator::In => Some(value.get(0).cloned().unwrap_or_default()),
        Operator::Equals
        | Operator::GreaterOrEqual
        | Operator::LessOrEqual
        | Operator::Contains
        | Operator::StartsWith
        | Operator::EndsWith => Some(value),
        Operator::NotExists | Operator::NotEquals | Operator::MatchesRegex => None,
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

    #[test]
    fn a7_the_curl_line_names_the_headers_that_prove_who_sends_and_those_the_filter_looks_at() {
        for (key, expected) in [
            ("github_push", "-H 'x-hub-signature-256: sha256=SIGNATURE' \\\n  -H 'x-github-event: push'"),
            ("slack_events", "-H 'x-slack-request-timestamp: SECONDS'"),
            ("stripe_checkout", "-H 'stripe-signature: t=SECONDS,v1=SIGNATURE'"),
            ("standard_webhooks", "-H 'webhook-signature: v1,SIGNATURE'"),
            ("twilio_sms", "-H 'x-twilio-signature: SIGNATURE'"),
            ("basic", ":YOUR-PASSWORD'"),
            ("header_token", ": YOUR-TOKEN'"),
        ] {
            let config = domain::blueprint::blueprint(key).expect(key).config("a", "e");
            let line = line(&serde_json::to_value(config).expect("JSON"));
            assert!(line.contains(expected), "{key}: {line}");
        }
        let each = json!({"name": "a", "endpoint": "e", "action": {"type": "publish_event", "event_type": "a.b"},
            "filter": {"path": "body.lines.*.sku", "op": "equals", "value": "b"}});
        assert!(line(&each).ends_with(r#"-d '{"lines":[{"sku":"b"}]}'"#));
    }
}
