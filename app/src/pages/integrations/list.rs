use super::create::CreateDialog;
use super::server_fns::{IntegrationLine, MoveIntegration, list_integrations};
use crate::components::{
    Chip, CreateLink, Empty, ErrorNote, Glyph, Icon, LastTime, Loaded, PageHead, StateChip, SubmitSwitch,
    Tone, failure, number, percent,
};
use crate::here::Here;
use domain::account::Permission;
use domain::activity::RecentActivity;
use domain::integration::IntegrationState;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::components::A;

/// `/a/{slug}/integrations`.
#[component]
pub fn List() -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let integrations = Resource::new(|| (), move |()| list_integrations(slug.get_value()));
    let moving = ServerAction::<MoveIntegration>::new();
    Effect::new(move || {
        if let Some(Ok(())) = moving.value().get() {
            integrations.refetch();
        }
    });
    let error = failure(*moving);
    view! {
        <PageHead title="Integrations" about="Where messages go. An integration fires when it is active and linked to something."/>
        <CreateDialog/>
        <Tile/>
        <ErrorNote error/>
        <Loaded resource=integrations view=move |lines| view! { <Lines lines moving/> }/>
    }
    .into_any()
}

/// The kinds of integration there are, each with its Add button (T2).
#[component]
fn Tile() -> impl IntoView {
    let may = Here::may(Permission::EditIntegrations);
    view! {
        <section class="tile" aria-label="Kinds of integration">
            <span class="tile-icon"><Icon glyph=Glyph::Webhook class="size-5"/></span>
            <div class="min-w-0 grow">
                <h2 class="text-base">"Webhook"</h2>
                <p class="muted">"Sends each event as an HTTP request to a URL of yours, signed and retried."</p>
            </div>
            {may.then(|| view! { <CreateLink words="Add" label="Add a webhook"/> })}
        </section>
    }
    .into_any()
}

#[component]
fn Lines(lines: Vec<IntegrationLine>, moving: ServerAction<MoveIntegration>) -> impl IntoView {
    if lines.is_empty() {
        let may = Here::may(Permission::EditIntegrations);
        return view! {
            <Empty
                glyph=Glyph::Webhook
                title="No integrations yet"
                text="Add a webhook, tell it a URL, and subscribe it to events."
            >
                {may.then(|| view! { <CreateLink words="Add the first one"/> })}
            </Empty>
        }
        .into_any();
    }
    view! {
        <table class="list">
            <thead>
                <tr>
                    <th>"Name"</th><th>"State"</th><th>"Last activity"</th><th class="num">"24 h"</th>
                    <th class="num">"Error rate"</th><th><span class="sr-only">"Switch"</span></th>
                </tr>
            </thead>
            <tbody>{lines.into_iter().map(|line| view! { <Line line moving/> }).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Line(line: IntegrationLine, moving: ServerAction<MoveIntegration>) -> impl IntoView {
    let IntegrationLine { integration, recent: RecentActivity { day, last_at } } = line;
    let (name, target) = (integration.config.name.clone(), integration.config.target_url.clone());
    view! {
        <tr>
            <td class="cell-main">
                <A href=Here::path(&format!("integrations/{}", integration.id)) attr:data-row="" attr:class="row-link font-medium">
                    {name}
                </A>
                <p class="muted truncate font-mono text-xs min-[700px]:max-w-56 lg:max-w-96">
                    {if target.is_empty() { "no target URL yet".to_owned() } else { target }}
                </p>
            </td>
            <td>
                {match integration.disabled_reason {
                    Some(reason) => view! {
                        <Chip tone=Tone::Bad glyph=Glyph::TriangleAlert><span title=reason>"Switched off"</span></Chip>
                    }.into_any(),
                    None => view! { <StateChip state=integration.state/> }.into_any(),
                }}
            </td>
            <td data-label="Last activity"><LastTime at=last_at/></td>
            <td data-label="24 h" class="num">{number(day.total())}</td>
            <td data-label="Error rate" class="num">{percent(day.failed, day.total())}</td>
            <td class="cell-control">
                <StateForm id=integration.id.to_string() name=integration.config.name state=integration.state moving/>
            </td>
        </tr>
    }
    .into_any()
}

/// The Active/Inactive slider of one integration (T9).
#[component]
pub fn StateForm(
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// Where it is.
    #[prop(into)]
    state: Signal<IntegrationState>,
    /// What moves it.
    moving: ServerAction<MoveIntegration>,
) -> impl IntoView {
    let may = Here::may(Permission::EditIntegrations);
    let other = move || match state.get() {
        IntegrationState::Active => "inactive",
        IntegrationState::Inactive => "active",
    };
    let is_on = Signal::derive(move || state.get() == IntegrationState::Active);
    let disabled = Signal::derive(move || !may || moving.pending().get());
    view! {
        <ActionForm action=moving>
            <input type="hidden" name="slug" value=Here::slug()/>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="state" value=other prop:value=other/>
            <SubmitSwitch is_on label=format!("{name} is active") disabled/>
        </ActionForm>
    }
    .into_any()
}
