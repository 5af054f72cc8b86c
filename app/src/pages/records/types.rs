//! Types of fields as a person chooses them. In menus each is the JSON that it is.

use domain::form::FieldType;
use domain::ids::LookupListId;
use serde_json::Value;

/// The word that stands for a type in a menu.
#[must_use]
pub fn type_word(field_type: FieldType) -> String {
    serde_json::to_string(&field_type).unwrap_or_default()
}

/// The type of a word; a text for a word that is none.
#[must_use]
pub fn type_of(word: &str) -> FieldType {
    serde_json::from_str(word).unwrap_or(FieldType::String)
}

/// The types there are: the plain ones, one for each lookup list, and the one that is chosen already.
#[must_use]
pub fn type_choices(lists: &[(LookupListId, String)], chosen: &str) -> Vec<(String, String)> {
    let plain = FieldType::PLAIN.iter().map(|plain| (type_word(*plain), plain.label().to_owned()));
    let lookups = lists.iter().map(|(list, name)| {
        let lookup = FieldType::Lookup { list: *list };
        (type_word(lookup), format!("{}: {name}", lookup.label()))
    });
    let mut choices: Vec<_> = plain.chain(lookups).collect();
    if choices.iter().all(|(word, _)| word != chosen) {
        choices.push((chosen.to_owned(), type_of(chosen).label().to_owned()));
    }
    choices
}

/// What a value of a sample probably is. A whole number is taken for a decimal one that happens to be whole: a price of 12
/// is followed by one of 12.50, which a field for whole numbers would not take.
#[must_use]
pub fn guessed(value: &Value) -> FieldType {
    let plain = [FieldType::Datetime, FieldType::Date, FieldType::Time];
    match value {
        Value::Bool(_) => FieldType::Boolean,
        Value::Number(_) => FieldType::Decimal,
        Value::String(_) => {
            plain.into_iter().find(|own| own.read(value, &[], "").is_ok()).unwrap_or(FieldType::String)
        }
        Value::Array(values) if values.iter().all(|value| !value.is_array() && !value.is_object()) => {
            FieldType::Array { of: domain::form::Scalar::Any }
        }
        Value::Null => FieldType::String,
        Value::Array(_) | Value::Object(_) => FieldType::Json,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn k9_types_are_guessed_from_samples() {
        for (value, expected) in [
            (json!("Bonn"), FieldType::String),
            (json!("53111"), FieldType::String),
            (json!(7), FieldType::Decimal),
            (json!(7.5), FieldType::Decimal),
            (json!(true), FieldType::Boolean),
            (json!("2026-01-31"), FieldType::Date),
            (json!("2026-01-31T09:00:00Z"), FieldType::Datetime),
            (json!("09:00"), FieldType::Time),
            (json!({"a": 1}), FieldType::Json),
            (json!(null), FieldType::String),
        ] {
            assert_eq!(guessed(&value), expected, "{value}");
        }
    }

    #[test]
    fn t27_every_type_survives_its_menu() {
        let list = LookupListId(uuid::Uuid::nil());
        let named = [(list, "Parts of the day".to_owned())];
        for field_type in FieldType::PLAIN.into_iter().chain([FieldType::Lookup { list }]) {
            let word = type_word(field_type);
            assert_eq!(type_of(&word), field_type);
            let choices = type_choices(&named, &word);
            assert_eq!(choices.iter().filter(|(own, _)| *own == word).count(), 1, "{word}");
        }
        let rare = r#"{"array":{"of":"date"}}"#;
        assert!(type_choices(&[], rare).iter().any(|(word, _)| word == rare));
    }
}
