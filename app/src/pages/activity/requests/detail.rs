use super::server_fns::{RequestView, get_request};
use crate::browser;
use crate::components::json::BodyView;
use crate::components::{
    CopyButton, Crumb, Empty, Exact, Glyph, Icon, Loaded, Note, PageHead, Prose, Skeleton, State, StateChip,
    StatusCode, Tabs, bytes, counted, current_tab, duration_us,
};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::activity::{EventRows, curl};
use domain::activity::RequestDetail;
use domain::inbound::Outcome;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

const TABS: &[(&str, &str)] =
    &[("request", "Request"), ("response", "Response"), ("processing", "Processing"), ("events", "Events")];
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
    let RequestView { detail, source } = found;
    let row = detail.request.clone();
    let source = row.source_id.zip(source).map(|(id, name)| (Here::path(&format!("sources/{id}")), name));
    let title = format!("{} {}", row.method, row.path.rsplit('/').next().unwrap_or_default());
    let outcome = row.outcome;
    let detail = StoredValue::new(detail);
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
    view! {
        <PageHead title crumbs=CRUMBS beside=move || view! { <StateChip state=outcome/> }>
            <CopyButton text=curl what="curl command" label="Copy as curl"/>
        </PageHead>
        <dl class="facts">
            {source.map(|(href, name)| view! { <div><dt>"Source"</dt><dd><A href attr:class="link">{name}</A></dd></div> })}
            <div><dt>"Received"</dt><dd><Exact at=row.received_at/></dd></div>
            <div><dt>"Answered"</dt><dd><StatusCode code=row.status/></dd></div>
            <div><dt>"Processing"</dt><dd class="tabular-nums">{duration_us(i64::from(row.duration_us))}</dd></div>
            <div><dt>"Size"</dt><dd class="tabular-nums">{bytes(i64::from(row.body_bytes))}</dd></div>
            <div><dt>"Id"</dt><dd class="font-mono text-xs">{row.id.to_string()}</dd></div>
        </dl>
        <Tabs tabs=TABS/>
        {move || {
            let detail = detail.get_value();
            match tab.get() {
                "response" => view! { <BodyView body=Some(detail.response) what="response"/> }.into_any(),
                "processing" => view! { <Processing detail/> }.into_any(),
                "events" => view! { <Events detail/> }.into_any(),
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
            <p class="copy-box">
                <code class="copy-box-text wrap-anywhere">{format!("{} {}", detail.request.method, detail.request.path)}</code>
            </p>
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

#[component]
fn Processing(detail: RequestDetail) -> impl IntoView {
    let request = detail.request;
    let (tone, glyph, _) = request.outcome.look();
    let words = match request.outcome {
        Outcome::Accepted => {
            format!("It passed every check and made {}.", counted(detail.events.len(), "event"))
        }
        outcome => refusal(outcome).to_owned(),
    };
    view! {
        <div class="grid max-w-3xl gap-3">
            <Note tone glyph>
                <p>{words}</p>
                {request.explanation.map(|text| view! { <p class="mt-1 text-xs break-words"><Prose text/></p> })}
            </Note>
            <p class="muted text-xs">
                "Checked in this order: size, route, state, method, rate, handshake, content type, header authentication, JSON or form, body token, challenge, filter, duplicate, mapping, storage."
            </p>
        </div>
    }
    .into_any()
}

/// What an outcome means to the source's owner.
const fn refusal(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "It was accepted.",
        Outcome::Filtered => "It did not pass the source's filter and made no event.",
        Outcome::Duplicate => {
            "Its idempotency key was seen before; it was answered like the first and made no event."
        }
        Outcome::UnknownEndpoint => "No source of this account has this endpoint.",
        Outcome::SourceInactive => {
            "The source is inactive; the sender was answered 404. Set it active to take requests."
        }
        Outcome::SourceArchived => "The source is archived; the sender was answered 404.",
        Outcome::WrongMethod => "The source takes another method.",
        Outcome::RateLimited => "There were more requests a second than the source allows.",
        Outcome::WrongContentType => "Its `Content-Type` is none that the source takes.",
        Outcome::TooLarge => "Its body was larger than 1 MiB.",
        Outcome::VerificationFailed => "It did not prove who it is from. The sender was not told why.",
        Outcome::InvalidJson => "Its body is no valid JSON.",
        Outcome::TooDeep => "Its JSON is nested more than 64 deep.",
        Outcome::MappingFailed => "The mapping could not be applied to its body.",
        Outcome::NotAnObject => "Its body is JSON, but not one object.",
        Outcome::BrokenBody => "The connection ended inside its body.",
        Outcome::Timeout => "Its body took too long to come.",
        Outcome::Overloaded => "Too many bodies waited in memory; the sender may send it again.",
        Outcome::Loop => {
            "It came from one of your own deliveries, at the end of a chain of more than 8: a loop, ended here."
        }
        Outcome::Handshake => {
            "The provider asked whether somebody is there, and was answered. It makes no event."
        }
        Outcome::InvalidForm => "Its body is no valid form.",
        Outcome::RecordRefused => {
            "What it says does not fit the event, the customer or the item that it is about. Nothing was changed."
        }
        Outcome::StoreFailed => "It could not be stored and was not accepted; the sender may send it again.",
    }
}

#[component]
fn Events(detail: RequestDetail) -> impl IntoView {
    if detail.events.is_empty() {
        return view! { <Empty glyph=Glyph::Zap title="No events" text="Only accepted requests make events."/> }.into_any();
    }
    view! { <EventRows rows=detail.events/> }.into_any()
}
