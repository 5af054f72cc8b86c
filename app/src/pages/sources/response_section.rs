use super::editor::Editor;
use super::form::Fields;
use super::samples::Samples;
use crate::bound;
use crate::components::form::{Choice, NumberField, Select, owned};
use crate::components::json::{JsonEditor, JsonView};
use crate::components::mapping_editor::to_mapping;
use crate::components::{Panel, StatusCode};
use domain::error::FieldErrors;
use domain::inbound::{Outcome, Response, preview};
use leptos::prelude::*;
use serde_json::Value;

const FILTERED: &[Choice] = &[("error", "The error response, 422"), ("success", "The success response")];

/// What senders are answered (A13, D3), and what the sender of the sample would be.
#[component]
pub fn ResponseSection(
    /// What is edited.
    editor: Editor,
    /// The last requests.
    samples: Samples,
) -> impl IntoView {
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
                <p class="field-hint">
                    "In the success response a text that is exactly " <code>"[Event ID]"</code> ", " <code>"[Request ID]"</code>
                    " or " <code>"[Record Key]"</code> " stands for what the request made: " <code>"{\"id\": \"[Event ID]\"}"</code> "."
                </p>
            </div>
            <Preview editor samples/>
        </Panel>
    }
    .into_any()
}

/// What the sender of the sample would be answered as everything is typed now. Ids are made up.
#[component]
fn Preview(editor: Editor, samples: Samples) -> impl IntoView {
    let answer = Memo::new(move |_| {
        let rows = editor.mapping.with(|rows| to_mapping(rows));
        let filter = editor.filter.with(|filter| filter.to_filter());
        let choice = editor.fields.with(Fields::choice);
        let previewed = editor.recordable.with(|recordable| {
            editor.fields.with(|fields| {
                let made = |object: &Value| match fields.log_only {
                    true => Err(Outcome::Filtered),
                    false => recordable.key_of(fields, &rows, object),
                };
                samples.ending(filter.as_ref(), choice, made)
            })
        })?;
        let policy = editor.fields.with(|fields| fields.response(&mut FieldErrors::default()));
        Some(preview(&policy, &previewed))
    });
    let shown = |Response { status, body }: Response| {
        view! {
            <p class="text-xs">
                "The sample would be answered " <StatusCode code=status/> {body.is_empty().then_some(", without a body")}
            </p>
            {serde_json::from_slice::<Value>(&body).ok().map(|value| view! { <JsonView value what="response"/> })}
        }
    };
    view! {
        <div class="mt-4 grid min-w-0 gap-2 empty:hidden" role="group" aria-label="Answer to the sample">
            {move || answer.get().map(shown)}
        </div>
    }
    .into_any()
}
