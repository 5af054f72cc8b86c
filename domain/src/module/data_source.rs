//! Data sources: sources that feed a module (K2 to K9), and how one is set up.
//!
//! It begins with the module and a source that takes everything, answers like a success and keeps only its log, so that
//! nothing is made of a message before somebody has said what its id and its title are. Then the source is set to
//! these, and what came meanwhile is taken in.

use super::ItemDraft;
use crate::blueprint::Blueprint;
use crate::error::FieldErrors;
use crate::ids::ModuleId;
use crate::inbound::InboundFacts;
use crate::mapping::{self, Mapping};
use crate::source::{FilteredAnswer, SourceAction, SourceConfig};
use serde_json::Value;

/// Names that senders give to what tells their objects apart, and to what people call these; the likeliest first.
const IDS: [&str; 8] = ["id", "_id", "uuid", "guid", "key", "number", "email", "sku"];
const TITLES: [&str; 9] =
    ["title", "name", "subject", "summary", "email", "full_name", "display_name", "label", "description"];

/// Whether a blueprint says enough, and not too much, to feed a module: those of customers' events do not.
#[must_use]
pub const fn fits_module(blueprint: &Blueprint) -> bool {
    matches!(blueprint.source.action, SourceAction::PublishEvent { .. })
}

/// A data source while it is set up, as the blueprint's sender needs it.
#[must_use]
pub fn begun(blueprint: &Blueprint, name: &str, endpoint: &str, module_id: ModuleId) -> SourceConfig {
    let mut config = SourceConfig {
        log_only: true,
        mapping: Vec::new(),
        action: SourceAction::UpsertItem { module_id },
        ..blueprint.config(name, endpoint)
    };
    // An inactive source would keep samples, too, but it answers 404 (D4), and many senders look whether an address
    // takes what they send before they save it, or give up on one that refuses them.
    config.response.filtered = FilteredAnswer::Success;
    config
}

/// Whether nobody has said yet what becomes of what is sent there.
#[must_use]
pub const fn is_set_up(config: &SourceConfig) -> bool {
    !config.log_only
}

/// The data source with what tells its items apart at `id` and what people call them at `title`: paths in each object
/// that is sent. What else is mapped stays.
#[must_use]
pub fn finished(mut config: SourceConfig, id: &str, title: &str) -> SourceConfig {
    config.log_only = false;
    let row = |from: &str, to: &str| Mapping {
        from: from.trim().to_owned(),
        to: to.to_owned(),
        ..Mapping::default()
    };
    let others = config.mapping.into_iter().filter(|row| row.to != "id" && row.to != "title");
    config.mapping = [row(id, "id"), row(title, "title")].into_iter().chain(others).collect();
    config
}

/// Where the id and the title are by now; empty where nobody has said.
#[must_use]
pub fn mapped_to(config: &SourceConfig) -> (String, String) {
    let from = |to: &str| {
        let row = config.mapping.iter().find(|row| row.to == to);
        row.map(|row| row.from.clone()).unwrap_or_default()
    };
    (from("id"), from("title"))
}

/// The objects of a body: itself, or the elements of the array that it is (D12).
#[must_use]
pub fn objects(body: &Value) -> Vec<&Value> {
    match body {
        Value::Array(elements) => elements.iter().filter(|element| element.is_object()).collect(),
        Value::Object(_) => vec![body],
        _ => Vec::new(),
    }
}

/// Where id and title of an object probably are: at its top, or one step below.
#[must_use]
pub fn guessed(object: &Value) -> (String, String) {
    (likeliest(object, &IDS), likeliest(object, &TITLES))
}

fn likeliest(object: &Value, names: &[&str]) -> String {
    let is_plain = |value: &Value| value.is_string() || value.is_number();
    let among = |map: &serde_json::Map<String, Value>| {
        let known = |name: &&&str| map.get(**name).is_some_and(is_plain);
        names.iter().find(known).map(|name| (*name).to_owned())
    };
    let Some(top) = object.as_object() else { return String::new() };
    among(top)
        .or_else(|| {
            let below = top.iter().filter_map(|(key, value)| Some((key, value.as_object()?)));
            let mut found = below.filter_map(|(key, map)| among(map).map(|name| format!("{key}.{name}")));
            found.next()
        })
        .unwrap_or_default()
}

/// What the data source makes of a body that came while it was set up: of each object that passes its filter an item, or
/// what is wrong with it by `id`, `title` or the attribute's name.
#[must_use]
pub fn items_of(
    config: &SourceConfig,
    headers: &[(String, String)],
    body: &Value,
) -> Vec<Result<ItemDraft, FieldErrors>> {
    if config.log_only {
        return Vec::new();
    }
    let passes = |object: &&&Value| {
        let facts = InboundFacts::new(headers, object, config.verification.masked_header());
        config.filter.as_ref().is_none_or(|filter| filter.passes(&facts))
    };
    objects(body).iter().filter(passes).map(|object| item_of(config, object)).collect()
}

fn item_of(config: &SourceConfig, object: &Value) -> Result<ItemDraft, FieldErrors> {
    let mapped =
        mapping::apply(&config.mapping, object).map_err(|error| FieldErrors::of("id", error.to_string()))?;
    let mut draft = ItemDraft::from_mapped(&mapped)?;
    let mut data = object.as_object().cloned().unwrap_or_default();
    data.extend(std::mem::take(&mut draft.data));
    draft.data = data;
    draft.check().map(|()| draft)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::{blueprint, blueprints};
    use serde_json::json;
    use uuid::Uuid;

    fn begin(key: &str) -> SourceConfig {
        begun(blueprint(key).expect("a blueprint"), "Subscribers", "subscribers", ModuleId(Uuid::nil()))
    }

    #[test]
    fn k2_every_sender_that_fits_can_be_begun_and_finished() {
        for blueprint in blueprints().iter().filter(|blueprint| fits_module(blueprint)) {
            let config = begun(blueprint, "A", "a", ModuleId(Uuid::nil()));
            assert_eq!(config.check(), Ok(()), "{}", blueprint.key);
            assert!(!is_set_up(&config), "{}", blueprint.key);
            let finished = finished(config, "data.id", "data.email");
            assert_eq!((finished.check(), is_set_up(&finished)), (Ok(()), true), "{}", blueprint.key);
            assert_eq!(finished.filter, blueprint.source.filter);
            assert_eq!(mapped_to(&finished), ("data.id".to_owned(), "data.email".to_owned()));
        }
    }

    #[test]
    fn k4_nothing_is_made_of_what_comes_while_it_is_set_up() {
        let config = begin("blank");
        let body = json!({"id": 1, "name": "Ada"});
        assert_eq!(items_of(&config, &[], &body), []);
        assert_eq!(config.response.filtered, FilteredAnswer::Success);
        assert_eq!(mapped_to(&config), (String::new(), String::new()));
    }

    #[test]
    fn k7_what_came_becomes_items_once_id_and_title_are_known() {
        let config = finished(begin("blank"), "user.id", "user.email");
        let body = json!([
            {"user": {"email": "b@example.com"}},
            {"user": {"id": 7, "email": "a@example.com"}, "n": 1},
            "no object",
        ]);
        let [wrong, item] = items_of(&config, &[], &body).try_into().expect("one of each object");
        assert_eq!(wrong.expect_err("it has no id").0[0].field, "id");
        let item = item.expect("it fits beside one that does not");
        assert_eq!((item.key.as_str(), item.title.as_str()), ("7", "a@example.com"));
        assert_eq!(item.data.get("n"), Some(&json!(1)));
    }

    #[test]
    fn k7_ids_and_titles_are_guessed() {
        for (object, id, title) in [
            (json!({"id": 1, "name": "Ada"}), "id", "name"),
            (json!({"type": "subscribe", "data": {"id": "x", "email": "e"}}), "data.id", "data.email"),
            (json!({"id": {"a": 1}, "email": "e"}), "email", "email"),
            (json!({"n": 1}), "", ""),
            (json!([1]), "", ""),
        ] {
            assert_eq!(guessed(&object), (id.to_owned(), title.to_owned()), "{object}");
        }
    }

    #[test]
    fn k7_setting_it_up_again_keeps_what_else_is_set() {
        let mut config = finished(begin("mailchimp"), "data.id", "data.email");
        config.mapping.push(Mapping { from: "type".into(), to: "data.kind".into(), ..Mapping::default() });
        let filter = config.filter.clone();
        let again = finished(config, "data.email", "data.email");
        assert_eq!((again.mapping.len(), again.filter), (3, filter));
    }
}
