use super::editor::Editor;
use super::form::Fields;
use super::server_fns::{DeleteSubscription, SubscriptionForm, get_subscription_form};
use crate::bound;
use crate::components::filter_builder::FilterBuilder;
use crate::components::form::{FieldError, FormErrors, Select, TextField};
use crate::components::{
    Confirm, Crumb, DirtyBar, Empty, ErrorNote, Glyph, Icon, Loaded, Note, PageHead, Panel, Skeleton, Tone,
    failure,
};
use crate::error::AppError;
use crate::here::Here;
use domain::filter::EVENT_ROOTS;
use domain::ids::SubscriptionId;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_params_map, use_query_map};

const CRUMBS: &[Crumb] = &[("Subscriptions", "subscriptions")];

/// `/a/{slug}/subscriptions/new`.
#[component]
pub fn Create() -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let blank = StoredValue::new(use_query_map().with_untracked(|query| {
        let asked = |name| query.get(name).unwrap_or_default();
        Fields { integration: asked("integration"), event_types: asked("type"), ..Fields::default() }
    }));
    let form = Resource::new(|| (), move |()| get_subscription_form(slug.get_value(), None));
    view! {
        <PageHead title="New subscription" crumbs=CRUMBS about="It gets the events from now on, none from before."/>
        <Loaded resource=form skeleton=Skeleton::Panels view=move |form| {
            if form.integrations.0.is_empty() {
                return view! { <NoIntegration/> }.into_any();
            }
            view! { <Form form blank=blank.get_value()/> }.into_any()
        }/>
    }
    .into_any()
}

#[component]
fn NoIntegration() -> impl IntoView {
    view! {
        <Empty glyph=Glyph::Webhook title="No integration to send to" text="A subscription sends events to an integration. Add one first.">
            <A href=Here::path("integrations?create") attr:class="btn btn-sm btn-primary">"Add an integration"</A>
        </Empty>
    }
    .into_any()
}

/// `/a/{slug}/subscriptions/{id}`.
#[component]
pub fn Edit() -> impl IntoView {
    let params = use_params_map();
    let slug = StoredValue::new(Here::slug());
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let form = Resource::new(
        move || id.get(),
        move |id| async move {
            let id = id.parse().map_err(|_| AppError::NotFound)?;
            get_subscription_form(slug.get_value(), Some(id)).await
        },
    );
    view! {
        <Loaded resource=form skeleton=Skeleton::Panels view=move |form| {
            let stored = form.subscription.as_ref().map(|stored| (stored.id, stored.name.clone()));
            let (id, title) = stored.map_or((None, String::new()), |(id, name)| (Some(id), name));
            view! {
                <PageHead title crumbs=CRUMBS>{id.map(|id| view! { <Delete id/> })}</PageHead>
                <Form form blank=Fields::default()/>
            }
        }/>
    }
    .into_any()
}

#[component]
fn Form(form: SubscriptionForm, blank: Fields) -> impl IntoView {
    let choices = std::iter::once((String::new(), "Choose an integration…".to_owned()));
    let choices: Vec<_> = choices.chain(form.integrations.choices()).collect();
    let known = form.known_types.join(", ");
    let editor = Editor::new(form, blank);
    let fields = editor.fields;
    let filter_error = FormErrors::at("filter".to_owned());
    view! {
        {(!editor.may_edit).then(|| view! {
            <div class="mb-4">
                <Note tone=Tone::Neutral glyph=Glyph::Eye>"Your role may look at this, not change it. Admins and owners can."</Note>
            </div>
        })}
        <fieldset class="editor" disabled=!editor.may_edit>
            <Panel title="Events and target">
                <div class="form-grid">
                    <TextField
                        name="event_types"
                        label="Event types"
                        bound=bound!(fields.event_types)
                        mono=true
                        placeholder="order.created, customer.*"
                        hint=format!("Separate several with commas. A * at the end matches every type that begins like this. {}", offered(&known))
                    />
                    <Select name="integration_id" label="Integration" bound=bound!(fields.integration) choices/>
                    <TextField name="name" label="Name" bound=bound!(fields.name) placeholder="made from the event types"/>
                </div>
            </Panel>
            <Panel
                title="Filter"
                about="Only events that match are sent. Criteria look at their type and data; without any, every event of these types is sent."
            >
                <FilterBuilder draft=editor.filter field="filter" roots=EVENT_ROOTS/>
                <FieldError error=filter_error/>
            </Panel>
        </fieldset>
        <DirtyBar saving=editor.saving/>
    }
    .into_any()
}

fn offered(known: &str) -> String {
    if known.is_empty() { String::new() } else { format!("Your sources publish: {known}.") }
}

#[component]
fn Delete(id: SubscriptionId) -> impl IntoView {
    let open = RwSignal::new(false);
    let deleting = ServerAction::<DeleteSubscription>::new();
    let may = Here::may(domain::account::Permission::EditSubscriptions);
    let error = failure(*deleting);
    may.then(|| {
        view! {
            <button type="button" class="btn btn-sm" on:click=move |_| open.set(true)><Icon glyph=Glyph::Trash/> "Delete"</button>
            <Confirm
                open
                title="Delete this subscription?"
                action="Delete"
                dangerous=true
                on_confirm=move |()| { deleting.dispatch(DeleteSubscription { slug: Here::slug(), id }); }
            >
                <p>"Events stop going to its integration at once. Deliveries already made go on."</p>
            </Confirm>
            <ErrorNote error/>
        }
    })
}
