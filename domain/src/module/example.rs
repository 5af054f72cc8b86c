use super::{Activity, Item, Module, item_event_data};
use crate::change::{Change, ChangedBy};
use crate::event::EventType;
use crate::form::FieldType;
use crate::ids::SourceId;
use crate::json::{Path, set_path};
use crate::record::RecordKey;
use crate::time::Timestamp;
use serde_json::{Map, Value, json};

impl Module {
    /// An item that the module might have: with a value of each of its fields.
    ///
    /// # Panics
    /// Never: its key is one.
    #[must_use]
    pub fn example_item(&self, now: Timestamp) -> Item {
        let mut data = Value::Object(Map::new());
        for field in &self.config.fields {
            if let Ok(path) = field.path.parse::<Path>() {
                // Of two fields that cannot both be there, one is.
                let _ = set_path(&mut data, &path, example_of(field.field_type));
            }
        }
        let data = data.as_object().cloned().unwrap_or_default();
        Item {
            key: RecordKey::new("8a25ff1d98").expect("it is short"),
            title: "ada@example.com".to_owned(),
            fields: self.config.fields_of(&data),
            data,
            version: 2,
            created_at: now,
            updated_at: now,
        }
    }

    /// Type and data of an event that a webhook might be triggered by (K14): `activity` of `item`; where none is named, its
    /// first field changed, or else it came.
    ///
    /// # Panics
    /// Never: our own types are types.
    #[must_use]
    pub fn example_event(
        &self,
        item: &Item,
        activity: Option<&Activity>,
        now: Timestamp,
    ) -> (EventType, Value) {
        let first = item.fields.keys().next();
        let updated = first.map(|field| Activity::FieldChanged { field: field.clone() });
        let activity = match activity {
            Some(Activity::ItemUpdated) => updated.unwrap_or_else(title_changed),
            Some(activity) => activity.clone(),
            None => updated.unwrap_or(Activity::ItemCreated),
        };
        let value = |field: &str| {
            if field == TITLE { Value::from(item.title.as_str()) } else { item.fields[field].clone() }
        };
        let change = |field: &str| Change { field: field.to_owned(), from: Value::Null, to: value(field) };
        let changes: Vec<_> = match &activity {
            Activity::ItemCreated => {
                std::iter::once(TITLE).chain(item.fields.keys().map(String::as_str)).map(change).collect()
            }
            Activity::FieldChanged { field } if field == TITLE || item.fields.contains_key(field) => {
                vec![change(field)]
            }
            Activity::FieldChanged { field } => {
                vec![Change { field: field.clone(), from: Value::Null, to: Value::Null }]
            }
            Activity::ItemUpdated | Activity::ItemDeleted => Vec::new(),
        };
        let event_type = activity.event_type();
        let by = ChangedBy::Source(SourceId::new(now, &[0; 10]));
        let data = item_event_data(self, item, &changes, now, &by);
        (EventType::new(event_type).expect("our own types are types"), data)
    }
}

/// What changes of an item's title are told under.
const TITLE: &str = "title";

fn title_changed() -> Activity {
    Activity::FieldChanged { field: TITLE.to_owned() }
}

fn example_of(field_type: FieldType) -> Value {
    match field_type {
        FieldType::String => json!("Bonn"),
        FieldType::Integer => json!(7),
        FieldType::Decimal => json!(12.5),
        FieldType::Datetime => json!("2026-01-31T09:00:00Z"),
        FieldType::Date => json!("2026-01-31"),
        FieldType::Time => json!("09:00"),
        FieldType::Boolean => json!(true),
        FieldType::Lookup { .. } => json!(1),
        FieldType::Json => json!({"any": "JSON"}),
        FieldType::Array { .. } => json!([]),
    }
}
