//! One of the last requests to a source, as its page works with it.

use super::form::ActionChoice;
use crate::clock;
use crate::components::json::join;
use crate::components::{bytes, outcome_words};
use domain::activity::{RequestDetail, RequestRow};
use domain::filter::Filter;
use domain::inbound::{Ending, InboundFacts, Outcome, parse_body};
use domain::module::data_source::objects;
use domain::source::ContentType;
use serde_json::Value;

/// A request that was sent.
pub struct Sample {
    /// Its row in the log.
    pub request: RequestRow,
    /// Names in lower case, secrets masked.
    pub headers: Vec<(String, String)>,
    /// JSON or a form, read; `None` where it cannot be read as what it is said to be, or was deleted since.
    pub body: Option<Value>,
}

/// What to try things on while nothing is chosen: the newest that was accepted, else the newest object that is not
/// empty, else the newest JSON, else the newest.
pub fn preferred(newest: &[Sample]) -> Option<&Sample> {
    let readable = || newest.iter().filter(|sample| sample.body.is_some());
    let is_accepted = |sample: &&Sample| sample.request.outcome == Outcome::Accepted;
    readable()
        .find(is_accepted)
        .or_else(|| readable().find(|sample| sample.has_fields()))
        .or_else(|| readable().next())
        .or_else(|| newest.first())
}

impl Sample {
    /// Reads what the log has of it.
    pub fn of(detail: RequestDetail) -> Self {
        let content_type = ContentType::declared(&detail.headers).unwrap_or_default();
        let body = detail.body.and_then(|body| parse_body(content_type, body.as_bytes()).ok());
        Self { request: detail.request, headers: detail.headers, body }
    }

    /// Whether a sender who was believed sent an object: nothing else is a message that can become an item.
    pub fn is_message(&self) -> bool {
        let is_believed = matches!(self.request.outcome, Outcome::Accepted | Outcome::Filtered);
        is_believed && self.object().is_some()
    }

    fn has_fields(&self) -> bool {
        self.body.as_ref().and_then(Value::as_object).is_some_and(|body| !body.is_empty())
    }

    /// `2026-11-22 14:05:00.123 · Accepted · 1.2 kB`.
    pub fn words(&self) -> String {
        let RequestRow { received_at, outcome, body_bytes, .. } = self.request;
        format!(
            "{} · {} · {}",
            clock::local(received_at),
            outcome_words(outcome),
            bytes(i64::from(body_bytes))
        )
    }

    /// What is mapped of it: its object, or the first of the array that it is (D12).
    pub fn object(&self) -> Option<&Value> {
        objects(self.body.as_ref()?).first().copied()
    }

    /// How it ends where `filter` is passed by what passes and `made` says what becomes of an object; `None` where its body
    /// cannot be read.
    pub fn ending(
        &self,
        filter: Option<&Filter>,
        choice: ActionChoice,
        made: impl Fn(&Value) -> Result<Option<String>, Outcome>,
    ) -> Option<Ending> {
        let one = |object: &Value| {
            if !object.is_object() {
                return Err(Outcome::NotAnObject);
            }
            match filter {
                Some(filter) if self.try_object(filter, object).is_err() => Err(Outcome::Filtered),
                _ => made(object),
            }
        };
        Some(match self.body.as_ref()? {
            Value::Array(elements) if choice == ActionChoice::UpsertItem => Ending::Elements(
                elements
                    .iter()
                    .map(|element| one(element).map_or_else(|why| why, |_| Outcome::Accepted))
                    .collect(),
            ),
            body => one(body).map_or_else(Ending::Refused, |record_key| Ending::Taken { record_key }),
        })
    }

    /// Paths that criteria can look at: its headers, and each value of its object, those of lists with `*` for an element.
    pub fn paths(&self) -> Vec<String> {
        let mut paths: Vec<_> = self.headers.iter().map(|(name, _)| format!("headers.{name}")).collect();
        if let Some(object) = self.object() {
            add_paths("body", object, &mut paths);
        }
        paths
    }

    /// Whether it passes `filter` of a source that does `choice`, or why it does not.
    pub fn try_on(&self, filter: &Filter, choice: ActionChoice) -> Result<(), String> {
        let body = self.body.as_ref().ok_or("its body is no JSON, so it is refused before the filter")?;
        match body {
            Value::Object(_) => self.try_object(filter, body),
            // Of an array each object is tried by itself, and any that passes is taken.
            Value::Array(elements) if choice == ActionChoice::UpsertItem => {
                let tries: Vec<_> =
                    objects(body).into_iter().map(|object| self.try_object(filter, object)).collect();
                match tries.first() {
                    None if elements.is_empty() => Ok(()),
                    None => Err("none of its elements is an object".to_owned()),
                    Some(_) if tries.iter().any(Result::is_ok) => Ok(()),
                    Some(first) => {
                        let why = first.clone().err().unwrap_or_default();
                        Err(format!("none of its {} objects passes; the first: {why}", tries.len()))
                    }
                }
            }
            _ => Err("its body is no object, so it is refused before the filter".to_owned()),
        }
    }

    fn try_object(&self, filter: &Filter, object: &Value) -> Result<(), String> {
        match filter.first_failure(&InboundFacts::new(&self.headers, object, None)) {
            None => Ok(()),
            Some(failure) => Err(failure.message),
        }
    }
}

/// Most paths that are offered of one sample, and elements of a list that are looked at for them.
const MAX_PATHS: usize = 200;
const MAX_ELEMENTS: usize = 20;

fn add_paths(path: &str, value: &Value, paths: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                add_paths(&join(path, key), value, paths);
            }
        }
        Value::Array(elements) => {
            for element in elements.iter().take(MAX_ELEMENTS) {
                add_paths(&format!("{path}.*"), element, paths);
            }
        }
        _ if paths.len() < MAX_PATHS && !paths.iter().any(|known| known == path) => {
            paths.push(path.to_owned())
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::RequestId;
    use domain::time::Timestamp;

    fn sample(outcome: Outcome, body: &str) -> Sample {
        let request = RequestRow {
            id: RequestId::new(Timestamp(0), &[0; 10]),
            received_at: Timestamp(0),
            source_id: None,
            method: "POST".to_owned(),
            path: "/in/a/b".to_owned(),
            status: outcome.status(),
            outcome,
            explanation: None,
            duration_us: 0,
            body_bytes: 0,
            replay_of: None,
            replay_id: None,
        };
        Sample { request, headers: Vec::new(), body: serde_json::from_str(body).ok() }
    }

    #[test]
    fn a4_paths_of_all_that_a_sample_holds_are_offered() {
        let mut sample = sample(
            Outcome::Accepted,
            r#"{"n": 1, "a.b": 2, "who": {"mail": "x"}, "lines": [{"sku": "a"}, {"sku": "b", "n": 1}], "none": []}"#,
        );
        sample.headers.push(("x-topic".to_owned(), "orders".to_owned()));
        let mut paths = sample.paths();
        paths.sort();
        let expected = [
            "body.lines.*.n",
            "body.lines.*.sku",
            "body.n",
            "body.who.mail",
            "body[\"a.b\"]",
            "headers.x-topic",
        ];
        assert_eq!(paths, expected);
    }

    #[test]
    fn a13_a_sample_ends_as_its_objects_do() {
        let filter: Filter = serde_json::from_str(r#"{"path": "body.n", "op": "exists"}"#).expect("a filter");
        let made = |object: &Value| match object["n"].as_i64() {
            Some(n) => Ok(Some(n.to_string())),
            None => Err(Outcome::RecordRefused),
        };
        let ending = |body: &str, choice| sample(Outcome::Accepted, body).ending(Some(&filter), choice, made);
        let taken = Ending::Taken { record_key: Some("1".to_owned()) };
        for (body, choice, expected) in [
            (r#"{"n":1}"#, ActionChoice::RecordEvent, Some(taken)),
            ("{}", ActionChoice::RecordEvent, Some(Ending::Refused(Outcome::Filtered))),
            (r#"{"n":"x"}"#, ActionChoice::RecordEvent, Some(Ending::Refused(Outcome::RecordRefused))),
            (r#"[{"n":1}]"#, ActionChoice::RecordEvent, Some(Ending::Refused(Outcome::NotAnObject))),
            (
                r#"[{"n":1},{},7]"#,
                ActionChoice::UpsertItem,
                Some(Ending::Elements(vec![Outcome::Accepted, Outcome::Filtered, Outcome::NotAnObject])),
            ),
            ("no", ActionChoice::UpsertItem, None),
        ] {
            assert_eq!(ending(body, choice), expected, "{body}");
        }
    }

    #[test]
    fn d2_the_criterion_that_fails_is_named_of_each_body() {
        let filter: Filter = serde_json::from_str(r#"{"path": "body.n", "op": "exists"}"#).expect("a filter");
        let missing = "`body.n` exists: does not hold, it is missing";
        for (body, choice, expected) in [
            (r#"{"n":1}"#, ActionChoice::PublishEvent, Ok(())),
            ("{}", ActionChoice::PublishEvent, Err(missing.to_owned())),
            (
                "no",
                ActionChoice::PublishEvent,
                Err("its body is no JSON, so it is refused before the filter".to_owned()),
            ),
            (
                r#"[{"n":1}]"#,
                ActionChoice::RecordEvent,
                Err("its body is no object, so it is refused before the filter".to_owned()),
            ),
            (r#"[{},{"n":1}]"#, ActionChoice::UpsertItem, Ok(())),
            ("[]", ActionChoice::UpsertItem, Ok(())),
            (
                "[{},7]",
                ActionChoice::UpsertItem,
                Err(format!("none of its 1 objects passes; the first: {missing}")),
            ),
            ("[7]", ActionChoice::UpsertItem, Err("none of its elements is an object".to_owned())),
        ] {
            assert_eq!(sample(Outcome::Accepted, body).try_on(&filter, choice), expected, "{body}");
        }
    }

    #[test]
    fn d2_an_accepted_request_is_preferred_then_one_with_fields() {
        use Outcome::{Accepted, Filtered, InvalidJson, NotAnObject};
        for (newest_first, expected) in [
            (vec![], None),
            (vec![(InvalidJson, "no"), (InvalidJson, "neither")], Some(0)),
            (vec![(InvalidJson, "no"), (NotAnObject, "[1]"), (Filtered, "{}")], Some(1)),
            (vec![(Filtered, "{}"), (NotAnObject, "[1]"), (Filtered, r#"{"n":1}"#)], Some(2)),
            (vec![(Filtered, r#"{"n":1}"#), (Accepted, "gone"), (Accepted, "{}")], Some(2)),
            (vec![(Accepted, r#"{"n":2}"#), (Accepted, r#"{"n":1}"#)], Some(0)),
        ] {
            let samples: Vec<_> = newest_first.iter().map(|(outcome, body)| sample(*outcome, body)).collect();
            let found = preferred(&samples).map(std::ptr::from_ref);
            assert_eq!(
                found,
                expected.map(|place: usize| std::ptr::from_ref(&samples[place])),
                "{newest_first:?}"
            );
        }
    }
}
