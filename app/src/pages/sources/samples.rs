//! The last requests to a source: what its page tries its filter on and maps from.

use super::server_fns::get_samples;
use crate::clock;
use crate::components::{Bound, bytes, outcome_words};
use crate::here::Here;
use crate::live::listen;
use domain::activity::{RequestDetail, RequestRow};
use domain::filter::Filter;
use domain::ids::{RequestId, SourceId};
use domain::inbound::{InboundFacts, Outcome, parse_body};
use domain::source::ContentType;
use leptos::prelude::*;
use serde_json::Value;

/// The samples of a source. Loaded once the page is alive, and again when a request arrives.
#[derive(Clone, Copy)]
pub struct Samples {
    newest: RwSignal<Option<Vec<Sample>>>,
    /// The one to try things on; `None` is the one that [`preferred`] finds.
    chosen: RwSignal<Option<RequestId>>,
}

/// A request that was sent.
struct Sample {
    request: RequestRow,
    headers: Vec<(String, String)>,
    /// `None` where it cannot be read as what it is said to be, or was deleted since.
    body: Option<Value>,
}

/// How a filter does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How many of the samples it lets pass.
    pub passed: usize,
    /// Of how many.
    pub tried: usize,
    /// Why the chosen one does not pass; `Ok` where it does.
    pub chosen: Result<(), String>,
}

impl Samples {
    /// Begins to load.
    pub fn new(id: SourceId) -> Self {
        let slug = StoredValue::new(Here::slug());
        let loading = Action::new(move |(): &()| get_samples(slug.get_value(), id));
        let samples = Self { newest: RwSignal::new(None), chosen: RwSignal::new(None) };
        // However many arrive while the samples are loaded, they are loaded once more.
        let has_more = StoredValue::new(false);
        let url = Here::path("live/requests");
        Effect::new(move || {
            loading.dispatch(());
            listen(&url, move |row: RequestRow| {
                if row.source_id != Some(id) {
                    return;
                }
                if loading.pending().get_untracked() {
                    has_more.set_value(true);
                } else {
                    loading.dispatch(());
                }
            });
        });
        Effect::new(move || {
            if let Some(Ok(found)) = loading.value().get() {
                samples.newest.set(Some(found.into_iter().map(Sample::of).collect()));
            }
            if !loading.pending().get() && has_more.get_value() {
                has_more.set_value(false);
                loading.dispatch(());
            }
        });
        samples
    }

    /// Whether there is none; `None` while that is not known yet.
    pub fn is_empty(self) -> Option<bool> {
        self.newest.with(|newest| newest.as_ref().map(Vec::is_empty))
    }

    /// The samples to choose from, with time and outcome, for a menu; the first one follows what arrives.
    pub fn choices(self) -> Vec<(String, String)> {
        let newest = (String::new(), "The newest usable one".to_owned());
        let each = self.newest.with(|newest| {
            newest.iter().flatten().map(|sample| (sample.request.id.to_string(), sample.words())).collect()
        });
        std::iter::once(newest).chain::<Vec<_>>(each).collect()
    }

    /// The chosen one's id; empty where that follows what arrives.
    pub fn choice(self) -> Bound<String> {
        let read = move || self.chosen.get().map(|id| id.to_string()).unwrap_or_default();
        Bound::new(read, move |id| self.chosen.set(id.parse().ok()))
    }

    /// The chosen one's body; `None` where it is no JSON.
    pub fn body(self) -> Option<Value> {
        self.with_chosen(|sample| sample.body.clone())
    }

    /// How `filter` does; `None` while there is nothing to try it on.
    pub fn verdict(self, filter: &Filter) -> Option<Verdict> {
        let chosen = self.with_chosen(|sample| Some(sample.try_on(filter)))?;
        let tries: Vec<_> = self.newest.with(|newest| {
            let readable = newest.iter().flatten().filter(|sample| sample.body.is_some());
            readable.map(|sample| sample.try_on(filter).is_ok()).collect()
        });
        let passed = tries.iter().filter(|passed| **passed).count();
        Some(Verdict { passed, tried: tries.len(), chosen })
    }

    /// Paths to offer for criteria: of the chosen one's headers and body.
    pub fn paths(self) -> Vec<String> {
        let paths = self.with_chosen(|sample| {
            let headers = sample.headers.iter().map(|(name, _)| format!("headers.{name}"));
            let body = sample.body.as_ref().and_then(Value::as_object);
            Some(
                headers
                    .chain(body.into_iter().flat_map(|body| body.keys()).map(|key| format!("body.{key}")))
                    .collect(),
            )
        });
        paths.unwrap_or_default()
    }

    fn with_chosen<T>(self, read: impl FnOnce(&Sample) -> Option<T>) -> Option<T> {
        let chosen = self.chosen.get();
        self.newest.with(|newest| {
            let newest = newest.as_ref()?;
            let chosen = newest.iter().find(|sample| Some(sample.request.id) == chosen);
            read(chosen.or_else(|| preferred(newest))?)
        })
    }
}

/// What to try things on while nothing is chosen: the newest that was accepted, else the newest object that is not
/// empty, else the newest JSON, else the newest.
fn preferred(newest: &[Sample]) -> Option<&Sample> {
    let readable = || newest.iter().filter(|sample| sample.body.is_some());
    let is_accepted = |sample: &&Sample| sample.request.outcome == Outcome::Accepted;
    readable()
        .find(is_accepted)
        .or_else(|| readable().find(|sample| sample.has_fields()))
        .or_else(|| readable().next())
        .or_else(|| newest.first())
}

impl Sample {
    fn of(detail: RequestDetail) -> Self {
        let content_type = ContentType::declared(&detail.headers).unwrap_or_default();
        let body = detail.body.and_then(|body| parse_body(content_type, body.as_bytes()).ok());
        Self { request: detail.request, headers: detail.headers, body }
    }

    fn has_fields(&self) -> bool {
        self.body.as_ref().and_then(Value::as_object).is_some_and(|body| !body.is_empty())
    }

    /// `2026-11-22 14:05:00.123 · Accepted · 1.2 kB`.
    fn words(&self) -> String {
        let RequestRow { received_at, outcome, body_bytes, .. } = self.request;
        format!(
            "{} · {} · {}",
            clock::local(received_at),
            outcome_words(outcome),
            bytes(i64::from(body_bytes))
        )
    }

    fn try_on(&self, filter: &Filter) -> Result<(), String> {
        let body = self.body.as_ref().ok_or("its body is no JSON, so it is refused before the filter")?;
        match filter.first_failure(&InboundFacts::new(&self.headers, body, None)) {
            None => Ok(()),
            Some(failure) => Err(failure.message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
        };
        Sample { request, headers: Vec::new(), body: serde_json::from_str(body).ok() }
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
