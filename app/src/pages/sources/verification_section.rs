use super::editor::Editor;
use super::form::Fields;
use crate::bound;
use crate::components::form::{Choice, NumberField, SecretField, Select, TextField, owned};
use crate::components::{Panel, Warnings};
use leptos::prelude::*;

const KINDS: &[Choice] = &[
    ("none", "None"),
    ("header_token", "Header token"),
    ("body_token", "Body token"),
    ("basic", "Basic"),
    ("standard_webhooks", "Standard Webhooks"),
    ("hmac", "HMAC signature"),
    ("stripe", "Stripe"),
    ("twilio", "Twilio"),
];
const ALGORITHMS: &[Choice] = &[("sha1", "SHA-1"), ("sha256", "SHA-256"), ("sha512", "SHA-512")];
const ENCODINGS: &[Choice] = &[("hex", "Hex"), ("base64", "Base64")];
const SIGNED: &[Choice] = &[
    ("body", "The body"),
    ("timestamp_dot_body", "{time}.{body}"),
    ("slack", "v0:{time}:{body}, as Slack does"),
];

/// How senders prove who they are (A7, D11, D24).
#[component]
pub fn VerificationSection(
    /// What is edited.
    editor: Editor,
) -> impl IntoView {
    let fields = editor.fields;
    let kind = Memo::new(move |_| fields.with(|fields| fields.verification.clone()));
    let is_stored = Signal::derive(move || {
        let same_kind = editor.stored.with(|stored| Fields::of(&stored.config).verification) == kind.get();
        same_kind && editor.stored.with(|stored| stored.verification_secret_set)
    });
    view! {
        <Panel
            title="Verification"
            about="How senders prove who they are. Checked in constant time; the sender never learns why it failed. A replaced secret is believed for 24 hours beside the new one."
        >
            <div class="grid gap-4">
                <div class="form-grid">
                    <Select name="verification.type" label="Kind" bound=bound!(fields.verification) choices=owned(KINDS)/>
                </div>
                {move || match kind.get().as_str() {
                    "header_token" | "body_token" | "basic" => view! { <Token fields kind=kind.get() is_stored/> }.into_any(),
                    "hmac" => view! { <Hmac fields is_stored/> }.into_any(),
                    "stripe" => view! { <Stripe fields is_stored/> }.into_any(),
                    "standard_webhooks" => view! { <Secret fields label="Signing secret (whsec_…)" is_stored/> }.into_any(),
                    "twilio" => view! { <Secret fields label="Auth token of the Twilio account" is_stored/> }.into_any(),
                    _ => ().into_any(),
                }}
                <Warnings all=editor.warnings path="verification"/>
            </div>
        </Panel>
    }
    .into_any()
}

/// A token or password that is sent as it is, and where.
#[component]
fn Token(fields: RwSignal<Fields>, kind: String, is_stored: Signal<bool>) -> impl IntoView {
    let (place, secret) = match kind.as_str() {
        "header_token" => (
            view! { <TextField name="verification.header" label="Header" bound=bound!(fields.header) mono=true/> }.into_any(),
            ("verification.token", "Token"),
        ),
        "body_token" => (
            view! {
                <TextField
                    name="verification.path"
                    label="Path in the body"
                    bound=bound!(fields.path)
                    placeholder="auth.token"
                    mono=true
                />
            }
            .into_any(),
            ("verification.token", "Token"),
        ),
        _ => (
            view! { <TextField name="verification.username" label="Username" bound=bound!(fields.username)/> }.into_any(),
            ("verification.password", "Password"),
        ),
    };
    view! {
        <div class="form-grid">
            {place}
            <SecretField name=secret.0 label=secret.1 bound=bound!(fields.secret) is_stored/>
        </div>
    }
    .into_any()
}

#[component]
fn Secret(fields: RwSignal<Fields>, label: &'static str, is_stored: Signal<bool>) -> impl IntoView {
    view! { <SecretField name="verification.secret" label bound=bound!(fields.secret) is_stored/> }.into_any()
}

#[component]
fn Stripe(fields: RwSignal<Fields>, is_stored: Signal<bool>) -> impl IntoView {
    view! {
        <div class="form-grid">
            <Secret fields label="Signing secret (whsec_…)" is_stored/>
            <NumberField
                name="verification.tolerance_s"
                label="Oldest signature taken"
                unit="s"
                bound=bound!(fields.tolerance_s)
            />
        </div>
    }
    .into_any()
}

#[component]
fn Hmac(fields: RwSignal<Fields>, is_stored: Signal<bool>) -> impl IntoView {
    let signs_time = Memo::new(move |_| fields.with(Fields::signs_time));
    view! {
        <div class="form-grid">
            <TextField
                name="verification.header"
                label="Header of the signature"
                bound=bound!(fields.signature_header)
                placeholder="x-hub-signature-256"
                mono=true
            />
            <Secret fields label="Secret" is_stored/>
            <Select name="verification.algorithm" label="Algorithm" bound=bound!(fields.algorithm) choices=owned(ALGORITHMS)/>
            <Select name="verification.encoding" label="Encoding" bound=bound!(fields.encoding) choices=owned(ENCODINGS)/>
            <TextField
                name="verification.prefix"
                label="Prefix"
                bound=bound!(fields.prefix)
                placeholder="sha256="
                mono=true
                hint="What stands before the signature in the header, if anything."
            />
            <Select
                name="verification.signed"
                label="What is signed"
                bound=bound!(fields.signed)
                choices=owned(SIGNED)
                hint="Where no time is signed, a request that somebody copied can be sent again at any time."
            />
            {move || signs_time.get().then(|| view! {
                <TextField
                    name="verification.timestamp"
                    label="Header of the time"
                    bound=bound!(fields.timestamp_header)
                    placeholder="x-slack-request-timestamp"
                    mono=true
                    hint="It holds whole seconds since 1970."
                />
                <NumberField
                    name="verification.timestamp.tolerance_s"
                    label="Oldest signature taken"
                    unit="s"
                    bound=bound!(fields.tolerance_s)
                />
            })}
        </div>
    }
    .into_any()
}
