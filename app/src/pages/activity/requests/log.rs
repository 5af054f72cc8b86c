//! The log of requests, of all sources or of one: filters in the query string, pages, and what comes meanwhile.

use super::replay_progress::Replaying;
use super::server_fns::{RequestsPage, list_requests};
use crate::components::{
    Ago, Exact, Loaded, StateChip, StatusCode, bytes, duration_us, outcome_words, page_in,
};
use crate::error::AppError;
use crate::here::Here;
use crate::live::Tail;
use crate::pages::activity::{FilterSelect, LogList, Names, Unlogged, tail_of};
use domain::activity::{RequestFilter, RequestRow};
use domain::ids::SourceId;
use domain::inbound::Outcome;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

/// What a log shows. It is begun where its page begins: what is loaded inside of what was loaded, the browser does not
/// find again.
#[derive(Clone, Copy)]
pub struct RequestLog {
    /// What comes while it is looked at.
    pub tail: Tail<RequestRow>,
    /// Which requests it shows.
    pub filter: Signal<RequestFilter>,
    /// The bulk replay that is under way.
    pub replaying: Replaying,
    /// The page of it that is shown.
    pub requests: Resource<Result<RequestsPage, AppError>>,
    is_of_one: bool,
}

impl RequestLog {
    /// The requests to all sources, or to the one that the query names.
    pub fn of_all() -> Self {
        Self::new(None)
    }

    /// The requests to one source.
    pub fn of(source: Memo<SourceId>) -> Self {
        Self::new(Some(source))
    }

    fn new(source: Option<Memo<SourceId>>) -> Self {
        let query = use_query_map();
        let slug = StoredValue::new(Here::slug());
        let wanted = Memo::new(move |_| {
            let (asked, page) = query.with(|query| (filter_in(query), page_in(query)));
            let source_id = source.map_or(asked.source_id, |source| Some(source.get()));
            (RequestFilter { source_id, ..asked }, page)
        });
        let requests = Resource::new(
            move || wanted.get(),
            move |(filter, page)| list_requests(slug.get_value(), filter, page),
        );
        Self {
            tail: tail_of("live/requests", wanted, passes, move || requests.refetch()),
            filter: Signal::derive(move || wanted.with(|(filter, _)| filter.clone())),
            replaying: Replaying::new(Callback::new(move |()| requests.refetch())),
            requests,
            is_of_one: source.is_some(),
        }
    }
}

/// What the query string asks for; what makes no sense in it is ignored.
fn filter_in(query: &ParamsMap) -> RequestFilter {
    let outcome = query.get_str("outcome");
    RequestFilter {
        source_id: query.get_str("source").and_then(|text| text.parse().ok()),
        outcome: outcome.and_then(|text| text.parse().ok()),
        only_refused: outcome == Some("refused"),
        replay_of: query.get_str("replay_of").and_then(|text| text.parse().ok()),
        replay_id: query.get_str("replay").and_then(|text| text.parse().ok()),
    }
}

fn passes(filter: &RequestFilter, row: &RequestRow) -> bool {
    filter.source_id.is_none_or(|source| row.source_id == Some(source))
        && filter.outcome.is_none_or(|outcome| row.outcome == outcome)
        && !(filter.only_refused
            && matches!(row.outcome, Outcome::Accepted | Outcome::Handshake | Outcome::Pasted))
        && filter.replay_of.is_none_or(|request| row.replay_of == Some(request))
        && filter.replay_id.is_none_or(|replay| row.replay_id == Some(replay))
}

/// The menu of outcomes in a filter bar.
#[component]
pub fn OutcomeFilter() -> impl IntoView {
    let refused = std::iter::once(("refused".to_owned(), "All but accepted".to_owned()));
    let each = Outcome::ALL
        .into_iter()
        .map(|outcome| (outcome.as_str().to_owned(), outcome_words(outcome).to_owned()));
    let choices = refused.chain(each).collect::<Vec<_>>();
    view! { <FilterSelect name="outcome" label="Outcome" all="Any outcome" choices/> }.into_any()
}

/// The rows of a log.
#[component]
pub fn LoggedRequests(
    /// The log.
    log: RequestLog,
    /// What stands in their place before anything came.
    #[prop(into)]
    never_any: ViewFn,
) -> impl IntoView {
    view! {
        <Loaded resource=log.requests view=move |requests| view! { <Requests log requests never_any=never_any.clone()/> }/>
    }
    .into_any()
}

#[component]
fn Requests(log: RequestLog, requests: RequestsPage, never_any: ViewFn) -> impl IntoView {
    let RequestsPage { page, sources, unlogged } = requests;
    let RequestLog { tail, is_of_one, .. } = log;
    let asked = use_query_map().with_untracked(filter_in);
    let asked = if is_of_one { RequestFilter { source_id: None, ..asked } } else { asked };
    let is_filtered = asked != RequestFilter::default();
    let (ids, next) = (page.data.iter().map(|row| row.id.0).collect(), page.next);
    let (rows, names) = (StoredValue::new(page.data), StoredValue::new((!is_of_one).then_some(sources)));
    let list = move || view! { <Rows rows=rows.get_value() tail names/> };
    view! {
        <Unlogged refusals=unlogged/>
        <LogList tail ids next is_filtered rows=list never_any/>
    }
    .into_any()
}

/// What the sources are called; nothing where all rows are of one.
type SourceNames = StoredValue<Option<Names<SourceId>>>;

#[component]
fn Rows(rows: Vec<RequestRow>, tail: Tail<RequestRow>, names: SourceNames) -> impl IntoView {
    let all = Tail::over(Some(tail), rows);
    let has_names = names.with_value(Option::is_some);
    view! {
        <table class="list">
            <thead>
                <tr>
                    <th>{if has_names { "Received" } else { "Timestamp" }}</th>
                    <th>"Request"</th>
                    {has_names.then(|| view! { <th>"Source"</th> })}
                    <th class="num">"Time"</th><th>"Status"</th><th>"Outcome"</th><th class="num">"Size"</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || all.get() key=|request| request.id let:request><Row request names/></For>
            </tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Row(request: RequestRow, names: SourceNames) -> impl IntoView {
    let source = names.with_value(|names| {
        let names = names.as_ref()?;
        Some(request.source_id.map_or_else(|| "–".to_owned(), |id| names.of(id)))
    });
    // Among many sources, how long ago and which; of one, when exactly and all of the path.
    let (at, path) = match &source {
        Some(_) => (view! { <Ago at=request.received_at/> }.into_any(), short_path(&request.path)),
        None => (view! { <Exact at=request.received_at/> }.into_any(), request.path.clone()),
    };
    view! {
        <tr>
            <td>{at}</td>
            <td class="cell-main">
                <A href=Here::path(&format!("activity/requests/{}", request.id)) attr:data-row="" attr:class="row-link font-mono text-xs break-all">
                    <strong>{request.method.clone()}</strong> " " {path}
                </A>
            </td>
            {source.map(|source| view! { <td>{source}</td> })}
            <td class="num max-[699px]:hidden">{duration_us(i64::from(request.duration_us))}</td>
            <td><StatusCode code=request.status/></td>
            <td>
                <StateChip state=request.outcome/>
                " " <code class="muted text-2xs max-[699px]:hidden">{request.outcome.as_str()}</code>
            </td>
            <td class="num max-[699px]:hidden">{bytes(i64::from(request.body_bytes))}</td>
        </tr>
    }
    .into_any()
}

/// A path without what is the same in every row: the account's part of its inbound URLs.
fn short_path(path: &str) -> String {
    match path.strip_prefix("/in/").and_then(|rest| rest.split_once('/')) {
        Some((_, endpoint)) => format!("…/{endpoint}"),
        None => path.to_owned(),
    }
}
