use super::{ITEM_CREATED, ITEM_UPDATED, Item, Module, item_event_data};
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

    /// Type and data of an event that the module's webhooks might be triggered by (K14): the first field of `item`
    /// changed; where it has none, the item came.
    ///
    /// # Panics
    /// Never: our own types are types.
    #[must_use]
    pub fn example_event(&self, item: &Item, now: Timestamp) -> (EventType, Value) {
        let (event_type, field) = match item.fields.iter().next() {
            Some((field, to)) => (ITEM_UPDATED, Some((field, to))),
            None => (ITEM_CREATED, None),
        };
        let change = |(field, to): (&String, &Value)| Change {
            field: field.clone(),
            from: Value::Null,
            to: to.clone(),
        };
        let changes: Vec<_> = field.map(change).into_iter().collect();
        let by = ChangedBy::Source(SourceId::new(now, &[0; 10]));
        let data = item_event_data(self, item, &changes, now, &by);
        (EventType::new(event_type).expect("our own types are types"), data)
    }
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
