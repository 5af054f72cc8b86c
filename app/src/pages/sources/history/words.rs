//! What parts of a source are called, and what they were and are, as people read it.

use crate::pages::activity::Names;
use crate::pages::records::in_short;
use domain::ids::ModuleId;
use domain::source::RevisionCause;
use serde_json::Value;

/// What a secret is, where there is one.
const MASK: &str = "***";

/// What was done.
pub fn cause_words(cause: RevisionCause) -> String {
    match cause {
        RevisionCause::HistoryBegan => "When its history began".to_owned(),
        RevisionCause::Created => "Created".to_owned(),
        RevisionCause::Duplicated(_) => "Duplicated".to_owned(),
        RevisionCause::Updated => "Changed".to_owned(),
        RevisionCause::Restored(number) => format!("Restored revision {number}"),
        RevisionCause::Activated => "Set active".to_owned(),
        RevisionCause::Deactivated => "Set inactive".to_owned(),
        RevisionCause::Archived => "Archived".to_owned(),
    }
}

/// What the part of a source at `field` is called.
pub fn label(field: &str) -> String {
    if let Some(filled) = field.strip_prefix("mapping.") {
        return format!("Mapping to {filled}");
    }
    if let Some(part) = field.strip_prefix("verification.").filter(|part| *part != "type") {
        return format!("Verification, {}", part.replace(['_', '.'], " "));
    }
    let known = match field {
        "state" => "State",
        "name" => "Name",
        "endpoint" => "Endpoint",
        "method" => "Request method",
        "content_types" => "Bodies it takes",
        "handshake" => "Handshake",
        "verification.type" => "Verification",
        "filter" => "Filter",
        "mapping" => "Order of the mapping",
        "action.type" => "Action",
        "action.event_type" => "Event type",
        "action.module_id" => "Module",
        "response.success" => "Success response",
        "response.success_status" => "Success status",
        "response.error" => "Error response",
        "response.error_status" => "Error status",
        "response.filtered" => "Answer to filtered requests",
        "idempotency_key" => "Idempotency key",
        "per_second" => "Requests per second",
        "blueprint" => "Blueprint",
        other => other,
    };
    known.to_owned()
}

/// What a part of a source was or is; nothing where it is not set.
pub fn value_words(field: &str, value: &Value, modules: &Names<ModuleId>) -> Option<String> {
    match (field, value) {
        (_, Value::Null) => None,
        ("action.module_id", Value::String(id)) => {
            Some(id.parse().map_or_else(|_| id.clone(), |id| modules.of(id)))
        }
        (
            "state"
            | "handshake"
            | "verification.type"
            | "verification.signed"
            | "action.type"
            | "response.filtered",
            Value::String(word),
        ) => Some(word.replace('_', " ")),
        (_, Value::String(text)) if text == MASK => Some("a secret".to_owned()),
        (_, Value::String(text)) => Some(text.clone()),
        (_, other) => Some(in_short(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a16_parts_and_values_are_told_in_words() {
        for (field, expected) in [
            ("mapping.data.points", "Mapping to data.points"),
            ("mapping", "Order of the mapping"),
            ("verification.type", "Verification"),
            ("verification.timestamp.tolerance_s", "Verification, timestamp tolerance s"),
            ("response.error_status", "Error status"),
            ("something.new", "something.new"),
        ] {
            assert_eq!(label(field), expected);
        }
        let id: ModuleId = "00000000-0001-7101-8101-010101010101".parse().expect("an id");
        let modules = Names(vec![(id, "Orders".to_owned())]);
        for (field, value, expected) in [
            ("name", json!(null), None),
            ("name", json!("my_shop"), Some("my_shop")),
            ("verification.type", json!("header_token"), Some("header token")),
            ("verification.token", json!("***"), Some("a secret")),
            ("action.module_id", json!(id), Some("Orders")),
            ("content_types", json!(["json", "form"]), Some("json, form")),
            ("per_second", json!(5), Some("5")),
        ] {
            assert_eq!(value_words(field, &value, &modules).as_deref(), expected, "{field}");
        }
    }
}
