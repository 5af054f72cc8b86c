use super::{NoRows, ReadingArea, WaitingPill};
use crate::components::{Pager, page_in};
use crate::here::Here;
use crate::live::{PageRows, Row, Tail};
use domain::activity::PageRequest;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::Serialize;
use serde_json::Value;
use url::form_urlencoded::Serializer;
use uuid::Uuid;

/// The tail of a list at `path` below the account, of rows that pass its filter. It begins anew with each page of it.
/// Once it listens, what came or changed before that is asked for by `reload`, unless somebody reads.
pub fn tail_of<F, T: Row>(
    path: &str,
    wanted: Memo<(F, PageRequest)>,
    passes: fn(&F, &T) -> bool,
    reload: impl Fn() + 'static,
) -> Tail<T>
where
    F: Serialize + Send + Sync + 'static,
{
    let path = Here::path(path);
    let url = Memo::new(move |_| wanted.with(|(filter, _)| format!("{path}?{}", query_of(filter))));
    let tail = Tail::new(url, move |row| wanted.with_untracked(|(filter, _)| passes(filter, row)));
    Effect::watch(move || wanted.track(), move |(), _, _| tail.clear(), false);
    Effect::new(move || {
        if tail.is_behind.get() && !tail.is_held.get() {
            tail.is_behind.set(false);
            reload();
        }
    });
    tail
}

/// A filter as a query string, in the names of its fields.
fn query_of(filter: &impl Serialize) -> String {
    let mut query = Serializer::new(String::new());
    let fields = serde_json::to_value(filter).unwrap_or_default();
    for (name, value) in fields.as_object().into_iter().flatten() {
        match value {
            Value::Null => {}
            Value::String(text) => {
                query.append_pair(name, text);
            }
            other => {
                query.append_pair(name, &other.to_string());
            }
        }
    }
    query.finish()
}

/// A list of what happened: what came since, one page of rows, older and newer ones.
#[component]
pub fn LogList<T: Row>(
    /// What comes while the list is looked at.
    tail: Tail<T>,
    /// The rows of the page, newest first.
    ids: Vec<Uuid>,
    /// Where older ones go on.
    next: Option<Uuid>,
    /// Whether a filter is set.
    is_filtered: bool,
    /// The rows, with those of the tail.
    #[prop(into)]
    rows: ViewFn,
    /// What stands in their place before anything happened.
    #[prop(into)]
    never_any: ViewFn,
) -> impl IntoView {
    let first = ids.first().copied();
    let PageRequest { after, before, .. } = use_query_map().with_untracked(page_in);
    tail.lay_over(PageRows { ids, is_first: after.is_none() && before.is_none(), is_last: next.is_none() });
    let nothing_came = move || tail.shown.with(Vec::is_empty);
    view! {
        <WaitingPill tail/>
        <ReadingArea tail>
            <Show when=move || first.is_none() && nothing_came() fallback=rows>
                <NoRows is_filtered never_any=never_any.clone()/>
            </Show>
        </ReadingArea>
        <Pager first next/>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::activity::{DeliveryFilter, RequestFilter};
    use domain::delivery::DeliveryStatus;
    use domain::inbound::Outcome;

    fn asked(filter: &impl Serialize) -> Vec<String> {
        let query = query_of(filter);
        let mut asked: Vec<String> = query.split('&').map(str::to_owned).collect();
        asked.sort_unstable();
        asked
    }

    #[test]
    fn a_filter_is_a_query_of_what_it_asks_for() {
        let deliveries = DeliveryFilter {
            status: Some(DeliveryStatus::Failed),
            integration_id: None,
            event_type: Some("a b&c*".into()),
        };
        assert_eq!(asked(&deliveries), ["event_type=a+b%26c*", "status=failed"]);
        let requests = RequestFilter { outcome: Some(Outcome::Filtered), ..RequestFilter::default() };
        assert_eq!(asked(&requests), ["only_refused=false", "outcome=filtered"]);
        assert_eq!(query_of(&DeliveryFilter::default()), "");
    }
}
