use super::server_fns::{RequestsPage, list_requests};
use crate::components::{
    Ago, Empty, Glyph, Loaded, PageHead, Skeleton, StateChip, StatusCode, bytes, duration_us, outcome_words,
    page_in,
};
use crate::here::Here;
use crate::live::Tail;
use crate::pages::activity::{
    CRUMBS, FilterBar, FilterSelect, LiveSwitch, LogList, Names, Unlogged, names_for_palette, tail_of,
};
use domain::activity::{RequestFilter, RequestRow};
use domain::ids::SourceId;
use domain::inbound::Outcome;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

/// What the query string asks for; what makes no sense in it is ignored.
fn filter_in(query: &ParamsMap) -> RequestFilter {
    let outcome = query.get_str("outcome");
    RequestFilter {
        source_id: query.get_str("source").and_then(|text| text.parse().ok()),
        outcome: outcome.and_then(|text| text.parse().ok()),
        only_refused: outcome == Some("refused"),
    }
}

fn passes(filter: &RequestFilter, row: &RequestRow) -> bool {
    filter.source_id.is_none_or(|source| row.source_id == Some(source))
        && filter.outcome.is_none_or(|outcome| row.outcome == outcome)
        && !(filter.only_refused && matches!(row.outcome, Outcome::Accepted | Outcome::Handshake))
}

/// `/a/{slug}/activity/requests`.
#[component]
pub fn List() -> impl IntoView {
    let query = use_query_map();
    let slug = StoredValue::new(Here::slug());
    let wanted = Memo::new(move |_| query.with(|query| (filter_in(query), page_in(query))));
    let requests = Resource::new(
        move || wanted.get(),
        move |(filter, page)| list_requests(slug.get_value(), filter, page),
    );
    let names = Resource::new(|| (), move |()| names_for_palette(slug.get_value()));
    let tail = tail_of("live/requests", wanted, passes);
    view! {
        <PageHead title="Requests" crumbs=CRUMBS about="Every call to your sources, with what it was answered. Refused ones, too.">
            <LiveSwitch tail/>
        </PageHead>
        <Loaded resource=names skeleton=Skeleton::Filters view=|names| view! { <Filters sources=names.sources/> }/>
        <Loaded resource=requests view=move |requests| view! { <Requests requests tail/> }/>
    }
    .into_any()
}

#[component]
fn Filters(sources: Names<SourceId>) -> impl IntoView {
    view! {
        <FilterBar>
            <FilterSelect name="outcome" label="Outcome" all="Any outcome" choices=outcomes()/>
            <FilterSelect name="source" label="Source" all="Any source" choices=sources.choices()/>
        </FilterBar>
    }
    .into_any()
}

#[component]
fn Requests(requests: RequestsPage, tail: Tail<RequestRow>) -> impl IntoView {
    let RequestsPage { page, sources, unlogged } = requests;
    let is_filtered = use_query_map().with_untracked(filter_in) != RequestFilter::default();
    let (first, next) = (page.data.first().map(|row| row.id.0), page.next);
    let (rows, names) = (StoredValue::new(page.data), StoredValue::new(sources));
    let list = move || view! { <Rows rows=rows.get_value() newer=tail.shown names=names.get_value()/> };
    view! {
        <Unlogged refusals=unlogged/>
        <LogList tail first next is_filtered rows=list never_any=|| view! { <NeverAny/> }/>
    }
    .into_any()
}

fn outcomes() -> Vec<(String, String)> {
    let refused = std::iter::once(("refused".to_owned(), "All but accepted".to_owned()));
    let each = Outcome::ALL
        .into_iter()
        .map(|outcome| (outcome.as_str().to_owned(), outcome_words(outcome).to_owned()));
    refused.chain(each).collect()
}

#[component]
fn NeverAny() -> impl IntoView {
    view! {
        <Empty
            glyph=Glyph::Inbox
            title="No requests yet"
            text="A source gives you a URL. Whatever is sent there shows up here, with the reason when it is refused."
        >
            <A href=Here::path("sources") attr:class="btn btn-sm btn-primary">"Go to Sources"</A>
        </Empty>
    }
    .into_any()
}

#[component]
fn Rows(rows: Vec<RequestRow>, newer: RwSignal<Vec<RequestRow>>, names: Names<SourceId>) -> impl IntoView {
    let names = StoredValue::new(names);
    let row = move |request: RequestRow| view! { <Row request names/> };
    view! {
        <table class="list">
            <thead>
                <tr>
                    <th>"Received"</th><th>"Request"</th><th>"Source"</th><th>"Outcome"</th>
                    <th>"Status"</th><th class="num">"Processing"</th><th class="num">"Size"</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || newer.get() key=|request| request.id let:request>{row(request)}</For>
                {rows.into_iter().map(row).collect_view()}
            </tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Row(request: RequestRow, names: StoredValue<Names<SourceId>>) -> impl IntoView {
    let source = request.source_id.map(|id| names.with_value(|names| names.of(id)));
    view! {
        <tr>
            <td><Ago at=request.received_at/></td>
            <td class="cell-main">
                <A href=Here::path(&format!("activity/requests/{}", request.id)) attr:data-row="" attr:class="row-link font-mono text-xs">
                    <strong>{request.method.clone()}</strong> " " {short_path(&request.path)}
                </A>
            </td>
            <td>{source.unwrap_or_else(|| "–".to_owned())}</td>
            <td><StateChip state=request.outcome/></td>
            <td><StatusCode code=request.status/></td>
            <td class="num max-[699px]:hidden">{duration_us(i64::from(request.duration_us))}</td>
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
