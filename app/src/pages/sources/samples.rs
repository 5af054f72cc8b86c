//! The last requests to a source, and those that were put among them: what its page tries its filter on and maps from.

use super::form::ActionChoice;
use super::sample::{Sample, preferred};
use super::server_fns::get_samples;
use crate::components::Bound;
use crate::components::mapping_editor::finds;
use crate::here::Here;
use crate::live::{Heard, listen};
use domain::activity::RequestRow;
use domain::filter::Filter;
use domain::ids::{RequestId, SourceId};
use domain::inbound::{Outcome, Previewed};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde_json::Value;

/// The samples of a source. Loaded once the page is alive, and again when a request arrives.
#[derive(Clone, Copy)]
pub struct Samples {
    newest: RwSignal<Option<Vec<Sample>>>,
    /// The one to try things on; `None` is the one that [`preferred`] finds.
    chosen: RwSignal<Option<RequestId>>,
    load: Callback<()>,
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
    /// Those that do not pass, newest first: which one it is, and why.
    pub failures: Vec<(String, String)>,
}

impl Samples {
    /// Begins to load. The one that the page's address names as `sample` is chosen, if it is among them.
    pub fn new(id: SourceId) -> Self {
        let slug = StoredValue::new(Here::slug());
        let loading = Action::new(move |(): &()| get_samples(slug.get_value(), id));
        let asked =
            use_query_map().with_untracked(|query| query.get_str("sample").and_then(|id| id.parse().ok()));
        // However many arrive while the samples are loaded, they are loaded once more.
        let has_more = StoredValue::new(false);
        let load = Callback::new(move |()| {
            if loading.pending().get_untracked() {
                has_more.set_value(true);
            } else {
                loading.dispatch(());
            }
        });
        let samples = Self { newest: RwSignal::new(None), chosen: RwSignal::new(asked), load };
        let url = Here::path(&format!("live/requests?source_id={id}"));
        Effect::new(move || {
            loading.dispatch(());
            // Also when it begins: what comes between loading and listening is not missed.
            listen(&url, move |_: Heard<RequestRow>| load.run(()));
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

    /// The body of the last message of a sender who was believed.
    pub fn message(self) -> Option<Value> {
        self.newest.with(|newest| newest.iter().flatten().find(|sample| sample.is_message())?.body.clone())
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
        let is_there = move |id: &RequestId| {
            self.newest.with(|newest| newest.iter().flatten().any(|sample| sample.request.id == *id))
        };
        let read = move || self.chosen.get().filter(is_there).map(|id| id.to_string()).unwrap_or_default();
        Bound::new(read, move |id| self.chosen.set(id.parse().ok()))
    }

    /// The chosen one's body; `None` where it is no JSON.
    pub fn body(self) -> Option<Value> {
        self.with_chosen(|sample| sample.body.clone())
    }

    /// What is mapped of the chosen one: its object, or the first of the array that it is (D12); `None` where it has none.
    pub fn object(self) -> Option<Value> {
        self.with_chosen(|sample| sample.object().cloned())
    }

    /// Chooses a sample that has just been stored.
    pub fn choose(self, id: RequestId) {
        self.chosen.set(Some(id));
        self.load.run(());
    }

    /// In how many of them `path` finds something to map, and how many these are.
    pub fn presence(self, path: &str) -> (usize, usize) {
        self.newest.with(|newest| {
            let objects: Vec<_> = newest.iter().flatten().filter_map(Sample::object).collect();
            (objects.iter().filter(|object| finds(path, object)).count(), objects.len())
        })
    }

    /// How `filter` of a source that does `choice` does; `None` while there is nothing to try it on.
    pub fn verdict(self, filter: &Filter, choice: ActionChoice) -> Option<Verdict> {
        let chosen = self.with_chosen(|sample| Some(sample.try_on(filter, choice)))?;
        let tries: Vec<_> = self.newest.with(|newest| {
            let readable = newest.iter().flatten().filter(|sample| sample.body.is_some());
            readable.map(|sample| (sample.words(), sample.try_on(filter, choice))).collect()
        });
        let tried = tries.len();
        let failures: Vec<_> =
            tries.into_iter().filter_map(|(words, result)| Some((words, result.err()?))).collect();
        Some(Verdict { passed: tried - failures.len(), tried, chosen, failures })
    }

    /// Paths to offer for criteria: of the chosen one, then what only others have.
    pub fn paths(self) -> Vec<String> {
        let mut paths = self.with_chosen(|sample| Some(sample.paths())).unwrap_or_default();
        self.newest.with(|newest| {
            for path in newest.iter().flatten().flat_map(Sample::paths) {
                if !paths.contains(&path) {
                    paths.push(path);
                }
            }
        });
        paths
    }

    /// How the chosen one ends; see [`Sample::ending`].
    pub fn ending(
        self,
        filter: Option<&Filter>,
        choice: ActionChoice,
        made: impl Fn(&Value) -> Result<Option<String>, Outcome>,
    ) -> Option<Previewed> {
        self.with_chosen(|sample| {
            let ending = sample.ending(filter, choice, made)?;
            Some(Previewed { request: sample.request.id, ending })
        })
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
