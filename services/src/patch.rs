//! Changing part of a configuration: JSON merge patch (RFC 7396).

use crate::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// `current` with `patch` merged into it. Secrets are not in `current`, so leaving one out of the patch leaves it out of
/// the draft, which keeps it.
///
/// One thing is not as in the RFC: an object whose `type` the patch changes is replaced rather than merged, because
/// fields of the old type mean nothing in the new one.
///
/// # Errors
/// [`Error::Invalid`] when the outcome is not a `T`.
pub(crate) fn patched<T: Serialize + DeserializeOwned>(current: &T, patch: Value) -> Result<T> {
    if !patch.is_object() {
        return Err(Error::invalid("", "send a JSON object with the fields to change"));
    }
    let mut value = serde_json::to_value(current).map_err(|error| Error::Internal(error.to_string()))?;
    merge(&mut value, patch);
    serde_json::from_value(value).map_err(|error| Error::invalid("", &error.to_string()))
}

fn merge(target: &mut Value, patch: Value) {
    let Value::Object(fields) = patch else {
        *target = patch;
        return;
    };
    let is_other_type =
        fields.get("type").is_some_and(|new| target.get("type").is_some_and(|old| old != new));
    if is_other_type || !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else { return };
    for (name, value) in fields {
        match value {
            Value::Null => drop(target.shift_remove(&name)),
            value => merge(target.entry(name).or_insert(Value::Null), value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn merging_is_rfc_7396_but_for_a_changed_type() {
        for (target, patch, expected) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!({}), json!({"a": {"b": {"c": null}}}), json!({"a": {"b": {}}})),
            (
                json!({"auth": {"type": "api_key", "header": "x"}}),
                json!({"auth": {"type": "basic", "username": "u"}}),
                json!({"auth": {"type": "basic", "username": "u"}}),
            ),
            (
                json!({"auth": {"type": "basic", "username": "u"}}),
                json!({"auth": {"type": "basic", "password": "p"}}),
                json!({"auth": {"type": "basic", "username": "u", "password": "p"}}),
            ),
        ] {
            let mut merged = target.clone();
            merge(&mut merged, patch.clone());
            assert_eq!(merged, expected, "{target} + {patch}");
        }
    }

    #[test]
    fn a_patch_that_is_no_object_is_refused() {
        assert!(matches!(patched(&json!({"a": 1}), json!([1])), Err(Error::Invalid(_))));
    }
}
