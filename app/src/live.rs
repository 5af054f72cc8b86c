//! The live tail: rows that the server pushes over SSE, shown above a list, held back while somebody reads.

use domain::activity::{EventRow, RequestRow};
use domain::delivery::Delivery;
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{EventSource, MessageEvent};

/// Most rows that a tail keeps.
const MOST: usize = 200;

/// A row of a list that can be tailed.
pub trait Row: DeserializeOwned + Clone + Send + Sync + 'static {
    /// What tells it apart.
    fn uuid(&self) -> Uuid;
}

impl Row for RequestRow {
    fn uuid(&self) -> Uuid {
        self.id.0
    }
}

impl Row for EventRow {
    fn uuid(&self) -> Uuid {
        self.id.0
    }
}

impl Row for Delivery {
    fn uuid(&self) -> Uuid {
        self.id.0
    }
}

/// A tail: on or off, held back or not, what came and what waits.
pub struct Tail<T: Row> {
    /// Whether it listens.
    pub is_on: RwSignal<bool>,
    /// Whether new rows wait, because somebody reads.
    pub is_held: RwSignal<bool>,
    /// What came, newest first.
    pub shown: RwSignal<Vec<T>>,
    /// What came while somebody read, newest first.
    pub waiting: RwSignal<Vec<T>>,
}

impl<T: Row> Clone for Tail<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Row> Copy for Tail<T> {}

impl<T: Row> Tail<T> {
    /// A tail of the rows that the server pushes at `url` and that `is_wanted`; off at first.
    pub fn new(url: String, is_wanted: impl Fn(&T) -> bool + Copy + 'static) -> Self {
        let tail = Self {
            is_on: RwSignal::new(false),
            is_held: RwSignal::new(false),
            shown: RwSignal::new(Vec::new()),
            waiting: RwSignal::new(Vec::new()),
        };
        Effect::new(move || {
            if tail.is_on.get() {
                let take = move |row: T| {
                    if is_wanted(&row) {
                        tail.take(row);
                    }
                };
                listen(&url, || {}, take);
            }
        });
        tail
    }

    fn take(self, row: T) {
        let place = if self.is_held.get_untracked() { self.waiting } else { self.shown };
        let is_known = |rows: &Vec<T>| rows.iter().any(|other| other.uuid() == row.uuid());
        if self.shown.with_untracked(is_known) || self.waiting.with_untracked(is_known) {
            return;
        }
        place.update(|rows| {
            rows.insert(0, row);
            rows.truncate(MOST);
        });
    }

    /// Shows what waits.
    pub fn release(self) {
        let mut waiting = self.waiting.try_update(std::mem::take).unwrap_or_default();
        self.shown.update(|rows| {
            waiting.append(rows);
            waiting.truncate(MOST);
            *rows = waiting;
        });
    }

    /// Forgets everything: the list below was loaded anew.
    pub fn clear(self) {
        self.shown.set(Vec::new());
        self.waiting.set(Vec::new());
    }
}

struct Listening {
    source: EventSource,
    _on_begun: Closure<dyn FnMut(MessageEvent)>,
    _on_row: Closure<dyn FnMut(MessageEvent)>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// Calls `on_row` for each row that the server pushes at `url`, until the owner around it ends. What came before
/// `on_begun` is not pushed. Only in effects.
pub fn listen<T: DeserializeOwned + 'static>(
    url: &str,
    on_begun: impl Fn() + 'static,
    on_row: impl Fn(T) + 'static,
) {
    let Ok(source) = EventSource::new(url) else { return };
    let on_begun = Closure::new(move |_: MessageEvent| on_begun());
    let on_row = Closure::new(move |message: MessageEvent| {
        let row = message.data().as_string().and_then(|text| serde_json::from_str(&text).ok());
        if let Some(row) = row {
            on_row(row);
        }
    });
    // They fail only for names that are no strings.
    let _ = source.add_event_listener_with_callback("begun", on_begun.as_ref().unchecked_ref());
    let _ = source.add_event_listener_with_callback("row", on_row.as_ref().unchecked_ref());
    StoredValue::new_local(Listening { source, _on_begun: on_begun, _on_row: on_row });
}
