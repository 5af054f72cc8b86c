use super::editor::Editor;
use super::form::Fields;
use crate::bound;
use crate::components::form::{
    Choice, FieldError, FormErrors, NumberField, Select, TextField, Toggle, owned,
};
use crate::components::{Bound, Panel};
use domain::source::ContentType;
use leptos::prelude::*;

const METHODS: &[Choice] = &[("POST", "POST"), ("PUT", "PUT")];
const HANDSHAKES: &[Choice] = &[
    ("", "None"),
    ("get", "Answers GET"),
    ("empty_post", "Answers an empty POST"),
    ("slack_challenge", "Slack's challenge"),
];

/// Name, method and endpoint (A3).
#[component]
pub fn Request(editor: Editor) -> impl IntoView {
    let fields = editor.fields;
    view! {
        <Panel title="Request">
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
                <ContentTypes fields/>
                <HandshakeField fields/>
            </div>
        </Panel>
    }
    .into_any()
}

/// How bodies may be written (D24).
#[component]
fn ContentTypes(fields: RwSignal<Fields>) -> impl IntoView {
    let takes = move |content_type: ContentType| {
        Bound::new(
            move || fields.with(|fields| fields.content_types.contains(&content_type)),
            move |is_taken| {
                fields.update(|fields| {
                    fields.content_types.retain(|own| *own != content_type);
                    if is_taken {
                        fields.content_types.push(content_type);
                    }
                });
            },
        )
    };
    view! {
        <fieldset class="field">
            <legend class="field-label">"Bodies it takes"</legend>
            <div class="grid gap-2">
                <Toggle
                    name="content_types.json"
                    label="JSON"
                    bound=takes(ContentType::Json)
                    hint="application/json, and types that end in +json."
                />
                <Toggle
                    name="content_types.form"
                    label="Form"
                    bound=takes(ContentType::Form)
                    hint="application/x-www-form-urlencoded: filter and mapping see its fields as an object."
                />
                <FieldError error=FormErrors::at("content_types".to_owned())/>
            </div>
        </fieldset>
    }
    .into_any()
}

/// How the provider asks whether somebody is there (D24).
#[component]
fn HandshakeField(fields: RwSignal<Fields>) -> impl IntoView {
    let hint = move || match fields.with(|fields| fields.handshake.clone()).as_str() {
        "get" => "A GET or HEAD is answered 200 while it is active, and makes no event: Mailchimp asks so.",
        "empty_post" => "A request without a body is answered 200, needs no proof and makes no event.",
        "slack_challenge" => {
            "Slack's url_verification is answered with its challenge once its signature is right, and makes no event."
        }
        _ => "The provider does not ask first whether somebody is there.",
    };
    view! {
        <div class="grid content-start gap-1">
            <Select name="handshake" label="Handshake" bound=bound!(fields.handshake) choices=owned(HANDSHAKES)/>
            <p class="field-hint">{hint}</p>
        </div>
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
                <NumberField
                    name="per_second"
                    label="Per second"
                    unit="requests"
                    bound=bound!(fields.per_second)
                    placeholder="no limit"
                    hint="More are answered 429. Each server process counts for itself."
                />
            </div>
        </Panel>
    }
    .into_any()
}
