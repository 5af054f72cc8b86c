//! The command palette: type a few letters of where to go or what to do.

use super::icons::{Glyph, Icon};
use super::theme;
use crate::browser;
use crate::here::Here;
use crate::routes::SITE_MAP;
use leptos::html::Dialog as DialogElement;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// Something that can be done from the palette.
#[derive(Debug, Clone, PartialEq)]
struct Command {
    glyph: Glyph,
    words: String,
    effect: Effects,
}

#[derive(Debug, Clone, PartialEq)]
enum Effects {
    Go(String),
    Theme(&'static str),
}

/// A thing of the account that can be gone to by its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Destination {
    /// The icon of its kind.
    pub glyph: Glyph,
    /// What it is called.
    pub name: String,
    /// The URL of its page.
    pub url: String,
}

fn commands() -> Vec<Command> {
    let role = Here::get().role;
    let pages = SITE_MAP.iter().filter(|page| role.allows(page.permission)).map(|page| Command {
        glyph: page.glyph,
        words: page.label.to_owned(),
        effect: Effects::Go(Here::path(page.path)),
    });
    let creatable =
        SITE_MAP.iter().filter_map(|page| page.creates).filter(|creation| role.allows(creation.permission));
    let creations = creatable.map(|creation| Command {
        glyph: Glyph::Plus,
        words: format!("New {}", creation.what),
        effect: Effects::Go(Here::path(creation.path)),
    });
    let themes = [("system", "System theme"), ("light", "Light theme"), ("dark", "Dark theme")];
    let themes = themes.map(|(name, words)| Command {
        glyph: Glyph::Monitor,
        words: words.to_owned(),
        effect: Effects::Theme(name),
    });
    pages.chain(creations).chain(themes).collect()
}

/// How far `words` is from what was typed, whatever their case: 0 when it begins with it, 1 when it contains it, 2 when
/// only its letters come in this order; `None` when not even that.
fn distance(words: &str, typed: &str) -> Option<u8> {
    let (words, typed) = (words.to_lowercase(), typed.trim().to_lowercase());
    if let Some(place) = words.find(&typed) {
        return Some(u8::from(place > 0));
    }
    let mut letters = words.chars();
    let is_spread = typed.chars().filter(|c| !c.is_whitespace()).all(|wanted| letters.any(|c| c == wanted));
    is_spread.then_some(2)
}

/// The commands that are meant, nearest first.
fn matching(commands: Vec<Command>, typed: &str) -> Vec<Command> {
    let mut found: Vec<_> = commands
        .into_iter()
        .filter_map(|command| Some((distance(&command.words, typed)?, command)))
        .collect();
    found.sort_by_key(|(distance, _)| *distance);
    found.into_iter().map(|(_, command)| command).collect()
}

/// The palette; opens with Ctrl or Cmd and K.
#[component]
pub fn Palette(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Things that can be gone to, beside the pages.
    destinations: Signal<Vec<Destination>>,
) -> impl IntoView {
    let dialog = NodeRef::<DialogElement>::new();
    let typed = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let all = StoredValue::new(commands());
    let matching = Memo::new(move |_| {
        let things = destinations.get().into_iter().map(|to| Command {
            glyph: to.glyph,
            words: to.name,
            effect: Effects::Go(to.url),
        });
        matching(all.get_value().into_iter().chain(things).collect(), &typed.get())
    });
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        dialog.close();
        if open.get() {
            typed.set(String::new());
            chosen.set(0);
            // It fails only where the element has left the page meanwhile.
            let _ = dialog.show_modal();
        }
    });
    let navigate = use_navigate();
    let run = Callback::new(move |command: Command| {
        open.set(false);
        match command.effect {
            Effects::Go(path) if browser::may_leave() => navigate(&path, NavigateOptions::default()),
            Effects::Go(_) => {}
            Effects::Theme(name) => theme::choose(name),
        }
    });
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let last = matching.with(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|at| *at = (*at + 1).min(last)),
            "ArrowUp" => chosen.update(|at| *at = at.saturating_sub(1)),
            "Enter" => {
                let command = matching.with(|matching| matching.get(chosen.get_untracked()).cloned());
                command.into_iter().for_each(|command| run.run(command));
            }
            _ => return,
        }
        event.prevent_default();
        browser::all(".palette-row[aria-selected=true]")
            .iter()
            .for_each(|row| row.scroll_into_view_with_bool(false));
    };
    view! {
        <dialog class="modal modal-top" node_ref=dialog aria-label="Command palette" on:close=move |_| open.set(false)>
            <div class="modal-box palette">
                <label class="palette-input">
                    <Icon glyph=Glyph::Search/>
                    <input
                        type="text"
                        role="combobox"
                        aria-expanded="true"
                        aria-controls="palette-list"
                        aria-label="Go to a page or do something"
                        placeholder="Go to a page or do something…"
                        autocomplete="off"
                        spellcheck="false"
                        autofocus
                        prop:value=move || typed.get()
                        on:input=move |event| {
                            typed.set(event_target_value(&event));
                            chosen.set(0);
                        }
                        on:keydown=on_key
                    />
                </label>
                <PaletteList matching chosen run/>
            </div>
            <button type="button" class="modal-backdrop" tabindex="-1" aria-label="Close" on:click=move |_| open.set(false)></button>
        </dialog>
    }
    .into_any()
}

#[component]
fn PaletteList(
    matching: Memo<Vec<Command>>,
    chosen: RwSignal<usize>,
    run: Callback<Command>,
) -> impl IntoView {
    view! {
        <ul id="palette-list" role="listbox" class="palette-list" aria-label="Commands">
            {move || matching.get().into_iter().enumerate().map(|(at, command)| {
                let (glyph, words) = (command.glyph, command.words.clone());
                view! {
                    <li
                        role="option"
                        class="palette-row"
                        aria-selected=move || if chosen.get() == at { "true" } else { "false" }
                        on:pointermove=move |_| chosen.set(at)
                        on:click=move |_| run.run(command.clone())
                    >
                        <Icon glyph/> {words}
                    </li>
                }
            }).collect_view()}
            <Show when=move || matching.with(Vec::is_empty)>
                <li class="muted px-3 py-6 text-center">"Nothing by that name."</li>
            </Show>
        </ul>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn letters_in_order_are_enough() {
        for (typed, expected) in
            [("", Some(0)), ("new ", Some(0)), ("INT", Some(1)), ("nwint", Some(2)), ("tni", None)]
        {
            assert_eq!(distance("New integration", typed), expected, "{typed}");
        }
    }
}
