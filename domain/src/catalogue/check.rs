use super::{Effect, EventDefinition};
use crate::error::FieldErrors;
use crate::form::{FieldType, check_key};
use crate::json;
use std::collections::HashSet;

const MAX_DEFINITIONS: usize = 200;
const MAX_ATTRIBUTES: usize = 100;
const MAX_DESCRIPTION_CHARS: usize = 1_000;

/// Notes everything wrong with the definitions of an account.
pub(super) fn definitions(own: &[EventDefinition], errors: &mut FieldErrors) {
    if own.len() > MAX_DEFINITIONS {
        return errors.add("events", format!("use at most {MAX_DEFINITIONS} events of your own"));
    }
    let mut types = HashSet::new();
    for (place, definition) in own.iter().enumerate() {
        if !types.insert(&definition.event_type) {
            errors
                .add(format!("{place}.event_type"), format!("`{}` is there already", definition.event_type));
        }
        if let Err(wrong) = definition.check() {
            errors.0.extend(wrong.under(&place.to_string()).0);
        }
    }
}

/// Notes everything wrong with one definition.
pub(super) fn definition(definition: &EventDefinition, errors: &mut FieldErrors) {
    json::check_name(&definition.name, "name", errors);
    json::check_text(&definition.description, MAX_DESCRIPTION_CHARS, "description", errors);
    if definition.attributes.len() > MAX_ATTRIBUTES {
        return errors.add("attributes", format!("use at most {MAX_ATTRIBUTES} attributes"));
    }
    // Beside the attributes, the data has the customer's key under this name.
    let mut keys = HashSet::from(["customer"]);
    for (place, attribute) in definition.attributes.iter().enumerate() {
        check_key(&attribute.key, &mut keys, &format!("attributes.{place}.key"), errors);
        json::check_name(&attribute.label, &format!("attributes.{place}.label"), errors);
    }
    check_effect(definition.effect, definition, errors);
}

fn check_effect(effect: Effect, definition: &EventDefinition, errors: &mut FieldErrors) {
    let Some(key) = effect.reads() else { return };
    let attribute = definition.attributes.iter().find(|attribute| attribute.key == key);
    if !attribute.is_some_and(|attribute| effect.can_read(attribute.field_type)) {
        let whole = if effect.can_read(FieldType::Decimal) { "a" } else { "a whole" };
        errors.add("effect", format!("this needs {whole} number as the attribute `{key}`"));
    }
}
