use super::element::{Element, Made, examine};
use super::element_results::ElementResults;
use super::pipeline::{array, refusal};
use super::{Decision, Outcome, parse_body};
use crate::activity::RequestDetail;
use crate::ids::{ItemId, ModuleId};
use crate::limits::MAX_ELEMENTS;
use crate::record::{Intent, RecordKey, Rules};
use crate::source::{ContentType, RoutedSource, SourceAction};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a source as it is set up now makes of the body of a request that came earlier: for whoever asks why it ended as
/// it did, and what would become of it today. Who sent it, what depends on records, and what was sent before are not
/// looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Review {
    /// How it would end. An array of which no element would be taken ends as its first one.
    pub outcome: Outcome,
    /// The criterion that fails, the mapping row that cannot be applied, what does not fit.
    pub explanation: Option<String>,
    /// What the mapping makes of it: the data of the event; `customer` and `attributes`; `id`, `title` and `data` of an
    /// item. `null` where it comes to nothing, and of an array.
    pub result: Option<Value>,
    /// The module whose items the elements are.
    pub module_id: Option<ModuleId>,
    /// What became of each element, in order, where the body is an array that the source takes (D12).
    pub elements: Vec<ElementReview>,
}

/// What became of one element of an array (D12).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ElementReview {
    /// Its place, from 0.
    pub index: usize,
    /// How it ended; how it would end now where the log does not say.
    pub outcome: Outcome,
    /// Whether the log says so.
    pub was_logged: bool,
    /// Why it was not taken, as far as that shows in it and still holds.
    pub explanation: Option<String>,
    /// What its item is called by its sender.
    pub key: Option<RecordKey>,
    /// The item of that key, if there is one.
    pub item_id: Option<ItemId>,
}

/// What `source` makes of `request`, which it got earlier; `None` where its body is not kept any more. Ids of items are
/// left to the caller.
#[must_use]
pub fn review(source: &RoutedSource, rules: &Rules, request: &RequestDetail) -> Option<Review> {
    let headers = &request.headers;
    let content_type = ContentType::declared(headers).unwrap_or_default();
    let mut body = match parse_body(content_type, request.body.as_ref()?.as_bytes()) {
        Ok(body) => body,
        Err(error) => return Some(refused(*refusal::unparsed(source, &error))),
    };
    source.config.verification.mask_body(&mut body);
    match (body, &source.config.action) {
        (Value::Array(elements), SourceAction::UpsertItem { .. }) if elements.len() > MAX_ELEMENTS => {
            Some(refused(*refusal::too_many(source, elements.len())))
        }
        (Value::Array(elements), SourceAction::UpsertItem { module_id }) => {
            let elements = array::examine_each(source, rules, headers, elements);
            Some(of_array(elements, *module_id, request.request.explanation.as_deref()))
        }
        (body, _) => Some(of_object(examine(source, rules, headers, body, None))),
    }
}

fn refused(decision: Decision) -> Review {
    Review {
        outcome: decision.outcome,
        explanation: decision.explanation,
        result: None,
        module_id: None,
        elements: Vec::new(),
    }
}

fn of_object(element: Element) -> Review {
    Review {
        outcome: element.outcome,
        result: element.made.as_ref().and_then(result),
        explanation: element.explanation,
        module_id: None,
        elements: Vec::new(),
    }
}

fn of_array(elements: Vec<Element>, module: ModuleId, logged: Option<&str>) -> Review {
    let is_any_taken = elements.iter().any(Element::is_taken);
    let refused = elements.first().filter(|_| !is_any_taken);
    let (outcome, explanation) = match refused {
        Some(first) => (first.outcome, first.explanation.clone()),
        None => (Outcome::Accepted, None),
    };
    let logged = logged.and_then(|text| text.parse::<ElementResults>().ok());
    let logged = logged.filter(|results| results.count == elements.len());
    let of_element = |(index, element): (usize, Element)| {
        let outcome = logged.as_ref().map_or(element.outcome, |results| results.outcome(index));
        ElementReview {
            index,
            outcome,
            was_logged: logged.is_some(),
            key: element.made.as_ref().and_then(key),
            explanation: element.explanation.filter(|_| outcome == element.outcome),
            item_id: None,
        }
    };
    let elements = elements.into_iter().enumerate().map(of_element).collect();
    Review { outcome, explanation, result: None, module_id: Some(module), elements }
}

fn result(made: &Made) -> Option<Value> {
    match made {
        Made::Event(_, data) => serde_json::from_str(data.get()).ok(),
        Made::Wanted(Intent::CustomerEvent { event, .. }) => {
            Some(json!({"customer": event.key, "attributes": event.attributes}))
        }
        Made::Wanted(Intent::ItemUpsert { draft, .. }) => {
            Some(json!({"id": draft.key, "title": draft.title, "data": draft.data}))
        }
        // No source wants this.
        Made::Wanted(
            Intent::CustomerEdit { .. } | Intent::CustomerRemoval { .. } | Intent::ItemRemoval { .. },
        ) => None,
    }
}

fn key(made: &Made) -> Option<RecordKey> {
    match made {
        Made::Wanted(intent) => Some(intent.key().clone()),
        Made::Event(..) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{Count, RequestRow};
    use crate::form::Form;
    use crate::ids::{RequestId, SourceId};
    use crate::module::Module;
    use crate::source::SourceState;
    use crate::time::Timestamp;

    const NOW: Timestamp = Timestamp(1_790_000_000_123);

    fn source(changes: &Value) -> RoutedSource {
        let mut config = json!({
            "name": "Shop", "endpoint": "shop", "action": {"type": "publish_event", "event_type": "a.b"},
        });
        for (name, change) in changes.as_object().expect("changes are an object") {
            config[name.as_str()] = change.clone();
        }
        RoutedSource {
            id: SourceId::new(NOW, &[8; 10]),
            state: SourceState::Active,
            config: serde_json::from_value(config).expect("a source"),
            previous_secret: None,
            capture_until: Timestamp(0),
        }
    }

    fn request(body: Option<&str>, explanation: Option<&str>) -> RequestDetail {
        let request = RequestRow {
            id: RequestId::new(NOW, &[7; 10]),
            received_at: NOW,
            source_id: Some(SourceId::new(NOW, &[8; 10])),
            method: "POST".to_owned(),
            path: "/in/a/shop".to_owned(),
            status: 200,
            outcome: Outcome::Accepted,
            explanation: explanation.map(ToOwned::to_owned),
            duration_us: 1,
            body_bytes: 1,
            replay_of: None,
            replay_id: None,
        };
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        RequestDetail {
            request,
            headers,
            body: body.map(ToOwned::to_owned),
            response: String::new(),
            events: Vec::new(),
            replays: Count { count: 0, more: false },
        }
    }

    #[test]
    fn a24_the_criterion_that_fails_and_what_the_mapping_makes_are_told() {
        let shop = source(&json!({
            "filter": {"path": "body.n", "op": "greater_than", "value": 5},
            "mapping": [{"from": "n", "to": "data.count"}],
        }));
        let made = |body: Option<&str>| review(&shop, &Rules::default(), &request(body, None));
        let passing = made(Some(r#"{"n": 7}"#)).expect("a review");
        assert_eq!((passing.outcome, passing.result), (Outcome::Accepted, Some(json!({"count": 7}))));
        let failing = made(Some(r#"{"n": 3}"#)).expect("a review");
        assert_eq!((failing.outcome, failing.result), (Outcome::Filtered, None));
        assert!(
            failing.explanation.is_some_and(|why| why.starts_with("`body.n` ") && why.contains("it is 3"))
        );
        for (body, expected) in
            [("{'n': 7}", Outcome::InvalidJson), ("[1]", Outcome::NotAnObject), ("", Outcome::InvalidJson)]
        {
            assert_eq!(made(Some(body)).map(|review| review.outcome), Some(expected), "{body}");
        }
        assert_eq!(made(None), None, "its body is gone");
    }

    /// What is told of each element: outcome, whether the log says so, whether it says why, its key.
    fn told(explanation: Option<&str>) -> Vec<(Outcome, bool, bool, Option<String>)> {
        let module: Module = serde_json::from_value(json!({
            "id": ModuleId::new(NOW, &[6; 10]), "version": 1, "name": "Subscribers",
            "created_at": "2026-11-28T00:00:00Z", "updated_at": "2026-11-28T00:00:00Z",
        }))
        .expect("a module");
        let feeding = source(&json!({
            "action": {"type": "upsert_item", "module_id": module.id},
            "filter": {"path": "body.title", "op": "exists"},
        }));
        let rules = Rules::new(Vec::new(), Form::of_customers(), Vec::new(), vec![module.clone()]);
        let body = r#"[{"id": 1, "title": "One"}, {"id": 2}, {"id": 3, "title": "Three"}]"#;
        let review = review(&feeding, &rules, &request(Some(body), explanation)).expect("a review");
        assert_eq!((review.outcome, review.module_id), (Outcome::Accepted, Some(module.id)));
        let told = |element: ElementReview| {
            let key = element.key.map(|key| key.as_str().to_owned());
            (element.outcome, element.was_logged, element.explanation.is_some(), key)
        };
        review.elements.into_iter().map(told).collect()
    }

    #[test]
    fn d12_each_element_is_told_as_it_was_logged_or_else_as_it_would_end() {
        use Outcome::{Accepted, Filtered, RecordRefused};
        let key = |key: &str| Some(key.to_owned());
        let logged = told(Some("1 of 3 elements were taken; filtered: 1; record_refused: 2"));
        let expected = [
            (Accepted, true, false, key("1")),
            (Filtered, true, true, None),
            // What its item was like is not known any more.
            (RecordRefused, true, false, key("3")),
        ];
        assert_eq!(logged, expected);
        let now = [
            (Accepted, false, false, key("1")),
            (Filtered, false, true, None),
            (Accepted, false, false, key("3")),
        ];
        for other in [None, Some("duplicate of 1"), Some("1 of 2 elements were taken; filtered: 1")] {
            assert_eq!(told(other), now, "{other:?}");
        }
    }
}
