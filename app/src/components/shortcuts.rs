//! Keys that work everywhere: `/` searches, `j` and `k` go through a list, `?` explains, Ctrl or Cmd with K or S.

use super::dialog::Dialog;
use crate::browser;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// Where the choice not to have single-key shortcuts is remembered.
const KEY: &str = "hookloft-shortcuts";

const KEYS: [(&str, &str); 8] = [
    ("Ctrl K or ⌘ K", "Go to a page or do something"),
    ("/", "Search or filter the list"),
    ("j", "Next row"),
    ("k", "Previous row"),
    ("Enter", "Open the row"),
    ("Ctrl S or ⌘ S", "Save the form"),
    ("Esc", "Close the dialog"),
    ("?", "Show this"),
];

/// Listens for the keys, and explains them.
#[component]
pub fn Shortcuts(
    /// Whether the palette is open.
    palette: RwSignal<bool>,
    /// Whether the explanation is open.
    help: RwSignal<bool>,
) -> impl IntoView {
    let are_on = RwSignal::new(true);
    Effect::new(move || {
        are_on.set(browser::recall(KEY).as_deref() != Some("off"));
        let listening = window_event_listener(leptos::ev::keydown, move |event| {
            if react(&event, palette, help, are_on) {
                event.prevent_default();
            }
        });
        on_cleanup(move || listening.remove());
    });
    let switch = move |event| {
        let wanted = event_target_checked(&event);
        are_on.set(wanted);
        browser::remember(KEY, (!wanted).then_some("off"));
    };
    view! {
        <Dialog open=help on_close=move |()| help.set(false) title="Keyboard shortcuts">
            <dl class="grid grid-cols-[auto_1fr] items-baseline gap-x-4 gap-y-2">
                {KEYS.into_iter().map(|(keys, words)| view! {
                    <dt><kbd class="kbd kbd-sm">{keys}</kbd></dt>
                    <dd>{words}</dd>
                }).collect_view()}
            </dl>
            <label class="mt-5 flex items-center gap-2.5">
                <input type="checkbox" class="toggle toggle-sm" prop:checked=move || are_on.get() on:change=switch/>
                "Single-key shortcuts"
            </label>
        </Dialog>
    }
    .into_any()
}

/// Does what a key is for, and says whether it was one of ours.
fn react(
    event: &KeyboardEvent,
    palette: RwSignal<bool>,
    help: RwSignal<bool>,
    are_on: RwSignal<bool>,
) -> bool {
    let key = event.key();
    if event.ctrl_key() || event.meta_key() {
        match key.as_str() {
            "k" => palette.update(|is_open| *is_open = !*is_open),
            "s" => return press_save(),
            _ => return false,
        }
        return true;
    }
    if event.alt_key() || !are_on.get_untracked() || browser::is_typing() || browser::has_open_dialog() {
        return false;
    }
    match key.as_str() {
        "/" => browser::focus("[data-search]"),
        "j" => step(1),
        "k" => step(-1),
        "?" => {
            help.set(true);
            true
        }
        _ => false,
    }
}

fn press_save() -> bool {
    let buttons = browser::all("[data-save]:not(:disabled)");
    if let Some(button) = buttons.first() {
        button.click();
    }
    !buttons.is_empty()
}

/// Moves the focus to the next or the previous row of the list.
fn step(by: isize) -> bool {
    let rows = browser::all("a[data-row]");
    let current = document().active_element();
    let here =
        rows.iter().position(|row| current.as_ref().is_some_and(|element| element.is_same_node(Some(row))));
    let next = here.map_or(0, |here| here.saturating_add_signed(by).min(rows.len().saturating_sub(1)));
    rows.get(next).is_some_and(|row| row.focus().is_ok())
}
