use super::editor::Editor;
use crate::bound;
use crate::components::form::{
    Choice, KeyValueEditor, NumberField, SecretField, Segmented, Select, TextField, owned,
};
use crate::components::{Panel, Warnings};
use leptos::prelude::*;

const METHODS: &[Choice] = &[("POST", "POST (send)"), ("PUT", "PUT (update)")];
const ACTIONS: &[Choice] =
    &[("create", "Create"), ("update", "Update"), ("cancel", "Cancel"), ("push", "Push")];
const ENTITIES: &[Choice] = &[("client", "Client"), ("order", "Order"), ("line_item", "Line item")];
const AUTHS: &[Choice] =
    &[("none", "None"), ("basic", "Basic"), ("api_key", "API key"), ("oauth2", "OAuth 2.0")];
const RETRIES: &[Choice] = &[
    ("standard", "Standard: 10 tries in 3 days"),
    ("five_minutes", "Five minutes: 8 tries, then no more"),
    ("none", "None: one try"),
    ("custom", "Custom"),
];

/// Name, URL, method, event and entity type (T3-T7).
#[component]
pub fn General(editor: Editor) -> impl IntoView {
    let fields = editor.fields;
    view! {
        <Panel title="General">
            <div class="form-grid">
                <TextField name="name" label="Name" bound=bound!(fields.name)/>
                <Select name="method" label="Method Type" bound=bound!(fields.method) choices=owned(METHODS)/>
                <div class="col-span-full grid gap-2">
                    <TextField
                        name="target_url"
                        label="Target URL"
                        bound=bound!(fields.target_url)
                        placeholder="https://example.com/webhooks"
                        mono=true
                    />
                    <Warnings all=editor.warnings path="target_url"/>
                </div>
                <Select
                    name="action"
                    label="Event"
                    bound=bound!(fields.action)
                    choices=owned(ACTIONS)
                    hint="What the receiver is to do; fills “action” of the envelope."
                />
                <Select
                    name="entity"
                    label="Entity Type"
                    bound=bound!(fields.entity)
                    choices=owned(ENTITIES)
                    hint="What the receiver makes of it; fills “entity” of the envelope."
                />
            </div>
        </Panel>
    }
    .into_any()
}

/// None, Basic, API key or OAuth 2.0 (T8).
#[component]
pub fn Authentication(editor: Editor) -> impl IntoView {
    let fields = editor.fields;
    let kind = Memo::new(move |_| fields.with(|fields| fields.auth.clone()));
    let is_stored = Signal::derive(move || {
        let same_kind =
            editor.stored.with(|stored| super::form::Fields::of(&stored.config).auth) == kind.get();
        same_kind && editor.stored.with(|stored| stored.auth_secret_set)
    });
    view! {
        <Panel title="Authentication" about="How messages prove who sends them, beside their signature.">
            <div class="grid gap-4">
                <Segmented name="auth.type" label="Kind" bound=bound!(fields.auth) choices=AUTHS/>
                {move || match kind.get().as_str() {
                    "basic" => view! {
                        <div class="form-grid">
                            <TextField name="auth.username" label="Username" bound=bound!(fields.username)/>
                            <SecretField
                                name="auth.password"
                                label="Password"
                                bound=bound!(fields.secret)
                                is_stored
                                unset="not set; may be saved empty"
                            />
                        </div>
                    }.into_any(),
                    "api_key" => view! {
                        <div class="form-grid">
                            <TextField name="auth.header" label="Header" bound=bound!(fields.header) mono=true/>
                            <SecretField name="auth.value" label="Key" bound=bound!(fields.secret) is_stored/>
                        </div>
                    }.into_any(),
                    "oauth2" => view! { <OAuth2 editor is_stored/> }.into_any(),
                    _ => ().into_any(),
                }}
                <Warnings all=editor.warnings path="auth"/>
                <Warnings all=editor.warnings path="auth.token_url"/>
            </div>
        </Panel>
    }
    .into_any()
}

#[component]
fn OAuth2(editor: Editor, is_stored: Signal<bool>) -> impl IntoView {
    let fields = editor.fields;
    view! {
        <div class="form-grid">
            <TextField name="auth.client_id" label="Client ID" bound=bound!(fields.client_id)/>
            <SecretField name="auth.client_secret" label="Client secret" bound=bound!(fields.secret) is_stored/>
            <TextField
                name="auth.token_url"
                label="Token URL"
                bound=bound!(fields.token_url)
                placeholder="https://example.com/oauth/token"
                mono=true
            />
            <TextField name="auth.scope" label="Scopes" bound=bound!(fields.scope) hint="Between spaces; empty for none."/>
        </div>
    }
    .into_any()
}

/// Custom headers.
#[component]
pub fn Headers(editor: Editor) -> impl IntoView {
    view! {
        <Panel title="Headers" about="Sent with every message. Members can read them, so put no secrets here.">
            <KeyValueEditor name="headers" rows=editor.headers/>
        </Panel>
    }
    .into_any()
}

/// Deadline, limits, retries.
#[component]
pub fn Delivery(editor: Editor) -> impl IntoView {
    let fields = editor.fields;
    let is_custom = move || fields.with(|fields| fields.retry == "custom");
    view! {
        <Panel title="Delivery">
            <div class="form-grid">
                <NumberField
                    name="timeout_ms"
                    label="Timeout"
                    unit="ms"
                    bound=bound!(fields.timeout_ms)
                    hint="Over connecting, token, headers and body: 1,000 to 30,000."
                />
                <NumberField
                    name="max_in_flight"
                    label="At once"
                    unit="messages"
                    bound=bound!(fields.max_in_flight)
                    hint="How many may be in flight: 1 to 512."
                />
                <NumberField name="per_second" label="Per second" unit="messages" bound=bound!(fields.per_second) placeholder="no limit"/>
                <Select name="retry" label="Retries" bound=bound!(fields.retry) choices=owned(RETRIES)/>
                <Show when=is_custom>
                    <TextField
                        name="retry.custom"
                        label="Delays in seconds"
                        bound=bound!(fields.delays)
                        mono=true
                        hint="Between commas; at most 20 within 7 days."
                    />
                </Show>
            </div>
        </Panel>
    }
    .into_any()
}
