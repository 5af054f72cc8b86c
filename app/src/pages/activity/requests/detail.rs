use super::answered::Answered;
use super::elements::most_rows;
use super::make_filter::MakeFilter;
use super::processing::Processing;
use super::replay::{Replay, ReplayFacts};
use super::sample_button::SampleButton;
use super::server_fns::{RequestView, get_request};
use crate::browser;
use crate::components::json::BodyView;
use crate::components::{
    CopyButton, Crumb, Exact, Glyph, Icon, Loaded, PageHead, Skeleton, StateChip, StatusCode, Tabs, bytes,
    current_tab, duration_us,
};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::activity::curl;
use domain::account::Permission;
use domain::activity::RequestDetail;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_params_map, use_query_map};

const TABS: &[(&str, &str)] = &[
    ("request", "Request"),
    ("response", "Response"),
    ("processing", "Processing"),
    ("filter", "Create filter"),
];
const CRUMBS: &[Crumb] = &[("Requests", "activity/requests")];

/// `/a/{slug}/activity/requests/{id}`.
#[component]
pub fn Detail() -> impl IntoView {
    let params = use_params_map();
    let slug = StoredValue::new(Here::slug());
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let request = Resource::new(
        move || id.get(),
        move |id| async move { get_request(slug.get_value(), id.parse().map_err(|_| AppError::NotFound)?).await },
    );
    view! { <Loaded resource=request skeleton=Skeleton::Panels view=|found| view! { <Request found/> }/> }
        .into_any()
}

#[component]
fn Request(found: RequestView) -> impl IntoView {
    let RequestView { detail, source, review } = found;
    let row = detail.request.clone();
    let replayed = row.clone();
    let source = row.source_id.zip(source).map(|(id, name)| (Here::path(&format!("sources/{id}")), name));
    let title = format!("{} {}", row.method, row.path.rsplit('/').next().unwrap_or_default());
    let outcome = row.outcome;
    let is_sample = source.is_some() && detail.body.is_some() && Here::may(Permission::EditSources);
    let (detail, review) = (StoredValue::new(detail), StoredValue::new(review));
    let curl = Signal::derive(move || {
        detail.with_value(|detail| {
            let url = browser::origin() + &detail.request.path;
            curl::line(
                &detail.request.method,
                &url,
                &detail.headers,
                detail.body.as_deref().unwrap_or_default(),
            )
        })
    });
    let tab = current_tab(TABS);
    let query = use_query_map();
    let most = Memo::new(move |_| query.with(most_rows));
    view! {
        <PageHead title crumbs=CRUMBS beside=move || view! { <StateChip state=outcome/> }>
            <CopyButton text=curl what="curl command" label="Copy as curl"/>
            {is_sample.then(|| view! { <SampleButton id=row.id/> })}
            <Replay request=replayed/>
        </PageHead>
        <dl class="facts">
            {source.map(|(href, name)| view! { <div><dt>"Source"</dt><dd><A href attr:class="link">{name}</A></dd></div> })}
            <div><dt>"Received"</dt><dd><Exact at=row.received_at/></dd></div>
            <div><dt>"Answered"</dt><dd><StatusCode code=row.status/></dd></div>
            <div><dt>"Processing"</dt><dd class="tabular-nums">{duration_us(i64::from(row.duration_us))}</dd></div>
            <div><dt>"Size"</dt><dd class="tabular-nums">{bytes(i64::from(row.body_bytes))}</dd></div>
            <ReplayFacts request=row.clone() replays=detail.with_value(|detail| detail.replays)/>
            <div><dt>"Id"</dt><dd class="font-mono text-xs">{row.id.to_string()}</dd></div>
        </dl>
        <Tabs tabs=TABS/>
        {move || {
            let detail = detail.get_value();
            match tab.get() {
                "response" => view! { <Answered detail/> }.into_any(),
                "processing" => view! { <Processing detail review=review.get_value() most=most.get()/> }.into_any(),
                "filter" => view! { <MakeFilter detail/> }.into_any(),
                _ => view! { <Sent detail/> }.into_any(),
            }
        }}
    }
    .into_any()
}

#[component]
fn Sent(detail: RequestDetail) -> impl IntoView {
    let count = detail.headers.len();
    view! {
        <div class="grid min-w-0 gap-4">
            <div class="grid min-w-0 gap-1">
                <p class="copy-box">
                    <code class="copy-box-text wrap-anywhere">{format!("{} {}", detail.request.method, detail.request.path)}</code>
                </p>
                <p class="field-hint">"The URL's query string is not stored: it may hold a token."</p>
            </div>
            <details class="panel">
                <summary class="panel-head cursor-pointer"><Icon glyph=Glyph::ChevronRight/> {format!("Headers ({count})")}</summary>
                <dl class="headers">
                    {detail.headers.into_iter().map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> }).collect_view()}
                </dl>
            </details>
            <BodyView body=detail.body/>
        </div>
    }
    .into_any()
}
