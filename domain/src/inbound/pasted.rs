//! A sample that nobody sent: pasted to try a source's filter and mapping on.

use super::kept::{masked, parse_body};
use crate::error::FieldErrors;
use crate::header;
use crate::json;
use crate::limits::{MAX_BODY_BYTES, MAX_ELEMENTS};
use crate::source::{ContentType, SourceConfig};
use serde_json::Value;

/// Most headers of a pasted sample.
const MAX_HEADERS: usize = 100;

/// A pasted sample as it may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastedSample {
    /// Names in lower case; one of them declares what the body is. Secrets are not masked yet.
    pub headers: Vec<(String, String)>,
    /// As pasted, with `***` in place of the token if that is in it.
    pub body: String,
}

/// A sample of `source` from a pasted body, and headers for criteria that look at them: JSON or a form as `content-type`
/// says, or else as the source takes it. What the source would refuse as unreadable is refused here, too, whatever it does
/// otherwise: what does not pass its filter is a sample all the same.
///
/// # Errors
/// Under `body` what is wrong with it, with line and column where it is no JSON; under `headers.…` what cannot be a
/// header, or says that the body is what the source does not take.
pub fn pasted_sample(
    source: &SourceConfig,
    body: &str,
    mut headers: Vec<(String, String)>,
) -> Result<PastedSample, FieldErrors> {
    let mut errors = FieldErrors::default();
    for (name, _) in &mut headers {
        name.make_ascii_lowercase();
    }
    if !headers.iter().any(|(name, _)| name == "content-type") {
        headers.push(("content-type".to_owned(), first_taken(source).as_str().to_owned()));
    }
    check_headers(&headers, &mut errors);
    let declared = ContentType::declared(&headers).filter(|own| source.content_types.contains(own));
    let Some(content_type) = declared else {
        errors.add("headers.content-type", "the source takes no such bodies");
        return Err(errors);
    };
    let body = body.trim();
    match read(source, content_type, body) {
        Ok(value) => {
            let masked = masked(&source.verification, content_type, value, body.as_bytes());
            let masked = masked.and_then(|masked| String::from_utf8(masked).ok());
            let body = masked.unwrap_or_else(|| body.to_owned());
            errors.into_result().map(|()| PastedSample { headers, body })
        }
        Err(why) => {
            errors.add("body", why);
            Err(errors)
        }
    }
}

/// How a body is written of which nobody says it: as JSON, where the source takes that.
fn first_taken(source: &SourceConfig) -> ContentType {
    if source.content_types.contains(&ContentType::Json) { ContentType::Json } else { ContentType::Form }
}

fn check_headers(headers: &[(String, String)], errors: &mut FieldErrors) {
    if headers.len() > MAX_HEADERS {
        return errors.add("headers", format!("use at most {MAX_HEADERS} headers"));
    }
    for (name, value) in headers {
        let field = format!("headers.{name}");
        if !header::is_name(name) {
            errors.add(field, "this is no name of a header");
        } else if !header::is_value(value) {
            errors.add(field, "use visible ASCII, at most 4,096 bytes, without spaces around it");
        }
    }
}

fn is_json(body: &str) -> bool {
    json::parse(body.as_bytes()).is_ok_and(|value| value.is_object() || value.is_array())
}

fn read(source: &SourceConfig, content_type: ContentType, body: &str) -> Result<Value, String> {
    if body.len() > MAX_BODY_BYTES {
        return Err("it is larger than 1 MiB".to_owned());
    }
    // As a form it would be one field whose name is all of it, in which no token is found to be masked.
    if content_type == ContentType::Form && (body.contains(['\n', '\r']) || is_json(body)) {
        return Err("write fields of a form in one line: name=Ada&points=5".to_owned());
    }
    let value = parse_body(content_type, body.as_bytes()).map_err(|error| error.to_string())?;
    match &value {
        Value::Object(fields) if content_type == ContentType::Form && fields.is_empty() => {
            Err("write fields of a form: name=Ada&points=5".to_owned())
        }
        Value::Object(_) => Ok(value),
        Value::Array(elements) if source.action.takes_arrays() && elements.len() <= MAX_ELEMENTS => Ok(value),
        Value::Array(_) if source.action.takes_arrays() => {
            Err(format!("this source takes at most {MAX_ELEMENTS} objects in one request"))
        }
        Value::Array(_) => {
            Err("this source takes one object; only those that feed a module take arrays".to_owned())
        }
        _ => Err("write a JSON object".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ModuleId;
    use crate::time::Timestamp;
    use serde_json::json;

    fn source(changes: &Value) -> SourceConfig {
        let mut config = json!({
            "name": "Shop", "endpoint": "shop", "action": {"type": "publish_event", "event_type": "a.b"},
        });
        for (name, change) in changes.as_object().expect("changes are an object") {
            config[name.as_str()] = change.clone();
        }
        serde_json::from_value(config).expect("a source")
    }

    fn headers(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn d17_a_pasted_body_is_kept_as_it_is_and_declared_as_json() {
        let shop = source(&json!({}));
        let pasted = pasted_sample(&shop, " {\"n\": 1.50}\n", headers(&[("X-Topic", "orders")]));
        let expected = PastedSample {
            headers: headers(&[("x-topic", "orders"), ("content-type", "application/json")]),
            body: "{\"n\": 1.50}".to_owned(),
        };
        assert_eq!(pasted, Ok(expected));
        let declared =
            pasted_sample(&shop, "{}", headers(&[("Content-Type", "application/cloudevents+json")]));
        assert_eq!(declared.expect("JSON").headers.len(), 1);
        let own = source(&json!({"verification": {"type": "body_token", "path": "auth.token"}}));
        let masked = pasted_sample(&own, r#"{"auth": {"token": "canary"}, "n": 1.50}"#, Vec::new());
        assert_eq!(masked.expect("JSON").body, r#"{"auth":{"token":"***"},"n":1.50}"#);
    }

    #[test]
    fn d17_what_the_source_would_refuse_is_no_sample() {
        let module = ModuleId::new(Timestamp(1), &[0; 10]);
        let feeding = source(&json!({"action": {"type": "upsert_item", "module_id": module}}));
        let deep = |levels: usize| format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
        let many = |count: usize| json!(vec![json!({}); count]).to_string();
        let large = json!({"a": "x".repeat(MAX_BODY_BYTES)}).to_string();
        let shop = source(&json!({}));
        for (source, body, expected) in [
            (&shop, "{}", None),
            (&shop, "{\n 'n': 1}", Some("line 2, column 2")),
            (&shop, "", Some("line 1")),
            (&shop, "7", Some("write a JSON object")),
            (&shop, "[{}]", Some("this source takes one object")),
            (&shop, deep(64).as_str(), None),
            (&shop, deep(65).as_str(), Some("nested more than 64 deep")),
            (&shop, large.as_str(), Some("it is larger than 1 MiB")),
            (&feeding, "[{}, {}]", None),
            (&feeding, many(1_000).as_str(), None),
            (&feeding, many(1_001).as_str(), Some("this source takes at most 1000 objects")),
        ] {
            let errors = pasted_sample(source, body, Vec::new()).err().unwrap_or_default().0;
            let told = errors.first().map(|error| (error.field.as_str(), error.message.as_str()));
            let start = &body[..body.len().min(20)];
            match expected {
                None => assert_eq!(told, None, "{start}"),
                Some(why) => {
                    assert!(
                        told.is_some_and(|(field, text)| field == "body" && text.starts_with(why)),
                        "{start}: {told:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_a_header_is_refused_by_its_name() {
        let many: Vec<_> = (0..100).map(|place| (format!("x-{place}"), String::new())).collect();
        for (headers, expected) in [
            (headers(&[("x a", "1"), ("x-b", "a\nb")]), vec!["headers.x a", "headers.x-b"]),
            (headers(&[("content-type", "text/plain")]), vec!["headers.content-type"]),
            (headers(&[("content-type", "application/x-www-form-urlencoded")]), vec!["headers.content-type"]),
            (many, vec!["headers"]),
        ] {
            let errors = pasted_sample(&source(&json!({})), "{}", headers).expect_err("refused").0;
            assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn d24_a_form_is_pasted_where_the_source_takes_forms() {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let both = source(&json!({"content_types": ["json", "form"]}));
        let only = source(&json!({"content_types": ["form"],
            "verification": {"type": "body_token", "path": "auth.token"}}));
        let pasted = pasted_sample(&both, "a=1&data[email]=x%40y", headers(&form)).expect("a form");
        assert_eq!((pasted.body.as_str(), &pasted.headers), ("a=1&data[email]=x%40y", &headers(&form)));
        let own = pasted_sample(&only, "auth[token]=canary&a=1", Vec::new()).expect("a form");
        assert_eq!(own.headers, headers(&form));
        assert!(own.body.contains("a=1") && !own.body.contains("canary"), "{}", own.body);
        for (source, body, given, expected) in [
            (&both, "&", &form[..], "body"),
            (&only, r#"{"auth": {"token": "canary"}}"#, &[], "body"),
            (&only, "a=1\nauth[token]=canary", &[], "body"),
            (&both, "a=1", &[], "body"),
            (&only, "", &[], "body"),
            (&only, "{}", &[("content-type", "application/json")], "headers.content-type"),
        ] {
            let errors = pasted_sample(source, body, headers(given)).expect_err("refused").0;
            assert_eq!(
                errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(),
                [expected],
                "{body}"
            );
        }
    }
}
