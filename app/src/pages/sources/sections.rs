use super::editor::Editor;
use super::form::Fields;
use crate::bound;
use crate::components::form::{Choice, NumberField, SecretField, Segmented, Select, TextField, owned};
use crate::components::json::JsonEditor;
use crate::components::{Panel, Warnings};
use leptos::prelude::*;

const METHODS: &[Choice] = &[("POST", "POST"), ("PUT", "PUT")];
const VERIFICATIONS: &[Choice] = &[
    ("none", "None"),
    ("header_token", "Header token"),
    ("body_token", "Body token"),
    ("basic", "Basic"),
    ("standard_webhooks", "Standard Webhooks"),
];
const FILTERED: &[Choice] = &[("error", "The error response, 422"), ("success", "The success response")];

/// Name, method, endpoint and action (A3, A8).
#[component]
pub fn Request(editor: Editor) -> impl IntoView {
    let fields = editor.fields;
    view! {
        <Panel title="Request and action">
            <div class="form-grid">
                <TextField name="name" label="Name" bound=bound!(fields.name)/>
                <TextField
                    name="endpoint"
                    label="Endpoint"
                    bound=bound!(fields.endpoint)
                    mono=true
                    hint="Last part of the URL. Changing it breaks the old URL."
                />
                <Select name="method" label="Request method" bound=bound!(fields.method) choices=owned(METHODS)/>
                <TextField
                    name="action.event_type"
                    label="Action: publish event of type"
                    bound=bound!(fields.event_type)
                    mono=true
                    placeholder="order.received"
                />
            </div>
        </Panel>
    }
    .into_any()
}

/// How senders prove who they are (A7, D11).
#[component]
pub fn VerificationSection(editor: Editor) -> impl IntoView {
    let fields = editor.fields;
    let kind = Memo::new(move |_| fields.with(|fields| fields.verification.clone()));
    let is_stored = Signal::derive(move || {
        let same_kind = editor.stored.with(|stored| Fields::of(&stored.config).verification) == kind.get();
        same_kind && editor.stored.with(|stored| stored.verification_secret_set)
    });
    view! {
        <Panel
            title="Verification"
            about="How senders prove who they are. Checked in constant time; the sender never learns why it failed."
        >
            <div class="grid gap-4">
                <Segmented name="verification.type" label="Kind" bound=bound!(fields.verification) choices=VERIFICATIONS/>
                {move || match kind.get().as_str() {
                    "header_token" => view! {
                        <div class="form-grid">
                            <TextField name="verification.header" label="Header" bound=bound!(fields.header) mono=true/>
                            <SecretField name="verification.token" label="Token" bound=bound!(fields.secret) is_stored/>
                        </div>
                    }.into_any(),
                    "body_token" => view! {
                        <div class="form-grid">
                            <TextField
                                name="verification.path"
                                label="Path in the body"
                                bound=bound!(fields.path)
                                placeholder="auth.token"
                                mono=true
                            />
                            <SecretField name="verification.token" label="Token" bound=bound!(fields.secret) is_stored/>
                        </div>
                    }.into_any(),
                    "basic" => view! {
                        <div class="form-grid">
                            <TextField name="verification.username" label="Username" bound=bound!(fields.username)/>
                            <SecretField name="verification.password" label="Password" bound=bound!(fields.secret) is_stored/>
                        </div>
                    }.into_any(),
                    "standard_webhooks" => view! {
                        <SecretField name="verification.secret" label="Signing secret (whsec_…)" bound=bound!(fields.secret) is_stored/>
                    }.into_any(),
                    _ => ().into_any(),
                }}
                <Warnings all=editor.warnings path="verification"/>
            </div>
        </Panel>
    }
    .into_any()
}

/// What senders are answered (A13, D3).
#[component]
pub fn Response(editor: Editor) -> impl IntoView {
    let fields = editor.fields;
    view! {
        <Panel title="Response" about="What senders are answered, once what they sent is on disk.">
            <div class="form-grid">
                <JsonEditor name="response.success" label="Success" bound=bound!(fields.success) placeholder="{\"ok\":true}"/>
                <JsonEditor name="response.error" label="Error" bound=bound!(fields.error) placeholder="{\"ok\":false,\"code\":…}"/>
                <NumberField name="response.success_status" label="Success status" bound=bound!(fields.success_status)/>
                <NumberField
                    name="response.error_status"
                    label="Error status"
                    bound=bound!(fields.error_status)
                    placeholder="each error’s own"
                />
                <Select
                    name="response.filtered"
                    label="Answer filtered requests with"
                    bound=bound!(fields.filtered)
                    choices=owned(FILTERED)
                    hint="Many senders give up after a 4xx; answer them with success."
                />
            </div>
        </Panel>
    }
    .into_any()
}

/// Idempotency and rate (D16).
#[component]
pub fn Limits(editor: Editor) -> impl IntoView {
    let fields = editor.fields;
    view! {
        <Panel title="Duplicates and rate">
            <div class="form-grid">
                <TextField
                    name="idempotency_key"
                    label="Idempotency key"
                    bound=bound!(fields.idempotency_key)
                    mono=true
                    placeholder="headers.x-request-id"
                    hint="Where each request carries a key of its own. A repeat within 7 days is answered like the first and makes no event."
                />
                <NumberField name="per_second" label="Per second" unit="requests" bound=bound!(fields.per_second) placeholder="no limit"/>
            </div>
        </Panel>
    }
    .into_any()
}
