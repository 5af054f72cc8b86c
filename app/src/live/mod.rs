//! The live tail: rows that the server pushes over SSE, shown in a list, the new ones held back while somebody reads.

mod listen;
mod place;

pub use listen::{Heard, listen};
pub use place::PageRows;

use domain::activity::{EventRow, RequestRow};
use domain::delivery::Delivery;
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// Most rows that a tail keeps.
const MOST: usize = 200;

/// A row of a list that can be tailed.
pub trait Row: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static {
    /// What tells it apart, and how old it is.
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
    /// Whether rows may have come or changed since the page under it was loaded.
    pub is_behind: RwSignal<bool>,
    /// What came, newest first.
    pub shown: RwSignal<Vec<T>>,
    /// What came while somebody read, newest first.
    pub waiting: RwSignal<Vec<T>>,
    /// Rows of the page under it as they are by now.
    changed: RwSignal<Vec<T>>,
    page: StoredValue<Option<PageRows>>,
    turn: RwSignal<u32>,
}

impl<T: Row> Clone for Tail<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Row> Copy for Tail<T> {}

impl<T: Row> Tail<T> {
    /// A tail of the rows that the server pushes at `url` and that `is_wanted`; off at first.
    pub fn new(url: Memo<String>, is_wanted: impl Fn(&T) -> bool + Copy + 'static) -> Self {
        let tail = Self {
            is_on: RwSignal::new(false),
            is_held: RwSignal::new(false),
            is_behind: RwSignal::new(false),
            shown: RwSignal::new(Vec::new()),
            waiting: RwSignal::new(Vec::new()),
            changed: RwSignal::new(Vec::new()),
            page: StoredValue::new(None),
            turn: RwSignal::new(0),
        };
        Effect::new(move || {
            tail.turn.track();
            if tail.is_on.get() {
                url.with(|url| listen(url, move |heard| tail.take(heard, is_wanted)));
            }
        });
        tail
    }

    /// What is there changes in its place. What is not is put where it belongs if it is new, or if this page has its place.
    fn take(self, heard: Heard<T>, is_wanted: impl Fn(&T) -> bool) {
        let (row, is_new) = match heard {
            Heard::Begun => return self.is_behind.set(true),
            Heard::New(row) => (row, true),
            Heard::Changed(row) => (row, false),
        };
        let is_missing = !self.renew(&row) && is_wanted(&row);
        if is_missing && (is_new || self.is_of_page(|page| page.spans(row.uuid()))) {
            self.add(row);
        }
    }

    /// Puts a row in the place of what it was, also while somebody reads; whether it was there.
    fn renew(self, row: &T) -> bool {
        let is_known = |rows: &Vec<T>| rows.iter().any(|known| known.uuid() == row.uuid());
        for rows in [self.shown, self.waiting, self.changed] {
            if rows.with_untracked(is_known) {
                rows.update(|rows| {
                    place::replace(rows, row);
                });
                return true;
            }
        }
        let is_below = self.is_of_page(|page| page.ids.contains(&row.uuid()));
        if is_below {
            self.changed.update(|rows| rows.push(row.clone()));
        }
        is_below
    }

    /// Puts a row that was not there where it belongs, or lets it wait.
    fn add(self, row: T) {
        let rows = if self.is_held.get_untracked() { self.waiting } else { self.shown };
        rows.update(|rows| {
            place::insert(rows, row);
            rows.truncate(MOST);
        });
    }

    fn is_of_page(self, is_of: impl FnOnce(&PageRows) -> bool) -> bool {
        self.page.with_value(|page| page.as_ref().is_some_and(is_of))
    }

    /// Shows what waits.
    pub fn release(self) {
        let waiting = self.waiting.try_update(std::mem::take).unwrap_or_default();
        if waiting.is_empty() {
            return;
        }
        self.shown.update(|rows| {
            for row in waiting {
                place::insert(rows, row);
            }
            rows.truncate(MOST);
        });
    }

    /// Says which page of the list it lies over.
    pub fn lay_over(self, page: PageRows) {
        self.page.set_value(Some(page));
    }

    /// The rows of that page with what it brought. Without a tail, they are as they are.
    pub fn over(tail: Option<Self>, rows: Vec<T>) -> Memo<Vec<T>> {
        Memo::new(move |_| match tail {
            None => rows.clone(),
            Some(tail) => {
                tail.shown.with(|came| tail.changed.with(|changed| place::merged(&rows, came, changed)))
            }
        })
    }

    /// Forgets everything: the list below is loaded anew.
    pub fn clear(self) {
        self.shown.set(Vec::new());
        self.waiting.set(Vec::new());
        self.changed.set(Vec::new());
        self.page.set_value(None);
    }

    /// Forgets everything and listens anew: rows that had ended may have been made to go on.
    pub fn begin_anew(self) {
        self.clear();
        self.turn.update(|turn| *turn += 1);
    }
}
