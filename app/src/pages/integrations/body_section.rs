use super::editor::Editor;
use crate::bound;
use crate::components::form::{Choice, Segmented, TextArea};
use crate::components::{Panel, counted};
use domain::template::FormTemplate;
use leptos::prelude::*;

const BODIES: &[Choice] =
    &[("envelope", "JSON envelope"), ("json_template", "JSON template"), ("form_template", "Form template")];
const FIELDS: &[&str] =
    &["event.id", "event.type", "event.timestamp", "account.id", "delivery.id", "action", "entity", "data.…"];

/// What is sent (D14, D25).
#[component]
pub fn BodySection(editor: Editor) -> impl IntoView {
    let fields = editor.fields;
    let kind = Memo::new(move |_| fields.with(|fields| fields.body.clone()));
    view! {
        <Panel title="Body">
            <div class="grid gap-4">
                <Segmented name="body.type" label="Format" bound=bound!(fields.body) choices=BODIES/>
                {move || match kind.get().as_str() {
                    "json_template" => view! {
                        <TextArea
                            name="body.template"
                            label="JSON with merge fields"
                            bound=bound!(fields.json_template)
                            rows=9
                            hint="A string that is one merge field takes the value's own type. A literal [ is written \\[."
                        />
                        <MergeFields/>
                    }.into_any(),
                    "form_template" => view! {
                        <TextArea
                            name="body.template"
                            label="Pairs of label=value, joined by &"
                            bound=bound!(fields.form_template)
                            rows=3
                            hint="Values are percent-encoded after merging. A literal [ is written \\[."
                        />
                        <Pairs editor/>
                        <MergeFields/>
                    }.into_any(),
                    _ => view! {
                        <p class="muted">
                            "The same versioned envelope for every integration: " <code>"id"</code> ", " <code>"type"</code> ", "
                            <code>"timestamp"</code> ", " <code>"version"</code> ", " <code>"account"</code> ", "
                            <code>"action"</code> ", " <code>"entity"</code> ", " <code>"data"</code>
                            ". See it with Example."
                        </p>
                    }.into_any(),
                }}
            </div>
        </Panel>
    }
    .into_any()
}

/// The merge fields there are.
#[component]
fn MergeFields() -> impl IntoView {
    view! {
        <p class="muted flex flex-wrap items-center gap-1.5 text-xs">
            "Merge fields:"
            {FIELDS.iter().map(|field| view! { <code class="token">{format!("[{field}]")}</code> }).collect_view()}
        </p>
    }
    .into_any()
}

/// How many pairs the template is read as: a forgotten `&` shows here.
#[component]
fn Pairs(editor: Editor) -> impl IntoView {
    let words = move || {
        editor.fields.with(|fields| match FormTemplate::parse(&fields.form_template) {
            Ok(_) => format!(
                "Read as {}.",
                counted(fields.form_template.split('&').filter(|pair| !pair.is_empty()).count(), "pair")
            ),
            Err(_) => String::new(),
        })
    };
    view! { <p class="muted text-xs">{words}</p> }.into_any()
}
