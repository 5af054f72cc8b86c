//! An item while it is edited, everything as typed. Each field of the module is written where it is read from: at its
//! path in the item's data.

use crate::pages::records::{as_typed, read_typed};
use domain::error::FieldErrors;
use domain::json::{Path, get_in, set_path};
use domain::lookup::LookupList;
use domain::module::{ItemDraft, ItemField, ModuleConfig, upsert};
use domain::record::{RecordKey, StoredItem};
use domain::time::Timestamp;
use serde_json::{Map, Value};

/// What is typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// What its sender calls it; only asked for of a new one.
    pub key: String,
    /// What people see of it.
    pub title: String,
    /// The module's fields, by key, in its order.
    pub values: Vec<(String, String)>,
}

impl Typed {
    /// What is stored, as if typed; the empty form of a new item.
    #[must_use]
    pub fn of(stored: Option<&StoredItem>, module: &ModuleConfig) -> Self {
        let typed = |field: &ItemField| {
            let value = stored.and_then(|stored| get_in(&stored.item.data, &field.path));
            value.map(|value| as_typed(field.field_type, value)).unwrap_or_default()
        };
        Self {
            key: stored.map(|stored| stored.item.key.to_string()).unwrap_or_default(),
            title: stored.map(|stored| stored.item.title.clone()).unwrap_or_default(),
            values: module.fields.iter().map(|field| (field.key.clone(), typed(field))).collect(),
        }
    }

    /// What is meant: of the data those attributes that were changed, as what a draft does not say stays as it is.
    ///
    /// # Errors
    /// What is wrong, by `key`, `title`, `data` or `fields.` and the field's key.
    pub fn read(
        &self,
        stored: Option<&StoredItem>,
        module: &ModuleConfig,
        lookups: &[LookupList],
    ) -> Result<ItemDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let key = RecordKey::new(self.key.as_str()).unwrap_or_else(|error| {
            errors.add("key", error.to_string());
            RecordKey::new("none").expect("a word is a key")
        });
        let known = stored.map(|stored| &stored.item);
        let before = known.map(|item| item.data.clone()).unwrap_or_default();
        let mut data = Value::Object(before.clone());
        let shown = Self::of(stored, module);
        let values = self.values.iter().zip(&shown.values);
        for (field, (typed, shown)) in module.fields.iter().zip(values) {
            // What was not touched may be something that the field does not take: it stays.
            if typed != shown
                && let Err(wrong) = put(field, &typed.1, &mut data, lookups)
            {
                errors.0.extend(wrong.0);
            }
        }
        let mut data = if let Value::Object(data) = data { data } else { Map::new() };
        data.retain(|name, value| before.get(name) != Some(value));
        let draft = ItemDraft { key, title: self.title.clone(), data };
        errors.0.extend(upsert(known, draft.clone(), module, Timestamp(0)).err().unwrap_or_default().0);
        errors.into_result().map(|()| draft)
    }
}

/// Puts what is typed for a field where the field is read from.
fn put(field: &ItemField, typed: &str, data: &mut Value, lookups: &[LookupList]) -> Result<(), FieldErrors> {
    let name = format!("fields.{}", field.key);
    let wrong = |message: String| FieldErrors::of(name.as_str(), message);
    let value = match read_typed(field.field_type, typed).map_err(wrong)? {
        Some(value) => field.field_type.read(&value, lookups, &name)?,
        // A draft takes no attribute out, and `null` says nothing.
        None => Value::Null,
    };
    let path = field.path.parse::<Path>().map_err(|error| wrong(error.to_string()))?;
    set_path(data, &path, value).map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::module::ItemChange;
    use serde_json::json;

    fn module() -> ModuleConfig {
        let field = |key: &str, field_type: &str, path: &str| json!({"key": key, "label": key, "type": field_type, "path": path});
        let fields = [
            field("city", "string", "merges.CITY"),
            field("zip", "string", "merges.ZIP"),
            field("amount", "decimal", "amount"),
            field("pieces", "integer", "pieces"),
        ];
        serde_json::from_value(json!({"name": "Orders", "fields": fields})).expect("a module")
    }

    fn stored() -> StoredItem {
        let id = uuid::Uuid::nil();
        serde_json::from_value(json!({
            "id": id, "module_id": id, "key": "7", "title": "Ada", "version": 3,
            "data": {"merges": {"CITY": "Bonn", "rest": [1]}, "amount": "1.50", "pieces": "many", "other": true},
            "fields": {"city": "Bonn", "amount": 1.5},
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        }))
        .expect("an item")
    }

    fn typed(changes: &[(&str, &str)]) -> Typed {
        let mut typed = Typed::of(Some(&stored()), &module());
        for (key, text) in changes {
            let value = typed.values.iter_mut().find(|(own, _)| own == key).expect("the field");
            (*text).clone_into(&mut value.1);
        }
        typed
    }

    #[test]
    fn k9_an_item_survives_editing_also_what_does_not_fit_its_field() {
        let draft = typed(&[]).read(Some(&stored()), &module(), &[]).expect("valid");
        assert!(draft.data.is_empty());
        let after = upsert(Some(&stored().item), draft, &module(), Timestamp(1)).expect("it fits");
        assert_eq!(after, ItemChange::Unchanged);
    }

    #[test]
    fn k9_a_field_is_written_where_it_is_read_from() {
        let read = |changes: &[(&str, &str)]| {
            let draft = typed(changes).read(Some(&stored()), &module(), &[]).expect("valid");
            json!(draft.data)
        };
        let moved = json!({"merges": {"CITY": "Rome", "rest": [1], "ZIP": "00100"}});
        assert_eq!(read(&[("city", "Rome"), ("zip", "00100")]), moved);
        assert_eq!(read(&[("amount", ""), ("pieces", "7")]), json!({"amount": null, "pieces": 7}));
        let mut new = Typed::of(None, &module());
        (new.key, new.title) = ("8".into(), "Bob".into());
        new.values[0].1 = "Oslo".into();
        let draft = new.read(None, &module(), &[]).expect("valid");
        assert_eq!((draft.key.as_str(), json!(draft.data)), ("8", json!({"merges": {"CITY": "Oslo"}})));
    }

    #[test]
    fn k9_what_is_wrong_with_an_item_stands_beside_its_field() {
        let wrong = |typed: &Typed, stored: Option<&StoredItem>| -> Vec<String> {
            let errors = typed.read(stored, &module(), &[]).err().unwrap_or_default();
            errors.0.into_iter().map(|error| error.field).collect()
        };
        assert_eq!(wrong(&Typed::of(None, &module()), None), ["key", "title"]);
        assert_eq!(wrong(&typed(&[("pieces", "some")]), Some(&stored())), ["fields.pieces"]);
        let mut plain = stored();
        plain.item.data.insert("merges".into(), json!("none"));
        assert_eq!(wrong(&typed(&[("city", "Rome")]), Some(&plain)), ["fields.city"]);
        let long = typed(&[("city", &"x".repeat(70_000))]);
        assert_eq!(wrong(&long, Some(&stored())), ["fields.city"]);
    }
}
