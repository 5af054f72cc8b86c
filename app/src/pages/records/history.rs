use super::made_by::{MadeBy, Makers};
use super::shown::in_short;
use crate::components::json::join;
use crate::components::{Ago, Empty, Glyph, Icon, Pager};
use crate::here::Here;
use crate::pages::activity::NoRows;
use domain::activity::Page;
use domain::change::{Change, diff};
use domain::record::HistoryEntry;
use leptos::prelude::*;
use leptos_router::components::A;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A page of a record's history, and what it needs to show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryPage {
    /// The entries, newest first.
    pub page: Page<HistoryEntry>,
    /// What those are called who made them.
    pub makers: Makers,
}

/// What a type of event is called where nobody has said more of it.
#[must_use]
pub fn event_name(event_type: &str, names: &[(String, String)]) -> String {
    let known = names.iter().find(|(own, _)| own == event_type).map(|(_, name)| name.as_str());
    let ours = match event_type {
        "customer.created" => Some("Created"),
        "customer.updated" => Some("Edited"),
        "item.created" => Some("Created"),
        "item.updated" => Some("Updated"),
        "item.deleted" => Some("Deleted"),
        _ => None,
    };
    known.or(ours).unwrap_or(event_type).to_owned()
}

/// What happened to a record, with what is different since and the request that brought it.
#[component]
pub fn History(
    /// One page of it.
    found: HistoryPage,
    /// Whether a filter is set.
    is_filtered: bool,
    /// What types of events are called.
    names: StoredValue<Vec<(String, String)>>,
    /// What fields are called, by their keys.
    labels: StoredValue<Vec<(String, String)>>,
) -> impl IntoView {
    let HistoryPage { page, makers } = found;
    if page.data.is_empty() {
        return view! { <NoRows is_filtered never_any=|| view! { <NeverAny/> }/> }.into_any();
    }
    let (first, next) = (page.data.first().map(|entry| entry.id.0), page.next);
    let makers = StoredValue::new(makers);
    view! {
        <table class="list list-top">
            <thead><tr><th>"When"</th><th>"Event"</th><th>"What it said"</th><th>"What changed"</th><th>"By"</th></tr></thead>
            <tbody>
                {page.data.into_iter().map(|entry| view! { <Entry entry names labels makers/> }).collect_view()}
            </tbody>
        </table>
        <Pager first next/>
    }
    .into_any()
}

#[component]
fn NeverAny() -> impl IntoView {
    view! {
        <Empty glyph=Glyph::History title="Nothing happened yet" text="What sources and people do to it shows up here, with what it changed."/>
    }
    .into_any()
}

#[component]
fn Entry(
    entry: HistoryEntry,
    names: StoredValue<Vec<(String, String)>>,
    labels: StoredValue<Vec<(String, String)>>,
    makers: StoredValue<Makers>,
) -> impl IntoView {
    let event_type = entry.event_type.to_string();
    let name = names.with_value(|names| event_name(&event_type, names));
    let code = (name != event_type).then_some(event_type);
    let request = entry.request_id.map(|id| Here::path(&format!("activity/requests/{id}")));
    view! {
        <tr>
            <td><Ago at=entry.occurred_at/></td>
            <td class="cell-main">
                <A href=Here::path(&format!("activity/events/{}", entry.id)) attr:data-row="" attr:class="font-medium link link-hover">
                    {name}
                </A>
                {code.map(|code| view! { <p class="muted font-mono text-xs break-all">{code}</p> })}
            </td>
            <td class="cell-block"><Said attributes=entry.attributes labels/></td>
            <td class="cell-block"><Changes changes=entry.changes labels/></td>
            <td data-label="By">
                <span class="min-w-0">
                    <MadeBy by=entry.by makers/>
                    {request.map(|href| view! {
                        <A href attr:class="link link-hover muted flex items-center gap-1 text-xs">
                            <Icon glyph=Glyph::Inbox class="size-3"/> "Request"
                        </A>
                    })}
                </span>
            </td>
        </tr>
    }
    .into_any()
}

/// What a field is called.
fn label_of(key: &str, labels: StoredValue<Vec<(String, String)>>) -> String {
    labels.with_value(|labels| {
        labels.iter().find(|(own, _)| own == key).map_or_else(|| key.to_owned(), |(_, label)| label.clone())
    })
}

#[component]
fn Said(attributes: Map<String, Value>, labels: StoredValue<Vec<(String, String)>>) -> impl IntoView {
    if attributes.is_empty() {
        return view! { <span class="muted max-[699px]:hidden">"–"</span> }.into_any();
    }
    view! {
        <ul class="grid gap-0.5">
            {attributes.into_iter().map(|(key, value)| view! {
                <li class="break-words">
                    <span class="muted">{label_of(&key, labels)}</span> " "
                    <span title=value.to_string()>{in_short(&value)}</span>
                </li>
            }).collect_view()}
        </ul>
    }
    .into_any()
}

#[component]
fn Changes(changes: Vec<Change>, labels: StoredValue<Vec<(String, String)>>) -> impl IntoView {
    if changes.is_empty() {
        return view! { <span class="muted">"Nothing"</span> }.into_any();
    }
    view! {
        <ul class="grid gap-0.5">
            {changes.into_iter().flat_map(in_parts).map(|change| view! { <OneChange change labels/> }).collect_view()}
        </ul>
    }
    .into_any()
}

/// A change of an object as those of what is in it, by their paths; any other as it is.
fn in_parts(change: Change) -> Vec<Change> {
    let (Value::Object(from), Value::Object(to)) = (&change.from, &change.to) else { return vec![change] };
    let inner = diff(from, to).into_iter();
    inner.flat_map(|inner| in_parts(Change { field: join(&change.field, &inner.field), ..inner })).collect()
}

#[component]
fn OneChange(change: Change, labels: StoredValue<Vec<(String, String)>>) -> impl IntoView {
    let Change { field, from, to } = change;
    let (was, is) = (from.to_string(), to.to_string());
    view! {
        <li class="break-words">
            <span class="muted">{label_of(&field, labels)}</span> " "
            {(!from.is_null()).then(|| view! {
                <span title=was>{in_short(&from)}</span> " "
                <Icon glyph=Glyph::ArrowRight class="inline size-3 muted"/><span class="sr-only">"to"</span> " "
            })}
            <strong class="font-medium" title=is>{in_short(&to)}</strong>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn k16_what_changed_in_an_object_is_told_by_its_path() {
        let change = |from: Value, to: Value| Change { field: "data".to_owned(), from, to };
        let parts = |from: Value, to: Value| {
            let parts = in_parts(change(from, to)).into_iter();
            parts.map(|part| (part.field, part.from, part.to)).collect::<Vec<_>>()
        };
        let merges = |name: &str| json!({"id": 1, "merges": {"FNAME": name, "a.b": [1]}, "gone": {}});
        let expected = [
            ("data.merges.FNAME".to_owned(), json!("Ada"), json!("Augusta")),
            ("data.gone".to_owned(), json!({}), json!(null)),
        ];
        let after = json!({"id": 1.0, "merges": {"a.b": [1], "FNAME": "Augusta"}});
        assert_eq!(parts(merges("Ada"), after), expected);
        let list = [("data".to_owned(), json!([1]), json!([2]))];
        assert_eq!(parts(json!([1]), json!([2])), list);
        let new = [("data".to_owned(), json!(null), json!({"a": 1}))];
        assert_eq!(parts(json!(null), json!({"a": 1})), new);
    }
}
