use crate::event::Event;
use crate::json;
use serde_json::Value;
use std::borrow::Cow;
use std::cell::OnceCell;

/// What filters of subscriptions see (D26).
pub const EVENT_ROOTS: &[&str] = &["event.type", "data.", "record.", "changes."];

/// What filters of sources see (A4).
pub const INBOUND_ROOTS: &[&str] = &["headers.", "body."];

/// Something criteria look values up in.
pub trait Facts {
    /// The value at `path`, root included; `None` when there is none.
    fn look_up(&self, path: &str) -> Option<Cow<'_, Value>>;

    /// The values at `path` of each element of a list, where `*` or `[]` in it stands for one that is there; see
    /// [`json::each_of`].
    fn look_up_each(&self, path: &str) -> Option<Vec<&Value>>;
}

/// An event as filters see it (D26). Its data is parsed when first asked for, and once.
///
/// - `event.type`: the type.
/// - `data.…`: the data.
/// - `record.…`: the record that the event is about, where its data holds it as the object `item` or `customer`:
///   `record.title`, `record.fields.city`. An event that only names a customer has none.
/// - `changes.…`: of the list `changes` in its data the one of that field, the last if there are several:
///   `changes.city` is what the city is now, and exists where it changed, also if it is gone (`null`).
///   `changes.address.zip` looks into it.
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

    fn record(&self) -> Option<&Value> {
        ["item", "customer"].iter().find_map(|name| self.data().get(name).filter(|record| record.is_object()))
    }

    /// What the field that `path` begins with became, and where `path` leads in it: nowhere where that is empty.
    fn change<'p>(&self, path: &'p str) -> Option<(&Value, &'p str)> {
        let (field, rest) = json::split_first(path)?;
        let is_of_field = |change: &&Value| change["field"] == field.as_ref();
        let to = self.data().get("changes")?.as_array()?.iter().rfind(is_of_field)?.get("to")?;
        Some((to, rest))
    }
}

impl Facts for EventFacts<'_> {
    fn look_up(&self, path: &str) -> Option<Cow<'_, Value>> {
        if path == "event.type" {
            return Some(Cow::Owned(Value::from(self.event.event_type.as_str())));
        }
        let found = if let Some(path) = json::below(path, "data") {
            json::get_text(self.data(), path)
        } else if let Some(path) = json::below(path, "record") {
            json::get_text(self.record()?, path)
        } else {
            let (to, rest) = self.change(json::below(path, "changes")?)?;
            if rest.is_empty() { Some(to) } else { json::get_text(to, rest) }
        };
        found.map(Cow::Borrowed)
    }

    fn look_up_each(&self, path: &str) -> Option<Vec<&Value>> {
        if let Some(path) = json::below(path, "data") {
            json::each_of(self.data(), path)
        } else if let Some(path) = json::below(path, "record") {
            json::each_of(self.record()?, path)
        } else {
            let (to, rest) = self.change(json::below(path, "changes")?)?;
            json::each_of(to, rest)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::tests::event;
    use crate::filter::{Criterion, Operator, check_rooted};
    use serde_json::json;

    #[test]
    fn d26_each_element_of_a_list_is_seen_in_data_record_and_changes() {
        let data = r#"{"items": [{"n": 1}, {}, {"n": 2}], "item": {"tags": ["a", "b"]}, "changes": [
            {"field": "tags", "to": ["b", "c"]}, {"field": "address", "to": {"lines": [{"no": 7}]}}
        ]}"#;
        for (path, expected) in [
            ("data.items.*.n", Some(json!([1, 2]))),
            ("data.items[].n", Some(json!([1, 2]))),
            ("data.items.0.n", None),
            ("data.absent.*", None),
            ("record.tags.*", Some(json!(["a", "b"]))),
            ("changes.tags.*", Some(json!(["b", "c"]))),
            ("changes.address.lines.*.no", Some(json!([7]))),
            ("changes.absent.*", None),
            ("event.type", None),
        ] {
            let event = event(data);
            let facts = EventFacts::of(&event);
            assert_eq!(facts.look_up_each(path).map(|found| json!(found)), expected, "{path}");
        }
    }

    #[test]
    fn d26_filters_of_subscriptions_see_the_record_and_its_changes() {
        let item = r#"{"item": {"title": "A", "fields": {"city": "Rome"}}, "customer": {"title": "B"}, "changes": [
            {"field": "city", "from": null, "to": "Bonn"}, {"field": "city", "from": "Bonn", "to": "Rome"},
            {"field": "zip", "from": "1", "to": null}, {"field": "address", "from": null, "to": {"no": [7]}},
            {"field": "a.b", "from": 1, "to": 2}, {"field": "half"}, {"to": 1}, 7
        ]}"#;
        let customer = r#"{"customer": {"title": "B"}, "item": "I-1", "changes": {"city": "Rome"}}"#;
        let named = r#"{"customer": "c-1", "changes": null}"#;
        for (data, path, expected) in [
            (item, "record.title", Some(json!("A"))),
            (item, "record.fields.city", Some(json!("Rome"))),
            (item, "record.fields.absent", None),
            (item, "record", None),
            (item, "changes.city", Some(json!("Rome"))),
            (item, "changes.zip", Some(json!(null))),
            (item, "changes.address.no.0", Some(json!(7))),
            (item, "changes.address.no.1", None),
            (item, r#"changes["a.b"]"#, Some(json!(2))),
            (item, "changes.a.b", None),
            (item, "changes.half", None),
            (item, "changes.title", None),
            (item, "changes", None),
            (item, "data.changes.0.to", Some(json!("Bonn"))),
            (customer, "record.title", Some(json!("B"))),
            (customer, "changes.city", None),
            (named, "record.title", None),
            (named, "data.customer", Some(json!("c-1"))),
            (named, "changes.city", None),
            ("[1]", "record.title", None),
            ("[1]", "changes.city", None),
        ] {
            let event = event(data);
            let found = EventFacts::of(&event).look_up(path).map(Cow::into_owned);
            assert_eq!(found, expected, "{path} in {data}");
            let exists = Criterion::new(path, Operator::Exists, Value::Null);
            assert_eq!(exists.passes(&EventFacts::of(&event)), expected.is_some(), "{path} in {data}");
        }
        let problems = |path: &str, roots| check_rooted(path, roots, json::check_each).is_err();
        for path in ["record.title", "changes.city", r#"changes["a.b"].c"#] {
            assert!(!problems(path, EVENT_ROOTS) && problems(path, INBOUND_ROOTS), "{path}");
        }
        assert!(problems("changes", EVENT_ROOTS) && problems("record.", EVENT_ROOTS));
    }
}
