use super::item::too_large;
use super::{Item, ItemDraft, ModuleConfig};
use crate::change::{Change, diff};
use crate::error::FieldErrors;
use crate::form::says_nothing;
use crate::json;
use crate::limits::MAX_RECORD_BYTES;
use crate::time::Timestamp;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::HashSet;

/// What a draft does to the items of a module.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemChange {
    /// There is a new item.
    Created {
        /// The item.
        item: Item,
        /// All that is known of it, from `null`.
        changes: Vec<Change>,
    },
    /// An item is not what it was.
    Updated {
        /// The item as it is now.
        item: Item,
        /// What is different: the title, the module's fields by their keys, then attributes of the data that are no
        /// field, by their names. None where only the module's fields were changed since the item was kept: then it is
        /// to be kept anew, and nobody to be told.
        changes: Vec<Change>,
    },
    /// Nothing is different.
    Unchanged,
}

/// What `incoming` makes of the item of its key: a new one where there was none `before`. Of one that is there the
/// attributes that `incoming` says take the place of those before; the others stay, as messages of webhooks rarely say
/// everything. `null` is said, too.
///
/// # Errors
/// When the item would be larger than 256 KiB, by `data`.
pub fn upsert(
    before: Option<&Item>,
    incoming: ItemDraft,
    module: &ModuleConfig,
    now: Timestamp,
) -> Result<ItemChange, FieldErrors> {
    incoming.check()?;
    let ItemDraft { key, title, data: said } = incoming;
    let mut data = before.map(|before| before.data.clone()).unwrap_or_default();
    data.extend(said);
    let fields = module.fields_of(&data);
    // Several fields may repeat one value of the data.
    if json::weight_of_map(&data).max(json::weight_of_map(&fields)) > MAX_RECORD_BYTES {
        return Err(FieldErrors::of("data", too_large()));
    }
    let (version, created_at) = before.map_or((0, now), |before| (before.version, before.created_at));
    let mut item = Item { key, title, data, fields, version, created_at, updated_at: now };
    let Some(before) = before else {
        item.version += 1;
        let changes = diff(&Map::new(), &facts(&item, module));
        return Ok(ItemChange::Created { item, changes });
    };
    // By the fields that the module has now: that they were changed is no change of the item.
    let known = Item { fields: module.fields_of(&before.data), ..before.clone() };
    let changes = diff(&facts(&known, module), &facts(&item, module));
    if changes.is_empty() && diff(&before.fields, &item.fields).is_empty() {
        return Ok(ItemChange::Unchanged);
    }
    item.version += 1;
    Ok(ItemChange::Updated { item, changes })
}

/// What changes of an item are told of, by name.
fn facts(item: &Item, module: &ModuleConfig) -> Map<String, Value> {
    let mut facts = Map::from_iter([("title".to_owned(), Value::from(item.title.as_str()))]);
    facts.extend(item.fields.clone());
    let told = told_by_fields(item, module);
    let mut taken: HashSet<&str> = module.fields.iter().map(|field| field.key.as_str()).collect();
    taken.extend(["id", "title"]);
    for (name, value) in item.data.iter().filter(|(name, _)| !told.contains(name.as_str())) {
        let is_taken = taken.contains(name.as_str());
        let name = if is_taken { format!("data.{name}") } else { name.clone() };
        facts.insert(name, value.clone());
    }
    facts
}

/// Attributes of the data of which a field says all there is to say.
fn told_by_fields<'i>(item: &'i Item, module: &'i ModuleConfig) -> HashSet<Cow<'i, str>> {
    let told = module.fields.iter().filter_map(|field| {
        let (name, rest) = json::split_first(&field.path)?;
        let value = item.data.get(name.as_ref())?;
        let is_told = rest.is_empty() && (item.fields.contains_key(&field.key) || says_nothing(value));
        is_told.then_some(name)
    });
    told.collect()
}
