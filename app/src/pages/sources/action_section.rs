use super::editor::Editor;
use super::form::{ActionChoice, Fields, PROFILE};
use super::samples::Samples;
use super::targets::Fill;
use crate::bound;
use crate::components::form::{FieldError, FormErrors, Select, TextField, Toggle};
use crate::components::mapping_editor::Target;
use crate::components::{Glyph, Icon, Note, Panel, Prose, Tone};
use crate::here::Here;
use domain::catalogue::EventDefinition;
use leptos::prelude::*;
use leptos_router::components::A;

/// What a request that passes does (A8), and what the mapping has to fill for that.
#[component]
pub fn ActionSection(
    /// What is edited.
    editor: Editor,
    /// The last requests.
    samples: Samples,
) -> impl IntoView {
    let fields = editor.fields;
    let choice = Memo::new(move |_| fields.with(Fields::choice));
    view! {
        <Panel title="Action" about="What a request that passes the filter does.">
            <div class="grid gap-4">
                <fieldset class="grid gap-2 sm:grid-cols-2">
                    <legend class="sr-only">"Action"</legend>
                    {ActionChoice::ALL.map(|own| view! { <ChoiceCard editor own choice/> })}
                </fieldset>
                {move || match choice.get() {
                    ActionChoice::RecordEvent => view! { <EventChoice editor samples/> }.into_any(),
                    ActionChoice::UpsertCustomer => view! { <ToFill editor samples/> }.into_any(),
                    ActionChoice::UpsertItem => view! { <ModuleChoice editor samples/> }.into_any(),
                    ActionChoice::PublishEvent => view! {
                        <div class="form-grid">
                            <TextField
                                name="action.event_type"
                                label="Event type"
                                bound=bound!(fields.event_type)
                                mono=true
                                placeholder="order.received"
                                hint="What each accepted request is published as."
                            />
                        </div>
                    }.into_any(),
                }}
                <Toggle
                    name="log_only"
                    label="Only keep requests in the log"
                    bound=bound!(fields.log_only)
                    hint="Nothing is made of what comes, and it is answered as filtered out: to see first what a sender sends. A data source is so until its set-up is finished; switched off here, nothing is made of what has come."
                />
            </div>
        </Panel>
    }
    .into_any()
}

#[component]
fn ChoiceCard(editor: Editor, own: ActionChoice, choice: Memo<ActionChoice>) -> impl IntoView {
    let choose = move |_| {
        let stored = editor.stored.with_untracked(|stored| stored.config.action.clone());
        editor.fields.update(|fields| fields.choose(own, &stored));
    };
    view! {
        <label class="choice-card">
            <input
                type="radio"
                class="radio radio-xs mt-0.5"
                name="action"
                value=own.as_str()
                checked=choice.get_untracked() == own
                prop:checked=move || choice.get() == own
                on:change=choose
            />
            <span class="grid min-w-0 gap-0.5">
                <span class="font-medium">{own.label()}</span>
                <span class="muted text-xs">{own.about()}</span>
            </span>
        </label>
    }
    .into_any()
}

/// Which event of the catalogue is recorded.
#[component]
fn EventChoice(editor: Editor, samples: Samples) -> impl IntoView {
    let fields = editor.fields;
    let chosen = Memo::new(move |_| fields.with(|fields| fields.event_type.clone()));
    // The profile has a card of its own; what the catalogue has no more stays shown as what it is.
    let choices = Signal::derive(move || {
        let chosen = chosen.get();
        let words = |definition: &EventDefinition| {
            (definition.event_type.to_string(), format!("{} ({})", definition.name, definition.event_type))
        };
        let mut choices: Vec<_> = editor.recordable.with(|recordable| {
            let others = recordable.events.iter().filter(|event| event.event_type.as_str() != PROFILE);
            others.map(words).collect()
        });
        if choices.iter().all(|(event_type, _)| *event_type != chosen) {
            let words = if chosen.is_empty() { "Choose…".to_owned() } else { format!("{chosen} (gone)") };
            choices.insert(0, (chosen, words));
        }
        choices
    });
    let is_gone = move || {
        let is_known = fields
            .with(|fields| editor.recordable.with(|recordable| recordable.definition(fields).is_some()));
        !is_known && chosen.with(|chosen| !chosen.is_empty())
    };
    view! {
        <div class="grid gap-3">
            <div class="form-grid">
                <Select name="action.event_type" label="Event" bound=bound!(fields.event_type) choices/>
            </div>
            <Show when=is_gone>
                <Note tone=Tone::Warning glyph=Glyph::TriangleAlert>
                    "The catalogue has no event " <code>{chosen}</code> " any more: requests are refused until another is chosen."
                </Note>
            </Show>
            <ToFill editor samples/>
        </div>
    }
    .into_any()
}

/// Which module is fed.
#[component]
fn ModuleChoice(editor: Editor, samples: Samples) -> impl IntoView {
    let fields = editor.fields;
    let modules = editor.recordable.with_untracked(|recordable| recordable.modules.choices());
    if modules.is_empty() {
        let page = Here::path("modules");
        return view! {
            <div class="grid gap-2">
                <Note tone=Tone::Neutral glyph=Glyph::Info>
                    "There is no module yet. " <A href=page attr:class="link">"Make one"</A> " and choose it here."
                </Note>
                <FieldError error=FormErrors::at("action.module_id".to_owned())/>
            </div>
        }
        .into_any();
    }
    let chosen = Memo::new(move |_| fields.with(|fields| fields.module_id.clone()));
    let choices = Signal::derive(move || {
        let chosen = chosen.get();
        let mut choices = modules.clone();
        if choices.iter().all(|(id, _)| *id != chosen) {
            let words = if chosen.is_empty() { "Choose…" } else { "A module that is gone" };
            choices.insert(0, (chosen, words.to_owned()));
        }
        choices
    });
    view! {
        <div class="grid gap-3">
            <div class="form-grid">
                <Select name="action.module_id" label="Module" bound=bound!(fields.module_id) choices/>
            </div>
            <ToFill editor samples/>
        </div>
    }
    .into_any()
}

/// What the chosen event or item says, what of it is required, and where each comes from.
#[component]
fn ToFill(editor: Editor, samples: Samples) -> impl IntoView {
    let about = Memo::new(move |_| {
        editor.fields.with(|fields| {
            editor.recordable.with(|recordable| {
                let definition = recordable.definition(fields)?;
                Some((definition.description.clone(), definition.effect.label()))
            })
        })
    });
    let fills = editor.fills(samples);
    let required =
        Signal::derive(move || fills.get().into_iter().filter(|(target, _)| target.required).collect());
    let others = Signal::derive(move || {
        fills.get().into_iter().filter(|(target, _)| !target.required).collect::<Vec<_>>()
    });
    view! {
        <Show when=move || fills.with(|fills| !fills.is_empty())>
            <div class="grid gap-2">
                {move || about.get().map(|(description, effect)| view! {
                    <p class="text-sm">
                        {(!description.is_empty()).then(|| view! { <Prose text=format!("{description} ")/> " " })}
                        <span class="muted text-xs">{effect} "."</span>
                    </p>
                })}
                <p class="field-label">"Has to be mapped"</p>
                <FillList fills=required/>
                <Show when=move || others.with(|others| !others.is_empty())>
                    <details>
                        <summary class="disclosure">
                            <Icon glyph=Glyph::ChevronRight class="size-3.5"/>
                            {move || others.with(|others| format!("Can be mapped, too ({})", others.len()))}
                        </summary>
                        <div class="mt-2"><FillList fills=others/></div>
                    </details>
                </Show>
            </div>
        </Show>
    }
    .into_any()
}

#[component]
fn FillList(#[prop(into)] fills: Signal<Vec<(Target, Fill)>>) -> impl IntoView {
    view! {
        <ul class="fill-list">
            {move || fills.get().into_iter().map(|(target, fill)| view! { <FillRow target fill/> }).collect_view()}
        </ul>
    }
    .into_any()
}

#[component]
fn FillRow(target: Target, fill: Fill) -> impl IntoView {
    let Target { path, label, kind, required } = target;
    let state = match fill {
        Fill::Mapped(from) => view! {
            <span class="inline-flex min-w-0 items-center gap-1">
                <Icon glyph=Glyph::CircleCheck class="size-3.5 text-success"/> "from " <code class="truncate">{from}</code>
            </span>
        }
        .into_any(),
        Fill::AsSent => view! { <span class="muted">"read from the body itself"</span> }.into_any(),
        Fill::Missing if required => view! {
            <span class="chip tone-warning"><Icon glyph=Glyph::TriangleAlert class="size-3.5"/> "not mapped yet"</span>
        }
        .into_any(),
        Fill::Missing => view! { <span class="muted">"not mapped"</span> }.into_any(),
    };
    view! {
        <li class="fill-row">
            <code class="break-all">{path}</code>
            <span class="muted min-w-0">{label} " · " {kind}</span>
            {state}
        </li>
    }
    .into_any()
}
