use crate::ids::{EventId, RequestId};
use serde_json::Value;

/// What stands in a source's success response for what only the request knows.
#[derive(Debug, Clone, Copy)]
pub(in crate::inbound) struct AnswerIds<'a> {
    /// `[Request ID]`
    pub(in crate::inbound) request: RequestId,
    /// `[Event ID]`: of the one event that the request makes.
    pub(in crate::inbound) event: Option<EventId>,
    /// `[Record Key]`: of the one record that it is about.
    pub(in crate::inbound) record_key: Option<&'a str>,
}

impl<'a> AnswerIds<'a> {
    /// Those of a request that makes no event and is about no record.
    pub(in crate::inbound) const fn of(request: RequestId) -> Self {
        Self { request, event: None, record_key: None }
    }

    /// `body` as JSON text, its texts that are exactly a placeholder replaced. Values are put in once and not looked at
    /// again.
    pub(super) fn fill(self, body: &Value) -> String {
        if !has_placeholder(body) {
            return body.to_string();
        }
        let mut filled = body.clone();
        self.fill_in(&mut filled);
        filled.to_string()
    }

    fn fill_in(self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(put) = self.value_of(text) {
                    *value = put;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.fill_in(item)),
            Value::Object(map) => map.values_mut().for_each(|value| self.fill_in(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn value_of(self, placeholder: &str) -> Option<Value> {
        match placeholder {
            "[Request ID]" => Some(self.request.to_string().into()),
            "[Event ID]" => Some(self.event.map(|id| id.to_string()).into()),
            "[Record Key]" => Some(self.record_key.into()),
            _ => None,
        }
    }
}

fn has_placeholder(value: &Value) -> bool {
    match value {
        Value::String(text) => matches!(text.as_str(), "[Request ID]" | "[Event ID]" | "[Record Key]"),
        Value::Array(items) => items.iter().any(has_placeholder),
        Value::Object(map) => map.values().any(has_placeholder),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;
    use serde_json::json;

    #[test]
    fn a13_ids_stand_where_a_text_is_exactly_their_name() {
        let (request, event) = (RequestId::new(Timestamp(1), &[1; 10]), EventId::new(Timestamp(1), &[2; 10]));
        let ids = AnswerIds { request, event: Some(event), record_key: Some("[Event ID]") };
        for (body, expected) in [
            (json!({"id": "[Event ID]"}), json!({"id": event})),
            (json!([{"ids": ["[Request ID]", "[Event ID]"]}]), json!([{"ids": [request, event]}])),
            (json!("[Record Key]"), json!("[Event ID]")),
            (json!({"[Event ID]": 1}), json!({"[Event ID]": 1})),
            (json!("id [Event ID]"), json!("id [Event ID]")),
            (json!("[event id]"), json!("[event id]")),
            (json!("[Secret]"), json!("[Secret]")),
        ] {
            assert_eq!(ids.fill(&body), expected.to_string(), "{body}");
        }
        let none = AnswerIds::of(request).fill(&json!(["[Event ID]", "[Record Key]", "[Request ID]"]));
        assert_eq!(none, json!([null, null, request]).to_string());
    }

    #[test]
    fn numbers_beside_an_id_keep_every_digit() {
        let body: Value =
            serde_json::from_str(r#"{"n":12345678901234567890123,"id":"[Record Key]"}"#).expect("JSON");
        let filled = AnswerIds::of(RequestId::new(Timestamp(1), &[1; 10])).fill(&body);
        assert_eq!(filled, r#"{"n":12345678901234567890123,"id":null}"#);
    }
}
