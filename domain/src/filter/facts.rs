use crate::event::Event;
use crate::json;
use serde_json::Value;
use std::borrow::Cow;
use std::cell::OnceCell;

/// What filters of subscriptions see (D26).
pub const EVENT_ROOTS: &[&str] = &["event.type", "data."];

/// What filters of sources see (A4).
pub const INBOUND_ROOTS: &[&str] = &["headers.", "body."];

/// Something criteria look values up in.
pub trait Facts {
    /// The value at `path`, root included; `None` when there is none.
    fn look_up(&self, path: &str) -> Option<Cow<'_, Value>>;
}

/// An event as filters see it: `event.type` and `data.…`. Its data is parsed when first asked for, and once.
#[derive(Debug)]
pub struct EventFacts<'a> {
    event: &'a Event,
    data: OnceCell<Value>,
}

impl<'a> EventFacts<'a> {
    /// The facts of `event`.
    #[must_use]
    pub const fn of(event: &'a Event) -> Self {
        Self { event, data: OnceCell::new() }
    }

    /// The event's data, parsed; `null` should it be no JSON that Hookloft takes.
    #[must_use]
    pub fn data(&self) -> &Value {
        self.data.get_or_init(|| json::parse(self.event.data.get().as_bytes()).unwrap_or_default())
    }
}

impl Facts for EventFacts<'_> {
    fn look_up(&self, path: &str) -> Option<Cow<'_, Value>> {
        if path == "event.type" {
            return Some(Cow::Owned(Value::from(self.event.event_type.as_str())));
        }
        json::get_text(self.data(), json::below(path, "data")?).map(Cow::Borrowed)
    }
}
