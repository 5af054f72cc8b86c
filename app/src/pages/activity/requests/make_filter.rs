//! "Create filter from this": criteria that a request meets, to be added to the filter of its source. A plain form, so
//! that it works before the page is alive; what is chosen goes to the source's page in its address.

use crate::components::json::{join, shortened};
use crate::components::{Glyph, Icon, Note, Panel, Tone};
use crate::here::Here;
use crate::pages::sources::{MAX_ASKED_BYTES, is_askable};
use domain::account::Permission;
use domain::activity::RequestDetail;
use domain::filter::{Criterion, Operator};
use domain::header::MASK;
use domain::inbound::parse_body;
use domain::source::ContentType;
use leptos::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;

/// Most leaves that are offered of a body.
const MAX_LEAVES: usize = 200;
/// Most elements of one list that are offered.
const MAX_ITEMS: usize = 20;

/// A value of a request, and where a filter finds it.
#[derive(Debug, PartialEq)]
struct Leaf {
    path: String,
    value: Value,
}

/// The values of a request to choose from, each as "equals" and as "exists".
#[component]
pub fn MakeFilter(
    /// The request.
    detail: RequestDetail,
) -> impl IntoView {
    let Some(source) = detail.request.source_id else {
        return view! {
            <Note tone=Tone::Neutral>"It was for no source, so there is no filter to add to."</Note>
        }
        .into_any();
    };
    if !Here::may(Permission::EditSources) {
        return view! {
            <Note tone=Tone::Neutral glyph=Glyph::Lock>"Filters are edited by admins and owners."</Note>
        }
        .into_any();
    }
    let leaves = leaves(&detail);
    if leaves.is_empty() {
        return view! {
            <Note tone=Tone::Neutral glyph=Glyph::Hourglass>"What it carried has been deleted."</Note>
        }
        .into_any();
    }
    view! {
        <form method="get" action=Here::path(&format!("sources/{source}"))>
            <input type="hidden" name="sample" value=detail.request.id.to_string()/>
            <Panel
                title="Create filter from this"
                about="Choose what requests have to meet. It is added to the filter of the source, and nothing is saved before you say so there."
            >
                <table class="list">
                    <thead><tr><th>"Attribute"</th><th>"Value"</th><th>"Equals this"</th><th>"Exists"</th></tr></thead>
                    <tbody>{leaves.into_iter().map(|leaf| view! { <LeafRow leaf/> }).collect_view()}</tbody>
                </table>
            </Panel>
            <button type="submit" class="btn btn-sm btn-primary mt-4">
                <Icon glyph=Glyph::ListFilter/> "Create filter from this"
            </button>
        </form>
    }
    .into_any()
}

#[component]
fn LeafRow(leaf: Leaf) -> impl IntoView {
    let short = shortened(&leaf.value);
    let equals = asked(&leaf, Operator::Equals);
    let exists = asked(&leaf, Operator::Exists);
    let choice = |asked: Option<String>, label: String| {
        asked.map(|criterion| {
            view! {
                <input type="checkbox" class="checkbox checkbox-xs" name="criteria" value=criterion aria-label=label/>
            }
        })
    };
    view! {
        <tr>
            <td class="cell-main font-mono text-xs break-all">{leaf.path.clone()}</td>
            <td class="cell-block font-mono text-xs break-all">{short.clone()}</td>
            <td data-label="Equals this">{choice(equals, format!("{} equals {short}", leaf.path))}</td>
            <td data-label="Exists">{choice(exists, format!("{} exists", leaf.path))}</td>
        </tr>
    }
    .into_any()
}

/// A criterion as the source's page is asked for it; `None` where it would not take it, or a secret stood there.
fn asked(leaf: &Leaf, op: Operator) -> Option<String> {
    if op == Operator::Equals && leaf.value == MASK {
        return None;
    }
    let criterion = Criterion::new(leaf.path.as_str(), op, leaf.value.clone());
    let text = serde_json::to_string(&criterion).ok()?;
    (text.len() <= MAX_ASKED_BYTES && is_askable(&criterion)).then_some(text)
}

/// What filters see of a request: headers, then the leaves of its body; of an array those of its first element, as each
/// is looked at by itself.
fn leaves(detail: &RequestDetail) -> Vec<Leaf> {
    let content_type = ContentType::declared(&detail.headers).unwrap_or_default();
    let body = detail.body.as_ref().and_then(|body| parse_body(content_type, body.as_bytes()).ok());
    let body = match body {
        Some(Value::Array(elements)) => elements.into_iter().next(),
        body => body,
    };
    let mut of_body = Vec::new();
    if let Some(body) = body.filter(Value::is_object) {
        add_leaves("body", &body, &mut of_body);
    }
    // One that came several times is looked at as a whole, which is none of its values.
    let mut seen = BTreeSet::new();
    let repeated: BTreeSet<_> =
        detail.headers.iter().map(|(name, _)| name).filter(|name| !seen.insert(*name)).collect();
    let once = detail.headers.iter().filter(|(name, _)| !repeated.contains(name));
    let of_headers =
        once.map(|(name, value)| Leaf { path: format!("headers.{name}"), value: value.as_str().into() });
    of_body.into_iter().chain(of_headers).collect()
}

fn add_leaves(path: &str, value: &Value, leaves: &mut Vec<Leaf>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                add_leaves(&join(path, key), value, leaves);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().take(MAX_ITEMS).enumerate() {
                add_leaves(&join(path, &index.to_string()), item, leaves);
            }
        }
        leaf if leaves.len() < MAX_LEAVES => {
            leaves.push(Leaf { path: path.to_owned(), value: leaf.clone() });
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::activity::{Count, RequestRow};
    use domain::ids::RequestId;
    use domain::inbound::Outcome;
    use domain::time::Timestamp;
    use serde_json::json;

    fn offered(body: &str) -> Vec<(String, Option<String>, Option<String>)> {
        let request = RequestRow {
            id: RequestId::new(Timestamp(0), &[0; 10]),
            received_at: Timestamp(0),
            source_id: None,
            method: "POST".to_owned(),
            path: "/in/a/b".to_owned(),
            status: 200,
            outcome: Outcome::Accepted,
            explanation: None,
            duration_us: 0,
            body_bytes: 0,
            replay_of: None,
            replay_id: None,
        };
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let headers =
            vec![header("x-a", "1"), header("x-b", "1"), header("x-b", "2"), header("x-token", MASK)];
        let detail = RequestDetail {
            request,
            headers,
            body: Some(body.to_owned()),
            response: String::new(),
            events: Vec::new(),
            replays: Count { count: 0, more: false },
        };
        let row =
            |leaf: &Leaf| (leaf.path.clone(), asked(leaf, Operator::Equals), asked(leaf, Operator::Exists));
        leaves(&detail).iter().map(row).collect()
    }

    fn criterion(value: &Value) -> Option<String> {
        Some(value.to_string())
    }

    #[test]
    fn a24_what_a_request_says_is_offered_as_criteria_it_meets() {
        let exists = |path: &str| criterion(&json!({"path": path, "op": "exists"}));
        let equals =
            |path: &str, value: Value| criterion(&json!({"path": path, "op": "equals", "value": value}));
        let headers = [
            ("headers.x-a".to_owned(), equals("headers.x-a", json!("1")), exists("headers.x-a")),
            ("headers.x-token".to_owned(), None, exists("headers.x-token")),
        ];
        let body = r#"{"n": 1.50, "a.b": [true, {"c": null}], "long": "LONG", "none": {}}"#;
        let body = body.replace("LONG", &"x".repeat(MAX_ASKED_BYTES));
        let rows = offered(&body);
        let expected = [
            (
                "body.n".to_owned(),
                Some(r#"{"path":"body.n","op":"equals","value":1.50}"#.to_owned()),
                exists("body.n"),
            ),
            (
                r#"body["a.b"].0"#.to_owned(),
                equals(r#"body["a.b"].0"#, json!(true)),
                exists(r#"body["a.b"].0"#),
            ),
            (r#"body["a.b"].1.c"#.to_owned(), None, exists(r#"body["a.b"].1.c"#)),
            ("body.long".to_owned(), None, exists("body.long")),
        ];
        assert_eq!(rows, [expected.as_slice(), headers.as_slice()].concat());
        for (body, count) in [(r#"[{"n": 1}, {"m": 2}]"#, 3), ("no JSON", 2), ("7", 2)] {
            assert_eq!(offered(body).len(), count, "{body}");
        }
    }
}
