use super::example::ExampleButton;
use super::secret::SecretOnce;
use super::server_fns::{WebhookForm, delete_module_webhook, get_webhook_form, save_module_webhook};
use super::test::DraftTest;
use super::typed::{Ticked, Typed, activity_words, offered};
use crate::bound;
use crate::components::form::{FieldError, FormErrors, TextField};
use crate::components::{
    Begin, Calls, Confirm, DirtyBar, Editing, ErrorNote, Glyph, Icon, Loaded, Note, Over, PageHead, Panel,
    Rules, Skeleton, Tone, failure,
};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::integrations::TestButton;
use crate::pages::modules::page::{CRUMBS, id_in};
use domain::account::Permission;
use domain::ids::{ModuleId, SubscriptionId};
use domain::module::{Activity, ModuleConfig, ModuleWebhook, ModuleWebhookDraft};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

type Stored = Option<ModuleWebhook>;

/// `/a/{slug}/modules/{id}/webhooks/new`.
#[component]
pub fn NewWebhook() -> impl IntoView {
    view! { <Page/> }.into_any()
}

/// `/a/{slug}/modules/{id}/webhooks/{webhook}`.
#[component]
pub fn EditWebhook() -> impl IntoView {
    view! { <Page/> }.into_any()
}

#[component]
fn Page() -> impl IntoView {
    let params = use_params_map();
    let slug = StoredValue::new(Here::slug());
    let ids = Memo::new(move |_| {
        params.with(|params| (params.get("id").unwrap_or_default(), params.get("webhook")))
    });
    let form = Resource::new(
        move || ids.get(),
        move |(id, webhook)| async move {
            let webhook = webhook.map(|text| text.parse().map_err(|_| AppError::NotFound)).transpose()?;
            get_webhook_form(slug.get_value(), id_in(&id)?, webhook).await
        },
    );
    view! { <Loaded resource=form skeleton=Skeleton::Panels view=|form| view! { <Form form/> }/> }.into_any()
}

#[component]
fn Form(form: WebhookForm) -> impl IntoView {
    let WebhookForm { module, webhook } = form;
    let (id, name) = (module.id, module.config.name.clone());
    let title = webhook.as_ref().map_or_else(|| "New outgoing webhook".to_owned(), |own| own.name.clone());
    let of_stored = webhook.as_ref().map(|own| (own.subscription_id, own.integration.id));
    let may_edit = Here::may(Permission::EditModules);
    let config = StoredValue::new(module.config);
    let secret = RwSignal::new(None::<String>);
    let editing = edit(id, webhook, config, secret);
    let list = format!("modules/{id}/settings?tab=webhooks");
    let under = vec![(name, format!("modules/{id}")), ("Outgoing webhooks".to_owned(), list.clone())];
    view! {
        <PageHead title crumbs=CRUMBS under>
            <ExampleButton id activity=Signal::derive(move || editing.typed.with(|typed| typed.activities.first().cloned()))/>
            {match of_stored {
                Some((webhook, integration)) => view! {
                    <TestButton id=integration is_dirty=editing.saving.is_dirty on_accepted=|()| ()/>
                    {may_edit.then(|| view! { <Delete id webhook/> })}
                }.into_any(),
                None => view! { <DraftTest id typed=editing.typed config/> }.into_any(),
            }}
        </PageHead>
        <fieldset class="editor" disabled=!may_edit>
            <Panel title="Webhook">
                <div class="form-grid"><Inputs editing/></div>
            </Panel>
            <Panel title="Activities" about="Any of these sends a message, with the item and what changed.">
                <Boxes editing config/>
            </Panel>
            {of_stored.map(|(_, integration)| view! { <Underneath integration=integration.to_string()/> })}
        </fieldset>
        <DirtyBar saving=editing.saving/>
        <SecretOnce secret list/>
    }
    .into_any()
}

fn edit(
    id: ModuleId,
    webhook: Stored,
    config: StoredValue<ModuleConfig>,
    secret: RwSignal<Option<String>>,
) -> Editing<Stored, Typed> {
    let slug = StoredValue::new(Here::slug());
    let own = webhook.as_ref().map(|own| own.subscription_id);
    let begin = match (own, Here::may(Permission::EditModules)) {
        (Some(_), _) => Begin::Stored,
        (None, true) => Begin::New,
        (None, false) => Begin::Denied,
    };
    let stored = RwSignal::new(webhook);
    let save = Action::new(move |(over, draft): &(Over, ModuleWebhookDraft)| {
        let version = stored.with_untracked(|stored| stored.as_ref().map(|stored| stored.version));
        let (version, draft) = (version.filter(|_| *over == Over::Opened), draft.clone());
        async move {
            let saved = save_module_webhook(slug.get_value(), id, own, version, draft).await?;
            secret.set(saved.signing_secret);
            Ok(Some(saved.webhook))
        }
    });
    let reload = Action::new(move |(): &()| async move {
        get_webhook_form(slug.get_value(), id, own).await.map(|form| form.webhook)
    });
    let rules = Rules {
        as_typed: move |stored: &Stored| config.with_value(|config| Typed::of(stored.as_ref(), config)),
        read: move |_: &Stored, typed: &Typed| config.with_value(|config| typed.read(config)),
    };
    Editing::begin(stored, begin, rules, Calls { save, reload, on_saved: Callback::new(|_| ()) })
}

#[component]
fn Inputs(editing: Editing<Stored, Typed>) -> impl IntoView {
    let typed = editing.typed;
    view! {
        <TextField name="name" label="Name" bound=bound!(typed.name) placeholder="Tell the CRM"/>
        <TextField
            name="url"
            label="URL"
            bound=bound!(typed.url)
            mono=true
            placeholder="https://example.com/hooks"
            hint="It takes JSON by POST and asks for no authentication."
        />
    }
    .into_any()
}

/// A box for each activity, with one for each field of the module (K12).
#[component]
fn Boxes(editing: Editing<Stored, Typed>, config: StoredValue<ModuleConfig>) -> impl IntoView {
    let typed = editing.typed;
    let all = typed.with_untracked(|typed| config.with_value(|config| offered(config, &typed.activities)));
    view! {
        <div class="grid gap-2 sm:grid-cols-2">
            {all.into_iter().map(|activity| view! { <OneBox typed config activity/> }).collect_view()}
        </div>
        <FieldError error=FormErrors::below("activities")/>
    }
    .into_any()
}

#[component]
fn OneBox(typed: RwSignal<Typed>, config: StoredValue<ModuleConfig>, activity: Activity) -> impl IntoView {
    let words = config.with_value(|config| activity_words(&activity, config));
    let own = activity.clone();
    let is_on = Memo::new(move |_| typed.with(|typed| typed.activities.contains(&own)));
    let tick = move |event| {
        let ticked = if event_target_checked(&event) { Ticked::Yes } else { Ticked::No };
        config.with_value(|config| typed.update(|typed| typed.tick(&activity, ticked, config)));
    };
    view! {
        <label class="flex items-center gap-2">
            <input
                type="checkbox"
                class="checkbox checkbox-sm"
                checked=is_on.get_untracked()
                prop:checked=move || is_on.get()
                on:change=tick
            />
            {words}
        </label>
    }
    .into_any()
}

/// Where the rest of it is set.
#[component]
fn Underneath(integration: String) -> impl IntoView {
    view! {
        <Note tone=Tone::Neutral glyph=Glyph::Webhook>
            "Signing, headers, retries and the log of deliveries are those of "
            <A href=Here::path(&format!("integrations/{integration}")) attr:class="link">"its integration"</A> "."
        </Note>
    }
    .into_any()
}

#[component]
fn Delete(id: ModuleId, webhook: SubscriptionId) -> impl IntoView {
    let open = RwSignal::new(false);
    let slug = StoredValue::new(Here::slug());
    let deleting = Action::new(move |(): &()| delete_module_webhook(slug.get_value(), id, webhook));
    view! {
        <button type="button" class="btn btn-sm" on:click=move |_| open.set(true)><Icon glyph=Glyph::Trash/> "Delete"</button>
        <Confirm
            open
            title="Delete this webhook?"
            action="Delete"
            dangerous=true
            on_confirm=move |()| { deleting.dispatch(()); }
        >
            <p>"Nothing more is sent, and its integration is deleted with it unless something else sends there."</p>
        </Confirm>
        <ErrorNote error=failure(deleting)/>
    }
    .into_any()
}
