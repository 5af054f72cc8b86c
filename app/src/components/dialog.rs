//! Dialogs: the browser's own `<dialog>`, which keeps the focus inside and closes on Esc.

use super::icons::{Glyph, Icon};
use crate::here::Here;
use leptos::ev::Event;
use leptos::html::Dialog as DialogElement;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

/// A dialog that is shown while `open` is true. Its children exist only then, unless the server renders it open.
#[component]
pub fn Dialog(
    /// Whether it is shown.
    #[prop(into)]
    open: Signal<bool>,
    /// What closing it does: set `open` to false.
    #[prop(into)]
    on_close: Callback<()>,
    /// What it is about.
    #[prop(into)]
    title: String,
    /// Whether it needs more room: JSON, code.
    #[prop(optional)]
    wide: bool,
    /// What is in it.
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<DialogElement>::new();
    Effect::new(move || {
        let Some(dialog) = node.get() else { return };
        // A dialog that the server rendered open is not modal: show it again as one.
        dialog.close();
        if open.get() {
            // It fails only where the element has left the page meanwhile.
            let _ = dialog.show_modal();
        }
    });
    let class = if wide { "modal-box max-w-3xl" } else { "modal-box max-w-md" };
    let label = title.clone();
    view! {
        <dialog
            class="modal"
            node_ref=node
            open=open.get_untracked()
            aria-label=label
            on:cancel=move |event: Event| {
                event.prevent_default();
                on_close.run(());
            }
        >
            <Show when=move || open.get()>
                <div class=class>
                    <div class="mb-4 flex items-start justify-between gap-4">
                        <h2 class="text-lg">{title.clone()}</h2>
                        <button
                            type="button"
                            class="btn btn-ghost btn-sm btn-square -mt-1 -mr-1"
                            aria-label="Close"
                            on:click=move |_| on_close.run(())
                        >
                            <Icon glyph=Glyph::X/>
                        </button>
                    </div>
                    {children()}
                </div>
                <button
                    type="button"
                    class="modal-backdrop"
                    tabindex="-1"
                    aria-label="Close"
                    on:click=move |_| on_close.run(())
                ></button>
            </Show>
        </dialog>
    }
    .into_any()
}

/// Whether the query asks for something to be made: `?create`. The dialog that makes it is open meanwhile.
#[must_use]
pub fn is_creating() -> Memo<bool> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get_str("create").is_some()))
}

/// Asks for it: the button that opens the dialog. A plain link, because the router's would be told to be the current page.
#[component]
pub fn CreateLink(
    /// What it says.
    words: &'static str,
    /// What it is called where that does not say enough.
    #[prop(optional)]
    label: Option<&'static str>,
) -> impl IntoView {
    view! {
        <a href="?create" data-noscroll="" class="btn btn-sm btn-primary" aria-label=label><Icon glyph=Glyph::Plus/> {words}</a>
    }
    .into_any()
}

/// What goes to a page of this account and stays where the page is scrolled to, as a dialog does that closes.
pub fn go_quietly() -> impl Fn(&str) + Clone + Send + Sync + 'static {
    let navigate = use_navigate();
    let start = Here::path("");
    move |page: &str| {
        let stay = NavigateOptions { scroll: false, ..NavigateOptions::default() };
        navigate(&format!("{start}/{page}"), stay);
    }
}

/// Asks before something that matters.
#[component]
pub fn Confirm(
    /// Whether it is asked.
    open: RwSignal<bool>,
    /// The question.
    #[prop(into)]
    title: String,
    /// The button that says yes.
    #[prop(into)]
    action: String,
    /// What saying yes does.
    #[prop(into)]
    on_confirm: Callback<()>,
    /// Whether it cannot be undone.
    #[prop(optional)]
    dangerous: bool,
    /// Whether there is something to say yes to.
    #[prop(default = true.into(), into)]
    is_ready: Signal<bool>,
    /// What must be typed first; nothing when left out.
    #[prop(optional, into)]
    type_to_confirm: Option<Signal<String>>,
    /// What will happen.
    children: ChildrenFn,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let is_typed = move || {
        let typed = typed.get();
        type_to_confirm.is_none_or(|name| name.with(|name| *name == typed || *name == typed.trim()))
    };
    let class = if dangerous { "btn btn-sm btn-error" } else { "btn btn-sm btn-primary" };
    let confirm = move |_| {
        open.set(false);
        typed.set(String::new());
        on_confirm.run(());
    };
    let (action, children) = (StoredValue::new(action), StoredValue::new(children));
    view! {
        <Dialog open on_close=move |()| open.set(false) title>
            <div class="grid gap-3">{children.with_value(|children| children())}</div>
            {move || type_to_confirm.map(|name| name.get()).map(|name| view! {
                <label class="field mt-4">
                    <span class="field-label">"Type " <strong class="break-all">{name}</strong> " to confirm"</span>
                    <input
                        class="input w-full"
                        autocomplete="off"
                        prop:value=move || typed.get()
                        on:input=move |event| typed.set(event_target_value(&event))
                    />
                </label>
            })}
            <div class="mt-5 flex justify-end gap-2">
                <button type="button" class="btn btn-sm" on:click=move |_| open.set(false)>"Cancel"</button>
                <button type="button" class=class disabled=move || !(is_ready.get() && is_typed()) on:click=confirm>{action.get_value()}</button>
            </div>
        </Dialog>
    }
    .into_any()
}
