use super::create::CreateDialog;
use super::server_fns::{SourceLine, list_sources};
use crate::components::{CreateLink, Empty, Glyph, LastTime, Loaded, PageHead, StateChip, number, percent};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::activity::{FilterBar, FilterInput, FilterSelect, NoRows};
use domain::account::Permission;
use domain::activity::RecentActivity;
use domain::source::{SourceConfig, SourceState};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

const STATES: [(&str, &str); 3] = [("active", "Active"), ("inactive", "Inactive"), ("archived", "Archived")];

/// `/a/{slug}/sources`.
#[component]
pub fn List() -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let query = use_query_map();
    let state = Memo::new(move |_| query.with(|query| state_in(query.get_str("state"))));
    let text = Memo::new(move |_| query.with(|query| query.get("q").unwrap_or_default()));
    let sources = Resource::new(
        move || (state.get(), text.get()),
        move |(state, text)| {
            let slug = slug.get_value();
            async move {
                let mut lines = list_sources(slug, state).await?;
                lines.retain(|line| is_found(&line.source.config, &text));
                Ok::<_, AppError>(lines)
            }
        },
    );
    let is_filtered = move || state.get_untracked().is_some() || !text.get_untracked().trim().is_empty();
    let may = Here::may(Permission::EditSources);
    let choices: Vec<_> =
        STATES.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect();
    view! {
        <PageHead title="Sources" about="URLs that take webhooks. Each request is verified, filtered and mapped, and becomes an event.">
            {may.then(|| view! { <CreateLink words="New source"/> })}
        </PageHead>
        <CreateDialog/>
        <FilterBar>
            <FilterInput name="q" label="Search by name or endpoint" placeholder="Name or endpoint"/>
            <FilterSelect name="state" label="State" all="Any state" choices/>
        </FilterBar>
        <Loaded resource=sources view=move |lines| view! { <Lines lines is_filtered=is_filtered()/> }/>
    }
    .into_any()
}

/// Whether name or endpoint has `text`, whatever the case.
fn is_found(config: &SourceConfig, text: &str) -> bool {
    let text = text.trim().to_lowercase();
    config.name.to_lowercase().contains(&text) || config.endpoint.to_lowercase().contains(&text)
}

fn state_in(text: Option<&str>) -> Option<SourceState> {
    match text {
        Some("active") => Some(SourceState::Active),
        Some("inactive") => Some(SourceState::Inactive),
        Some("archived") => Some(SourceState::Archived),
        _ => None,
    }
}

#[component]
fn Lines(lines: Vec<SourceLine>, is_filtered: bool) -> impl IntoView {
    if lines.is_empty() {
        return view! { <NoRows is_filtered never_any=|| view! { <NeverAny/> }/> }.into_any();
    }
    view! {
        <table class="list">
            <thead>
                <tr>
                    <th>"Name"</th><th>"State"</th><th>"Last request"</th><th class="num">"24 h"</th><th class="num">"Error rate"</th>
                </tr>
            </thead>
            <tbody>{lines.into_iter().map(|line| view! { <Line line/> }).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn NeverAny() -> impl IntoView {
    let may = Here::may(Permission::EditSources);
    view! {
        <Empty
            glyph=Glyph::ArrowDownToLine
            title="No sources yet"
            text="A source is a URL of its own. Give it to whoever sends webhooks, and say what becomes of them."
        >
            {may.then(|| view! { <CreateLink words="New source"/> })}
        </Empty>
    }
    .into_any()
}

#[component]
fn Line(line: SourceLine) -> impl IntoView {
    let SourceLine { source, recent: RecentActivity { day, last_at } } = line;
    let path = format!("{} …/{}", source.config.method.as_str(), source.config.endpoint);
    view! {
        <tr>
            <td class="cell-main">
                <A
                    href=Here::path(&format!("sources/{}", source.id))
                    attr:data-row=""
                    attr:class="row-link font-medium"
                >
                    {source.config.name}
                </A>
                <p class="muted truncate font-mono text-xs min-[700px]:max-w-56 lg:max-w-96">{path}</p>
            </td>
            <td><StateChip state=source.state/></td>
            <td data-label="Last request"><LastTime at=last_at/></td>
            <td data-label="24 h" class="num">{number(day.total())}</td>
            <td data-label="Error rate" class="num">{percent(day.failed, day.total())}</td>
        </tr>
    }
    .into_any()
}
