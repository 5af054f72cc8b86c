//! Small things asked of the browser. Only in effects and handlers: the server has none.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement, HtmlElement, MouseEvent, Storage};

/// Copies `text`, and says whether that was possible.
pub async fn copy(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    wasm_bindgen_futures::JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// What was remembered under `key`.
#[must_use]
pub fn recall(key: &str) -> Option<String> {
    storage().and_then(|storage| storage.get_item(key).ok().flatten())
}

/// Remembers `value` under `key`, or forgets it.
pub fn remember(key: &str, value: Option<&str>) {
    let Some(storage) = storage() else { return };
    // A full or forbidden storage only means that nothing is remembered.
    let _ = match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    };
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Elements that match `selector`, in document order.
#[must_use]
pub fn all(selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = document().query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}

/// Puts the keyboard's focus on the first element that matches, and says whether there is one.
pub fn focus(selector: &str) -> bool {
    all(selector).first().is_some_and(|element| element.focus().is_ok())
}

/// Whether keys go into a text at the moment.
#[must_use]
pub fn is_typing() -> bool {
    document().active_element().is_some_and(|element| {
        element
            .matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]")
            .unwrap_or(false)
    })
}

/// Whether a dialog is open.
#[must_use]
pub fn has_open_dialog() -> bool {
    document().query_selector("dialog[open]").is_ok_and(|found| found.is_some())
}

/// Whether the page may be left: asks first while changes on it are unsaved.
#[must_use]
pub fn may_leave() -> bool {
    // A browser that refuses to ask lets people go where they want to.
    all("[data-unsaved]").is_empty()
        || window().confirm_with_message("Leave without saving your changes?").unwrap_or(true)
}

/// Whether a click may go on: as [`may_leave`] where it follows a link to another page in this window. The browser
/// itself asks before links that load the page anew.
#[must_use]
pub fn may_follow(event: &MouseEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let link = target.and_then(|target| target.closest("a[href]").ok().flatten());
    let Some(link) = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) else { return true };
    let is_elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || link.rel() == "external";
    let is_this_page = window().location().pathname().is_ok_and(|here| here == link.pathname());
    is_elsewhere || is_this_page || may_leave()
}

/// Address of this installation as the browser sees it, for URLs to copy: `https://hooks.example.com`.
#[must_use]
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Loads the page anew.
pub fn reload() {
    // A browser that refuses shows what it has.
    let _ = window().location().reload();
}
