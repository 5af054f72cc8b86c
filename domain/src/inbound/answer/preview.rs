use super::{AnswerIds, complaint_of_body, complaint_of_element, counts, error_response, success};
use crate::ids::{EventId, RequestId};
use crate::inbound::{Element, Outcome, Response};
use crate::record::Effected;
use crate::source::{FilteredAnswer, ResponsePolicy};

/// What a sample comes to, for a preview of what its sender would be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previewed {
    /// Stands for `[Request ID]`, and for the event's id.
    pub request: RequestId,
    /// How its object ends; the elements of an array end each by itself.
    pub ending: Ending,
}

/// How a sample ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// One object, taken: the key of the record that it is about, where it is about one.
    Taken {
        /// Stands for `[Record Key]`.
        record_key: Option<String>,
    },
    /// One object, refused.
    Refused(Outcome),
    /// The elements of an array that the source takes (D12), each as it ends; those that are taken as new items.
    Elements(Vec<Outcome>),
}

/// What the sender of a request is answered that comes to what `previewed` says, by the functions that answer it.
#[must_use]
pub fn preview(policy: &ResponsePolicy, previewed: &Previewed) -> Response {
    let none = AnswerIds::of(previewed.request);
    let refused = |outcome: Outcome, complaint: super::Complaint<'_>| {
        if outcome == Outcome::Filtered && policy.filtered == FilteredAnswer::Success {
            success(policy, none)
        } else {
            error_response(policy, outcome, &complaint)
        }
    };
    match &previewed.ending {
        Ending::Taken { record_key } => {
            let event = Some(EventId(previewed.request.0));
            success(policy, AnswerIds { event, record_key: record_key.as_deref(), ..none })
        }
        Ending::Refused(outcome) => refused(*outcome, complaint_of_body(*outcome)),
        Ending::Elements(outcomes) => match outcomes.first() {
            Some(first) if !outcomes.iter().any(|outcome| outcome.is_taken()) => {
                refused(*first, complaint_of_element(*first))
            }
            _ => counts(policy, none, &outcomes.iter().map(|outcome| element(*outcome)).collect::<Vec<_>>()),
        },
    }
}

fn element(outcome: Outcome) -> Element {
    let effected = outcome.is_taken().then_some(Effected::Created);
    Element { effected, ..Element::rejected(outcome, None) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;
    use serde_json::{Value, json};

    fn answered(policy: &Value, ending: Ending) -> (u16, Value) {
        let policy: ResponsePolicy = serde_json::from_value(policy.clone()).expect("a policy");
        let request = RequestId::new(Timestamp(1), &[1; 10]);
        let Response { status, body } = preview(&policy, &Previewed { request, ending });
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    #[test]
    fn a13_d3_what_a_sample_would_be_answered_is_previewed() {
        let request = RequestId::new(Timestamp(1), &[1; 10]);
        let own = json!({"success": {"id": "[Event ID]", "key": "[Record Key]"}, "success_status": 202,
            "error": {"done": false}, "error_status": 400});
        let taken = || Ending::Taken { record_key: Some("C-7".to_owned()) };
        assert_eq!(answered(&json!({}), taken()), (200, json!({"ok": true})));
        assert_eq!(answered(&own, taken()), (202, json!({"id": request, "key": "C-7"})));
        let filtered = || Ending::Refused(Outcome::Filtered);
        assert_eq!(answered(&own, filtered()), (400, json!({"done": false})));
        let (status, body) = answered(&json!({}), filtered());
        assert_eq!((status, &body["code"]), (422, &json!("filtered")));
        let quiet = json!({"filtered": "success", "success_status": 204});
        assert_eq!(answered(&quiet, filtered()), (204, Value::Null));
        assert_eq!(answered(&quiet, Ending::Refused(Outcome::RecordRefused)).0, 422);
    }

    #[test]
    fn d12_the_preview_of_an_array_counts_its_elements() {
        use Outcome::{Accepted, Filtered};
        let (status, body) = answered(&json!({}), Ending::Elements(vec![Accepted, Filtered, Accepted]));
        let counted = (&body["accepted"], &body["rejected"], &body["created"], &body["errors"][0]["index"]);
        assert_eq!((status, counted), (200, (&json!(2), &json!(1), &json!(2), &json!(1))));
        assert_eq!(answered(&json!({}), Ending::Elements(vec![Filtered])).1["code"], "filtered");
        assert_eq!(answered(&json!({}), Ending::Elements(Vec::new())).1["accepted"], 0);
    }
}
