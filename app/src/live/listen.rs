use leptos::prelude::*;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{EventSource, MessageEvent};

/// What the server pushes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard<T> {
    /// From now on nothing is missed.
    Begun,
    /// A row that was made just now.
    New(T),
    /// A row as it is by now, which may be an old one.
    Changed(T),
}

/// What the server calls them.
const NAMES: [&str; 3] = ["begun", "row", "changed"];

impl<T: DeserializeOwned> Heard<T> {
    fn of(name: &str, data: &str) -> Option<Self> {
        match name {
            "begun" => Some(Self::Begun),
            "row" => serde_json::from_str(data).ok().map(Self::New),
            "changed" => serde_json::from_str(data).ok().map(Self::Changed),
            _ => None,
        }
    }
}

struct Listening {
    source: EventSource,
    _closures: [Closure<dyn FnMut(MessageEvent)>; 3],
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// Calls `on_heard` with what the server pushes at `url`, until the owner around it ends. Only in effects.
pub fn listen<T: DeserializeOwned + 'static>(url: &str, on_heard: impl Fn(Heard<T>) + Clone + 'static) {
    let Ok(source) = EventSource::new(url) else { return };
    let closures = NAMES.map(|name| {
        let on_heard = on_heard.clone();
        let closure = Closure::new(move |message: MessageEvent| {
            if let Some(heard) = message.data().as_string().and_then(|text| Heard::of(name, &text)) {
                on_heard(heard);
            }
        });
        (name, closure)
    });
    for (name, closure) in &closures {
        // It fails only for names that are no strings.
        let _ = source.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    }
    StoredValue::new_local(Listening { source, _closures: closures.map(|(_, closure)| closure) });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_says_what_a_row_is() {
        assert_eq!(Heard::<u8>::of("begun", "true"), Some(Heard::Begun));
        assert_eq!(Heard::of("row", "7"), Some(Heard::New(7_u8)));
        assert_eq!(Heard::of("changed", "7"), Some(Heard::Changed(7_u8)));
        assert_eq!(Heard::<u8>::of("row", "no row"), None);
        assert_eq!(Heard::<u8>::of("other", "7"), None);
    }
}
