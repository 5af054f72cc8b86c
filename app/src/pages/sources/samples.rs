//! The last requests to a source: what its page maps from and tries its filter on.

use super::editor::Editor;
use super::server_fns::get_samples;
use crate::here::Here;
use crate::live::listen;
use domain::activity::{RequestDetail, RequestRow};
use domain::filter::Filter;
use domain::ids::SourceId;
use domain::inbound::InboundFacts;
use leptos::prelude::*;
use serde_json::Value;

/// The samples of a source. Loaded once the page is alive, and again when a request arrives.
#[derive(Clone, Copy)]
pub struct Samples {
    newest: RwSignal<Option<Vec<RequestDetail>>>,
}

/// How a filter does on the samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How many it lets pass.
    pub passed: usize,
    /// Of how many.
    pub tried: usize,
    /// Why the newest one that does not pass does not.
    pub first_failure: Option<String>,
}

impl Samples {
    /// Begins to load.
    pub fn new(id: SourceId) -> Self {
        let slug = StoredValue::new(Here::slug());
        let loading = Action::new(move |(): &()| get_samples(slug.get_value(), id));
        let samples = Self { newest: RwSignal::new(None) };
        let url = Here::path("live/requests");
        Effect::new(move || {
            loading.dispatch(());
            listen(&url, move |row: RequestRow| {
                if row.source_id == Some(id) {
                    loading.dispatch(());
                }
            });
        });
        Effect::new(move || {
            if let Some(Ok(found)) = loading.value().get() {
                samples.newest.set(Some(found));
            }
        });
        samples
    }

    /// Whether there is none; `None` while that is not known yet.
    pub fn is_empty(self) -> Option<bool> {
        self.newest.with(|newest| newest.as_ref().map(Vec::is_empty))
    }

    /// The newest body that is JSON.
    pub fn body(self) -> Option<Value> {
        self.newest.with(|newest| newest.as_ref()?.iter().find_map(body_of))
    }

    /// How `filter` does on them; `None` while there are none.
    pub fn verdict(self, filter: &Filter) -> Option<Verdict> {
        self.newest.with(|newest| {
            let mut verdict = Verdict { passed: 0, tried: 0, first_failure: None };
            for sample in newest.as_ref()? {
                let Some(body) = body_of(sample) else { continue };
                verdict.tried += 1;
                match filter.first_failure(&InboundFacts::new(&sample.headers, &body, None)) {
                    None => verdict.passed += 1,
                    Some(failure) => {
                        verdict.first_failure.get_or_insert(failure.message);
                    }
                }
            }
            (verdict.tried > 0).then_some(verdict)
        })
    }

    /// Paths to offer for criteria: of the newest sample's headers and body.
    pub fn paths(self) -> Vec<String> {
        self.newest.with(|newest| {
            let Some(sample) = newest.as_ref().and_then(|newest| newest.first()) else { return Vec::new() };
            let mut paths: Vec<_> =
                sample.headers.iter().map(|(name, _)| format!("headers.{name}")).collect();
            if let Some(Value::Object(body)) = body_of(sample) {
                paths.extend(body.keys().map(|key| format!("body.{key}")));
            }
            paths
        })
    }
}

fn body_of(sample: &RequestDetail) -> Option<Value> {
    domain::json::parse(sample.body.as_ref()?.as_bytes()).ok()
}

/// How the filter being built does.
pub fn verdict_of(editor: Editor, samples: Samples) -> Option<Verdict> {
    let filter = editor.filter.with(|filter| filter.to_filter())?;
    samples.verdict(&filter)
}
