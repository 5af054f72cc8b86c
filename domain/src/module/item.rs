use super::ModuleConfig;
use crate::error::FieldErrors;
use crate::form::{FieldType, check_texts, says_nothing};
use crate::json;
use crate::limits::{MAX_INDEXED_BYTES, MAX_RECORD_BYTES};
use crate::mapping::event_data;
use crate::record::RecordKey;
use crate::search::{Term, Terms};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A record of a module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Item {
    /// What its sender calls it; unique in the module.
    pub key: RecordKey,
    /// What people see of it in lists, at most 512 bytes.
    pub title: String,
    /// All that its messages said, the newest of each attribute; at most 256 KiB.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub data: Map<String, Value>,
    /// The module's fields as its data has them, each of its type; without those that the data does not have.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub fields: Map<String, Value>,
    /// Counts its changes, from 1; a write that names an older one is refused.
    pub version: i64,
    /// When it came.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Item {
    /// By what it is found (D28): key, title and the module's fields, at most 64.
    #[must_use]
    pub fn search_terms(&self) -> Vec<Term> {
        let mut terms = Terms::default();
        terms.add("key", self.key.as_str());
        terms.add("title", &self.title);
        for (key, value) in &self.fields {
            terms.add_value(key, value);
        }
        terms.into_vec()
    }
}

/// What a message, a member or a machine says of an item. Attributes that are left out of the data stay as they are in
/// an item that is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemDraft {
    /// What its sender calls it.
    pub key: RecordKey,
    /// What people see of it in lists.
    pub title: String,
    /// What else is said.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub data: Map<String, Value>,
}

impl ItemDraft {
    /// Reads what [`crate::mapping::apply`] made of a message: `id` becomes the key and `title` the title, both a text or
    /// number (K7). The rest is the data: what stands under `data`, and what stands beside it, as in an event. A title of
    /// more than 512 bytes is shortened.
    ///
    /// # Errors
    /// What is missing or does not fit, by `id`, `title` or the attribute's name.
    pub fn from_mapped(mapped: &Value) -> Result<Self, FieldErrors> {
        let mut rest = mapped.as_object().cloned().unwrap_or_default();
        let (id, title) = (rest.shift_remove("id"), rest.shift_remove("title"));
        let mut errors = FieldErrors::default();
        let key = RecordKey::try_from(id.as_ref().unwrap_or(&Value::Null));
        if let Err(error) = key {
            errors.add("id", error.to_string());
        }
        let title = title.as_ref().filter(|title| !says_nothing(title)).and_then(json::text_of);
        if title.is_none() {
            errors.add("title", "an item needs a text or number as its title");
        }
        let data = match event_data(Value::Object(rest)) {
            Value::Object(data) => data,
            // A plain value was mapped to `data` itself.
            plain => Map::from_iter([("data".to_owned(), plain)]),
        };
        let (Ok(key), Some(title)) = (key, title) else { return Err(errors) };
        let draft = Self { key, title: shortened(title), data };
        draft.check().map(|()| draft)
    }

    /// Checks what its type does not say: a title of 1 to 512 bytes, data of at most 256 KiB, texts of at most 64 KiB
    /// without NUL.
    ///
    /// # Errors
    /// What is wrong, by `title`, `data` or the attribute's name.
    pub fn check(&self) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        if self.title.trim().is_empty() || self.title.len() > MAX_INDEXED_BYTES || self.title.contains('\0') {
            errors.add("title", format!("use 1 to {MAX_INDEXED_BYTES} bytes, without NUL"));
        }
        for (name, value) in &self.data {
            let fits = name.len() <= MAX_INDEXED_BYTES && !name.contains('\0');
            let fits =
                if fits { check_texts(value) } else { Err("this name is too long or has a NUL".into()) };
            if let Err(message) = fits {
                errors.add(name, message);
            }
        }
        if json::weight_of_map(&self.data) > MAX_RECORD_BYTES {
            errors.add("data", too_large());
        }
        errors.into_result()
    }
}

/// The first 512 bytes of a title, of which the last say that there was more.
fn shortened(title: &str) -> String {
    const MORE: &str = "…";
    if title.len() <= MAX_INDEXED_BYTES {
        return title.to_owned();
    }
    let end = title.floor_char_boundary(MAX_INDEXED_BYTES - MORE.len());
    format!("{}{MORE}", &title[..end])
}

pub(super) fn too_large() -> String {
    format!("an item has at most {} KiB", MAX_RECORD_BYTES / 1024)
}

impl ModuleConfig {
    /// The module's fields as `data` has them, in the module's order. What the data does not have, or has as something
    /// that is not of the field's type, is left out.
    #[must_use]
    pub fn fields_of(&self, data: &Map<String, Value>) -> Map<String, Value> {
        let read = self.fields.iter().filter_map(|field| {
            let value = json::get_in(data, &field.path).filter(|value| !says_nothing(value))?;
            let field_type = match field.field_type {
                FieldType::Lookup { .. } => FieldType::Integer,
                other => other,
            };
            Some((field.key.clone(), field_type.read(value, &[], &field.key).ok()?))
        });
        read.collect()
    }
}
