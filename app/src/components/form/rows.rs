//! Lists in a form whose rows come, go and change places: fields, metrics, attributes.

use super::{FieldError, FormErrors};
use crate::components::Bound;
use crate::components::icons::{Glyph, Icon};
use leptos::prelude::*;

/// A row of a list, with a number of its own that keeps the keyboard's focus where it is while rows come and go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row<T> {
    /// Tells rows apart.
    pub row: u32,
    /// What it holds.
    pub own: T,
}

/// Rows of these, numbered in order.
#[must_use]
pub fn rows_of<T>(all: impl IntoIterator<Item = T>) -> Vec<Row<T>> {
    (1..).zip(all).map(|(row, own)| Row { row, own }).collect()
}

/// A list of rows in the state of a form.
pub struct Rows<S: 'static, T: 'static> {
    /// The state.
    pub form: RwSignal<S>,
    /// Where the list is.
    pub list: fn(&S) -> &Vec<Row<T>>,
    /// Where it is changed.
    pub list_mut: fn(&mut S) -> &mut Vec<Row<T>>,
}

impl<S, T> Clone for Rows<S, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, T> Copy for Rows<S, T> {}

impl<S: Send + Sync + 'static, T: Send + Sync + 'static> Rows<S, T> {
    /// The numbers of the rows for which `is_meant`, in order.
    pub fn numbers(self, is_meant: impl Fn(&T) -> bool) -> Vec<u32> {
        self.form.with(|form| {
            (self.list)(form).iter().filter(|row| is_meant(&row.own)).map(|row| row.row).collect()
        })
    }

    /// Something of one row; nothing once it is gone.
    pub fn read<V>(self, row: u32, read: impl FnOnce(&T) -> V) -> Option<V> {
        self.form.with(|form| (self.list)(form).iter().find(|own| own.row == row).map(|own| read(&own.own)))
    }

    /// Changes one row.
    pub fn write(self, row: u32, change: impl FnOnce(&mut T)) {
        self.form.update(|form| {
            if let Some(found) = (self.list_mut)(form).iter_mut().find(|own| own.row == row) {
                change(&mut found.own);
            }
        });
    }

    /// Something of one row that a field shows and changes.
    pub fn bound<V: Clone + Default + Send + Sync + 'static>(
        self,
        row: u32,
        read: fn(&T) -> V,
        write: fn(&mut T, V),
    ) -> Bound<V> {
        Bound::new(
            move || self.read(row, read).unwrap_or_default(),
            move |value| self.write(row, |own| write(own, value)),
        )
    }

    /// Adds a row at the end.
    pub fn add(self, own: T) {
        self.form.update(|form| {
            let list = (self.list_mut)(form);
            let row = list.iter().map(|row| row.row).max().unwrap_or(0) + 1;
            list.push(Row { row, own });
        });
    }

    /// Takes a row away.
    pub fn remove(self, row: u32) {
        self.form.update(|form| (self.list_mut)(form).retain(|own| own.row != row));
    }

    /// Moves a row before the one above it, or behind the one below it, of those for which `is_meant`.
    pub fn shift(self, row: u32, direction: Direction, is_meant: impl Fn(&T) -> bool) {
        self.form.update(|form| {
            let list = (self.list_mut)(form);
            let meant: Vec<_> =
                list.iter().enumerate().filter(|(_, own)| is_meant(&own.own)).map(|(at, _)| at).collect();
            let Some(place) = meant.iter().position(|at| list[*at].row == row) else { return };
            let other = match direction {
                Direction::Up => place.checked_sub(1),
                Direction::Down => Some(place + 1),
            };
            if let Some(other) = other.and_then(|other| meant.get(other)) {
                list.swap(meant[place], *other);
            }
        });
    }

    /// Where a row stands in the whole list.
    pub fn place(self, row: u32) -> Option<usize> {
        self.form.with(|form| (self.list)(form).iter().position(|own| own.row == row))
    }
}

/// Where a row is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Before the one above it.
    Up,
    /// Behind the one below it.
    Down,
}

/// A text in a row.
#[component]
pub fn RowText(
    /// What it is called, above it on narrow screens.
    label: &'static str,
    /// What it holds.
    bound: Bound<String>,
    /// An example, shown while it is empty.
    #[prop(optional)]
    placeholder: &'static str,
    /// Whether letters have one width: keys, paths.
    #[prop(optional)]
    mono: bool,
) -> impl IntoView {
    let class = if mono { "input w-full min-w-0 font-mono" } else { "input w-full min-w-0" };
    view! {
        <label class="row-cell">
            <span>{label}</span>
            <input
                class=class
                placeholder=placeholder
                autocomplete="off"
                spellcheck="false"
                value=bound.first()
                prop:value=move || bound.get()
                on:input=move |event| bound.set(event_target_value(&event))
            />
        </label>
    }
    .into_any()
}

/// A menu in a row.
#[component]
pub fn RowSelect(
    /// What it is called, above it on narrow screens.
    label: &'static str,
    /// Which one is chosen.
    bound: Bound<String>,
    /// What there is to choose from.
    #[prop(into)]
    choices: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    view! {
        <label class="row-cell">
            <span>{label}</span>
            <select
                class="select w-full min-w-0"
                prop:value=move || bound.get()
                on:change=move |event| bound.set(event_target_value(&event))
            >
                {move || choices.get().into_iter().map(|(value, words)| {
                    let own = value.clone();
                    view! { <option value=value selected=move || bound.get() == own>{words}</option> }
                }).collect_view()}
            </select>
        </label>
    }
    .into_any()
}

/// A box to tick in a row.
#[component]
pub fn RowCheck(
    /// What it means.
    label: &'static str,
    /// Whether it is ticked.
    bound: Bound<bool>,
) -> impl IntoView {
    view! {
        <label class="flex h-9 items-center gap-2 text-xs">
            <input
                type="checkbox"
                class="checkbox checkbox-sm"
                checked=bound.first()
                prop:checked=move || bound.get()
                on:change=move |event| bound.set(event_target_checked(&event))
            />
            {label}
        </label>
    }
    .into_any()
}

/// Moves a row up and down and takes it away.
#[component]
pub fn RowTools(
    /// What the row is, for "Remove this …".
    what: &'static str,
    /// Moves it.
    #[prop(into)]
    on_move: Callback<Direction>,
    /// Takes it away.
    #[prop(into)]
    on_remove: Callback<()>,
) -> impl IntoView {
    let button = move |label: String, glyph: Glyph, action: Callback<()>| {
        view! {
            <button
                type="button"
                class="btn btn-ghost btn-sm btn-square"
                aria-label=label.clone()
                title=label
                on:click=move |_| action.run(())
            >
                <Icon glyph/>
            </button>
        }
    };
    let up = Callback::new(move |()| on_move.run(Direction::Up));
    let down = Callback::new(move |()| on_move.run(Direction::Down));
    view! {
        <div class="row-tools">
            {button(format!("Move this {what} up"), Glyph::ChevronUp, up)}
            {button(format!("Move this {what} down"), Glyph::ChevronDown, down)}
            {button(format!("Remove this {what}"), Glyph::X, on_remove)}
        </div>
    }
    .into_any()
}

/// What is wrong with a row: at `path` or anywhere below it.
#[component]
pub fn RowError(
    /// Dotted path of the row in the form; `None` once it is gone.
    #[prop(into)]
    path: Signal<Option<String>>,
) -> impl IntoView {
    let error = Signal::derive(move || FormErrors::below(&path.get()?).get());
    view! { <FieldError error/> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(rows: Rows<Vec<Row<char>>, char>) -> String {
        rows.form.with_untracked(|list| list.iter().map(|row| row.own).collect())
    }

    #[test]
    fn rows_are_moved_among_their_like() {
        let owner = Owner::new();
        owner.set();
        let form = RwSignal::new(rows_of("aXbYc".chars()));
        let rows = Rows { form, list: |form| form, list_mut: |form| form };
        let small = |letter: &char| letter.is_lowercase();
        rows.shift(3, Direction::Up, small);
        assert_eq!(letters(rows), "bXaYc");
        rows.shift(3, Direction::Up, small);
        rows.shift(5, Direction::Down, small);
        assert_eq!(letters(rows), "bXaYc", "there is nothing above the first and below the last");
        rows.add('d');
        rows.remove(1);
        assert_eq!((letters(rows), rows.place(6), rows.place(1)), ("bXYcd".to_owned(), Some(4), None));
    }
}
