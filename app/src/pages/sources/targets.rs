//! What a source's mapping has to fill, by what its action does (A8, A10, K7).

use super::form::{ActionChoice, Fields};
use crate::components::mapping_editor::Target;
use crate::pages::activity::Names;
use domain::catalogue::{CustomerEvent, EventDefinition};
use domain::error::FieldErrors;
use domain::form::FieldType;
use domain::ids::ModuleId;
use domain::inbound::Outcome;
use domain::json::{Path, set_path};
use domain::mapping::{self, Mapping};
use domain::module::ItemDraft;
use domain::module::data_source::objects;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What the sources of an account can record on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recordable {
    /// The account's catalogue, the fields of its customers' form included where an event sets them.
    pub events: Vec<EventDefinition>,
    /// What its modules are called.
    pub modules: Names<ModuleId>,
}

impl Recordable {
    /// What events of the chosen type say; `None` where none is chosen, or the catalogue has it no more.
    pub fn definition(&self, fields: &Fields) -> Option<&EventDefinition> {
        let chosen = |definition: &&EventDefinition| definition.event_type.as_str() == fields.event_type;
        fields.records().then(|| self.events.iter().find(chosen)).flatten()
    }

    /// What there is to fill.
    pub fn targets(&self, fields: &Fields) -> Vec<Target> {
        if fields.choice() == ActionChoice::UpsertItem {
            return vec![
                target("id", "Tells items apart", "Text or number", true),
                target("title", "What lists show", "Text or number", true),
            ];
        }
        let Some(definition) = self.definition(fields) else { return Vec::new() };
        let customer = target("customer", "Whom it is about", "Text or number", true);
        let attributes = definition.attributes.iter().map(|attribute| {
            let path = format!("data.{}", attribute.key);
            target(&path, &attribute.label, attribute.field_type.label(), attribute.required)
        });
        std::iter::once(customer).chain(attributes).collect()
    }

    /// The key of the record that the chosen action finds by an object, if it looks for one, or how it refuses it.
    pub fn key_of(
        &self,
        fields: &Fields,
        rows: &[Mapping],
        object: &Value,
    ) -> Result<Option<String>, Outcome> {
        let made = self.made_of(fields, rows, object).map_err(|_| {
            let is_mapped = rows.is_empty() || mapping::apply(rows, object).is_ok();
            if is_mapped { Outcome::RecordRefused } else { Outcome::MappingFailed }
        })?;
        if fields.records() && self.definition(fields).is_none() {
            return Err(Outcome::RecordRefused);
        }
        let key = match fields.choice() {
            ActionChoice::UpsertItem => &made["id"],
            _ if fields.records() => &made["customer"],
            _ => &Value::Null,
        };
        Ok(key.as_str().map(ToOwned::to_owned))
    }

    /// What the chosen action makes of a sample, or why it refuses it; of an array that it takes, of the first object.
    /// Whether a customer has enough points is known only once it is done.
    pub fn made_of(&self, fields: &Fields, rows: &[Mapping], sample: &Value) -> Result<Value, String> {
        let sample = match sample {
            Value::Object(_) => sample,
            Value::Array(_) if fields.choice() == ActionChoice::UpsertItem => {
                objects(sample).first().copied().ok_or("none of its elements is an object")?
            }
            _ => return Err("its body is no JSON object".to_owned()),
        };
        let mapped = match rows {
            [] => sample.clone(),
            rows => mapping::apply(rows, sample).map_err(|error| error.to_string())?,
        };
        if fields.choice() == ActionChoice::UpsertItem {
            let draft = ItemDraft::from_mapped(&mapped).map_err(|errors| in_words(&errors))?;
            let mut data = sample.as_object().cloned().unwrap_or_default();
            data.extend(draft.data);
            return Ok(json!({"id": draft.key, "title": draft.title, "data": data}));
        }
        let data = mapping::event_data(mapped);
        match self.definition(fields) {
            None => Ok(data),
            Some(definition) => {
                let event = CustomerEvent::from_data(&without_lookups(definition), &data, &[])
                    .map_err(|errors| in_words(&errors))?;
                Ok(json!({"customer": event.key, "attributes": event.attributes}))
            }
        }
    }
}

fn target(path: &str, label: &str, kind: &'static str, required: bool) -> Target {
    Target { path: path.to_owned(), label: label.to_owned(), kind, required }
}

/// The page does not know what is in lookup lists, only that they hold whole numbers.
fn without_lookups(definition: &EventDefinition) -> EventDefinition {
    let mut definition = definition.clone();
    for attribute in &mut definition.attributes {
        if attribute.field_type.lookup_list().is_some() {
            attribute.field_type = FieldType::Integer;
        }
    }
    definition
}

fn in_words(errors: &FieldErrors) -> String {
    let lines = errors.0.iter().map(|error| format!("`{}`: {}", error.field, error.message));
    lines.collect::<Vec<_>>().join("; ")
}

/// Whether something is filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fill {
    /// From this path of the body.
    Mapped(String),
    /// Without any row the body itself is read, and nothing says that it does not say this.
    AsSent,
    /// By nothing.
    Missing,
}

/// Each of `targets` with what the rows fill it from. `sample` is a body as it may be sent.
pub fn fills(targets: Vec<Target>, rows: &[Mapping], sample: Option<&Value>) -> Vec<(Target, Fill)> {
    let filled = filled(rows);
    let fill = |target: &Target| {
        let key = target.path.strip_prefix("data.").unwrap_or(&target.path);
        if rows.is_empty() {
            let is_said = sample.is_none_or(|sample| sample.get(key).is_some_and(|value| !value.is_null()));
            return if is_said { Fill::AsSent } else { Fill::Missing };
        }
        match filled.get(key) {
            Some(Value::String(from)) => Fill::Mapped(from.clone()),
            Some(_) => Fill::Mapped("several rows".to_owned()),
            None => Fill::Missing,
        }
    };
    targets
        .into_iter()
        .map(|target| {
            let fill = fill(&target);
            (target, fill)
        })
        .collect()
}

/// What the rows fill, by its name in the data, with the paths that fill it: put where the mapping would put values.
fn filled(rows: &[Mapping]) -> Map<String, Value> {
    let mut mapped = Value::Object(Map::new());
    for row in rows.iter().filter(|row| !row.from.is_empty() && !row.to.is_empty()) {
        if let Ok(to) = row.to.parse::<Path>() {
            // A row that is in the way of another is said to be where it stands.
            let _in_the_way = set_path(&mut mapped, &to, Value::String(row.from.clone()));
        }
    }
    match mapping::event_data(mapped) {
        Value::Object(filled) => filled,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::catalogue::Catalogue;

    fn recordable() -> Recordable {
        Recordable { events: Catalogue::default().all().to_vec(), modules: Names(Vec::new()) }
    }

    fn fields(action: &str, event_type: &str) -> Fields {
        Fields { action: action.to_owned(), event_type: event_type.to_owned(), ..Fields::default() }
    }

    fn rows(pairs: &[(&str, &str)]) -> Vec<Mapping> {
        let row =
            |&(from, to): &(&str, &str)| Mapping { from: from.into(), to: to.into(), ..Mapping::default() };
        pairs.iter().map(row).collect()
    }

    fn missing(fields: &Fields, rows: &[Mapping], sample: Option<&Value>) -> Vec<String> {
        let fills = fills(recordable().targets(fields), rows, sample).into_iter();
        let missing = fills.filter(|(target, fill)| target.required && *fill == Fill::Missing);
        missing.map(|(target, _)| target.path).collect()
    }

    #[test]
    fn a10_what_is_required_and_not_mapped_is_known() {
        let point_add = fields("record_event", "point_add");
        for (pairs, expected) in [
            (vec![("clientID", "customer"), ("n", "data.points")], vec![]),
            (vec![("clientID", "data.customer"), ("n", "points")], vec![]),
            (vec![("clientID", "customer"), ("n", "data.point")], vec!["data.points"]),
            (vec![("", "customer"), ("n", "data.points")], vec!["customer"]),
        ] {
            assert_eq!(missing(&point_add, &rows(&pairs), None), expected, "{pairs:?}");
        }
        assert_eq!(missing(&point_add, &[], None), Vec::<String>::new());
        assert_eq!(missing(&point_add, &[], Some(&json!({"points": 1}))), ["customer"]);
        assert_eq!(missing(&fields("publish_event", "a.b"), &[], Some(&json!({}))), Vec::<String>::new());
    }

    #[test]
    fn k7_an_item_needs_id_and_title() {
        let item = fields("upsert_item", "");
        assert_eq!(missing(&item, &rows(&[("email", "id")]), None), ["title"]);
        assert_eq!(missing(&item, &rows(&[("email", "id"), ("name", "title")]), None), Vec::<String>::new());
        let made = |pairs: &[(&str, &str)]| {
            recordable().made_of(&item, &rows(pairs), &json!({"email": "a@b", "n": 1}))
        };
        let expected = json!({"id": "a@b", "title": "1", "data": {"email": "a@b", "n": 1}});
        assert_eq!(made(&[("email", "id"), ("n", "title")]), Ok(expected));
        assert!(made(&[("email", "id")]).is_err_and(|why| why.starts_with("`title`: ")));
        let rows = rows(&[("a", "id"), ("a", "title")]);
        let made = |fields: &Fields, sample: &Value| recordable().made_of(fields, &rows, sample);
        let array = json!([7, {"a": 1}, {"a": 2}]);
        assert_eq!(made(&item, &array).expect("an item")["id"], "1");
        assert!(made(&item, &json!([])).is_err() && made(&fields("publish_event", "a.b"), &array).is_err());
    }

    #[test]
    fn a26_a_sample_that_would_be_refused_says_why() {
        let made = |sample: Value| {
            let rows = rows(&[("clientID", "customer"), ("n", "data.points")]);
            recordable().made_of(&fields("record_event", "point_add"), &rows, &sample)
        };
        let expected = json!({"customer": "c", "attributes": {"points": 5}});
        assert_eq!(made(json!({"clientID": "c", "n": "5"})), Ok(expected));
        assert!(made(json!({"clientID": "c", "n": "many"})).is_err_and(|why| why.starts_with("`points`: ")));
        let gone = recordable().key_of(&fields("record_event", "gone"), &[], &json!({"customer": "c"}));
        assert_eq!(gone, Err(Outcome::RecordRefused));
    }

    #[test]
    fn a8_the_catalogue_of_the_page_has_every_choice() {
        let recordable = recordable();
        assert!(recordable.definition(&fields("record_event", "profile")).is_some());
        assert!(recordable.definition(&fields("record_event", "gone")).is_none());
        assert!(recordable.definition(&fields("publish_event", "profile")).is_none());
    }
}
