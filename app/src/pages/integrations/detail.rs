use super::configuration::Configuration;
use super::editor::Editor;
use super::example::ExampleButton;
use super::linked::{DeliveriesTab, LinkedTab};
use super::list::StateForm;
use super::server_fns::{DeleteIntegration, IntegrationView, MoveIntegration, get_integration};
use super::test::TestButton;
use crate::components::{
    Confirm, Crumb, DirtyBar, ErrorNote, Glyph, Icon, Loaded, Note, PageHead, Skeleton, StateChip, Tabs,
    Toasts, Tone, current_tab, failure,
};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::activity::ChartTab;
use domain::activity::Subject;
use domain::integration::IntegrationState;
use domain::link::Link;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

const TABS: &[(&str, &str)] = &[
    ("configuration", "Configuration"),
    ("linked", "Linked to"),
    ("deliveries", "Deliveries"),
    ("chart", "Charts"),
];
const CRUMBS: &[Crumb] = &[("Integrations", "integrations")];

/// `/a/{slug}/integrations/{id}`.
#[component]
pub fn Detail() -> impl IntoView {
    let params = use_params_map();
    let slug = StoredValue::new(Here::slug());
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let integration = Resource::new(
        move || id.get(),
        move |id| async move {
            get_integration(slug.get_value(), id.parse().map_err(|_| AppError::NotFound)?).await
        },
    );
    view! {
        <Loaded resource=integration skeleton=Skeleton::Panels view=|found| view! { <IntegrationPage found/> }/>
    }
    .into_any()
}

#[component]
fn IntegrationPage(found: IntegrationView) -> impl IntoView {
    let IntegrationView { stored, links, recent } = found;
    let title = stored.integration.config.name.clone();
    let id = stored.integration.id;
    let editor = Editor::new(stored);
    let stored = editor.stored;
    let state = Signal::derive(move || stored.with(|stored| stored.state));
    let links = StoredValue::new(links);
    let is_untried = RwSignal::new(recent.last_at.is_none());
    let tab = current_tab(TABS);
    view! {
        <PageHead title crumbs=CRUMBS beside=move || view! { <Beside state links/> }>
            <ExampleButton id is_dirty=editor.saving.is_dirty/>
            <TestButton id is_dirty=editor.saving.is_dirty on_accepted=move |()| is_untried.set(false)/>
            {editor.may_edit.then(|| view! { <More editor/> })}
            <Slider editor state/>
        </PageHead>
        <Notices editor links is_untried/>
        <Tabs tabs=TABS/>
        {move || match tab.get() {
            "linked" => view! { <LinkedTab id links=links.get_value()/> }.into_any(),
            "deliveries" => view! { <DeliveriesTab id/> }.into_any(),
            "chart" => view! { <ChartTab subject=Subject::Integration(id)/> }.into_any(),
            _ => view! { <Configuration editor/> }.into_any(),
        }}
        <DirtyBar saving=editor.saving/>
    }
    .into_any()
}

#[component]
fn Beside(state: Signal<IntegrationState>, links: StoredValue<Vec<Link>>) -> impl IntoView {
    let words = links.with_value(|links| match links.as_slice() {
        [] => "linked to nothing".to_owned(),
        [one] => format!("linked to “{}”", one.name),
        many => format!("linked to {} subscriptions", many.len()),
    });
    view! {
        {move || view! { <StateChip state=state.get()/> }}
        <a href="?tab=linked" data-noscroll="" class="muted link link-hover text-xs">{words}</a>
    }
    .into_any()
}

/// The slider of the page's head. It changes what is shown as stored, not what is typed.
#[component]
fn Slider(editor: Editor, state: Signal<IntegrationState>) -> impl IntoView {
    let moving = ServerAction::<MoveIntegration>::new();
    let reload = Action::new(move |(): &()| {
        let (slug, id) = (Here::slug(), editor.stored.with_untracked(|stored| stored.id));
        get_integration(slug, id)
    });
    Effect::new(move || {
        if let Some(Ok(())) = moving.value().get() {
            reload.dispatch(());
        }
    });
    Effect::new(move || {
        if let Some(Ok(found)) = reload.value().get() {
            editor.stored.update(|stored| {
                let found = found.stored.integration;
                (stored.state, stored.version) = (found.state, found.version);
                stored.disabled_reason = found.disabled_reason;
            });
        }
    });
    let error = failure(*moving);
    let (id, name) =
        editor.stored.with_untracked(|stored| (stored.id.to_string(), stored.config.name.clone()));
    view! {
        <StateForm id name state moving/>
        <ErrorNote error=Signal::derive(move || error.get().map(activation_words))/>
    }
    .into_any()
}

/// Why it could not be switched on, in one sentence.
fn activation_words(error: AppError) -> AppError {
    match &error {
        AppError::Invalid(errors) => {
            let each = errors.0.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ");
            AppError::InUse(format!("It cannot be active yet: {each}."))
        }
        _ => error,
    }
}

/// What should not be overlooked.
#[component]
fn Notices(editor: Editor, links: StoredValue<Vec<Link>>, is_untried: RwSignal<bool>) -> impl IntoView {
    let reason = move || editor.stored.with(|stored| stored.disabled_reason.clone());
    let is_unlinked = links.with_value(Vec::is_empty);
    let id = editor.stored.with_untracked(|stored| stored.id);
    let subscribe = StoredValue::new(Here::path(&format!("subscriptions/new?integration={id}")));
    let is_active = move || editor.stored.with(|stored| stored.state == IntegrationState::Active);
    view! {
        <div class="mb-4 grid gap-2 empty:hidden">
            {move || reason().map(|reason| view! {
                <Note tone=Tone::Bad glyph=Glyph::TriangleAlert>"Hookloft switched it off. " {reason}</Note>
            })}
            {move || (is_active() && is_untried.get()).then(|| view! {
                <Note tone=Tone::Warning glyph=Glyph::TriangleAlert>
                    "No event was delivered to it yet. Press Test before you rely on it."
                </Note>
            })}
            {move || is_unlinked.then(|| {
                let (tone, begin) = match is_active() {
                    true => (Tone::Warning, "It is active but linked to nothing"),
                    false => (Tone::Neutral, "It is linked to nothing"),
                };
                view! {
                    <Note tone glyph=Glyph::Unplug>
                        {begin} ", so it never fires. " <A href=subscribe.get_value() attr:class="link">"Subscribe it to events"</A> "."
                    </Note>
                }
            })}
        </div>
    }
    .into_any()
}

/// What is needed rarely.
#[component]
fn More(editor: Editor) -> impl IntoView {
    let open = RwSignal::new(false);
    let deleting = ServerAction::<DeleteIntegration>::new();
    let (id, name) = editor.stored.with_untracked(|stored| (stored.id, stored.config.name.clone()));
    let toasts = Toasts::get();
    Effect::new(move || {
        if let Some(Ok(())) = deleting.value().get() {
            toasts.say("The integration is deleted.");
        }
    });
    let error = failure(*deleting);
    view! {
        <button type="button" class="btn btn-sm" on:click=move |_| open.set(true)><Icon glyph=Glyph::Trash/> "Delete"</button>
        <Confirm
            open
            title="Delete this integration?"
            action="Delete for good"
            dangerous=true
            type_to_confirm=name
            on_confirm=move |()| { deleting.dispatch(DeleteIntegration { slug: Here::slug(), id }); }
        >
            <p>
                "Its settings and secrets are gone at once, and deliveries that wait for it are cancelled. Past deliveries stay in the log."
            </p>
        </Confirm>
        <ErrorNote error/>
    }
    .into_any()
}
