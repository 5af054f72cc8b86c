use super::draft::{FilterDraft, Join, Node};
use crate::components::form::{FieldError, FormErrors};
use crate::components::icons::{Glyph, Icon};
use crate::components::value_text::{kind_of, value_of};
use domain::filter::Operator;
use leptos::prelude::*;

/// What all parts of one builder share.
#[derive(Clone, Copy)]
struct Builder {
    draft: RwSignal<FilterDraft>,
    /// Dotted path of the filter in its form.
    field: &'static str,
    /// What a new criterion's path begins with.
    root: &'static str,
}

/// Nested groups of criteria.
#[component]
pub fn FilterBuilder(
    /// The filter being edited.
    draft: RwSignal<FilterDraft>,
    /// Dotted path of the filter in its form.
    field: &'static str,
    /// What paths begin with.
    roots: &'static [&'static str],
    /// Paths to offer, from samples.
    #[prop(optional, into)]
    known_paths: Signal<Vec<String>>,
) -> impl IntoView {
    let builder = Builder { draft, field, root: roots.last().copied().unwrap_or_default() };
    view! {
        <datalist id=format!("{field}-paths")>
            {move || known_paths.get().into_iter().map(|path| view! { <option value=path></option> }).collect_view()}
        </datalist>
        {group(builder, FilterDraft::ROOT)}
    }
    .into_any()
}

fn group(builder: Builder, id: u32) -> AnyView {
    let Builder { draft, root, .. } = builder;
    let is_root = id == FilterDraft::ROOT;
    let parts = move || draft.with(|draft| draft.parts_of(id));
    let count = Memo::new(move |_| draft.with(|draft| draft.parts_of(id).len()));
    view! {
        <div class="filter-group" class:filter-group-nested=!is_root role="group" aria-label="Group of criteria">
            <Show when=move || { count.get() > 1 || !is_root }>
                <JoinSwitch builder id/>
            </Show>
            <For each=parts key=|id| *id let:part>{node(builder, part)}</For>
            {(!is_root).then(|| view! { <GroupError builder id/> })}
            <div class="flex flex-wrap gap-2">
                <button type="button" class="btn btn-sm" on:click=move |_| draft.update(|draft| draft.add_criterion(id, root))>
                    <Icon glyph=Glyph::Plus/> "Add criterion"
                </button>
                <button type="button" class="btn btn-sm btn-ghost" on:click=move |_| draft.update(|draft| draft.add_group(id, root))>
                    <Icon glyph=Glyph::Plus/> "Add group"
                </button>
                {(!is_root).then(|| view! {
                    <button type="button" class="btn btn-sm btn-ghost" on:click=move |_| draft.update(|draft| draft.remove(id))>
                        "Remove group"
                    </button>
                })}
            </div>
        </div>
    }
    .into_any()
}

fn node(builder: Builder, id: u32) -> AnyView {
    let is_group = builder.draft.with_untracked(|draft| matches!(draft.node(id), Some(Node::Group { .. })));
    if is_group { group(builder, id) } else { view! { <CriterionRow builder id/> }.into_any() }
}

/// What is wrong with a group itself. What is wrong with the whole filter stands below the builder.
#[component]
fn GroupError(builder: Builder, id: u32) -> impl IntoView {
    let Builder { draft, field, .. } = builder;
    let place = Memo::new(move |_| draft.with(|draft| draft.field_of(id, field)));
    view! { <FieldError error=Signal::derive(move || FormErrors::at(place.get()).get())/> }.into_any()
}

#[component]
fn JoinSwitch(builder: Builder, id: u32) -> impl IntoView {
    let Builder { draft, .. } = builder;
    let join = move || {
        draft.with(|draft| match draft.node(id) {
            Some(Node::Group { join, .. }) => *join,
            _ => Join::And,
        })
    };
    let choose = move |wanted: Join| {
        draft.update(|draft| {
            draft.change(id, |node| {
                if let Node::Group { join, .. } = node {
                    *join = wanted;
                }
            });
        });
    };
    let button = move |own: Join, words: &'static str| {
        view! {
            <button
                type="button"
                class="segment"
                aria-pressed=move || if join() == own { "true" } else { "false" }
                on:click=move |_| choose(own)
            >
                <span>{words}</span>
            </button>
        }
    };
    view! {
        <div class="segmented w-fit" role="group" aria-label="How the criteria are joined">
            {button(Join::And, "All of these (AND)")}
            {button(Join::Or, "Any of these (OR)")}
        </div>
    }
    .into_any()
}

#[component]
fn CriterionRow(builder: Builder, id: u32) -> impl IntoView {
    let Builder { draft, field, .. } = builder;
    let read = move || draft.with(|draft| draft.node(id).cloned());
    let path = move || if let Some(Node::Criterion { path, .. }) = read() { path } else { String::new() };
    let op =
        Memo::new(move |_| if let Some(Node::Criterion { op, .. }) = read() { op } else { Operator::Exists });
    let value = move || if let Some(Node::Criterion { value, .. }) = read() { value } else { String::new() };
    let set_path = move |text: String| change(draft, id, |path, _, _| *path = text);
    let set_op = move |wanted: Operator| change(draft, id, |_, op, _| *op = wanted);
    let set_value = move |text: String| change(draft, id, |_, _, value| *value = text);
    view! {
        <div class="criterion">
            <input
                class="input min-w-0 font-mono"
                aria-label="Attribute"
                list=format!("{field}-paths")
                placeholder=builder.root
                autocomplete="off"
                spellcheck="false"
                prop:value=path
                on:input=move |event| set_path(event_target_value(&event))
            />
            <select
                class="select"
                aria-label="Operator"
                prop:value=move || op.get().as_str()
                on:change=move |event| if let Ok(wanted) = event_target_value(&event).parse() { set_op(wanted) }
            >
                {Operator::ALL.into_iter().map(|own| view! {
                    <option value=own.as_str() selected=move || op.get() == own>{own.label()}</option>
                }).collect_view()}
            </select>
            <Show when=move || op.get().takes_value() fallback=|| view! { <span class="hidden sm:block"></span> }>
                <span class="input min-w-0">
                    <input
                        class="min-w-0 grow font-mono"
                        aria-label="Value"
                        placeholder=move || if op.get() == Operator::In { "a, b, c" } else { "value" }
                        autocomplete="off"
                        spellcheck="false"
                        prop:value=value
                        on:input=move |event| set_value(event_target_value(&event))
                    />
                    <span class="muted text-2xs">{move || value_kind(op.get(), &value())}</span>
                </span>
            </Show>
            <button
                type="button"
                class="btn btn-ghost btn-sm btn-square"
                aria-label="Remove this criterion"
                on:click=move |_| draft.update(|draft| draft.remove(id))
            >
                <Icon glyph=Glyph::X/>
            </button>
            <RowError builder id/>
        </div>
    }
    .into_any()
}

#[component]
fn RowError(builder: Builder, id: u32) -> impl IntoView {
    let Builder { draft, field, .. } = builder;
    let place = Memo::new(move |_| draft.with(|draft| draft.field_of(id, field)));
    let is_begun = move || {
        draft.with(|draft| match draft.node(id) {
            Some(Node::Criterion { path, .. }) => path.as_str() != builder.root,
            _ => true,
        })
    };
    let error = Signal::derive(move || FormErrors::below(&place.get()).get().filter(|_| is_begun()));
    view! {
        <Show when=is_begun fallback=move || view! {
            <p class="field-hint col-span-full">"Name an attribute, such as " <code>{builder.root} "id"</code> "."</p>
        }>
            <FieldError error/>
        </Show>
    }
    .into_any()
}

fn change(
    draft: RwSignal<FilterDraft>,
    id: u32,
    change: impl FnOnce(&mut String, &mut Operator, &mut String),
) {
    draft.update(|draft| {
        draft.change(id, |node| {
            if let Node::Criterion { path, op, value, .. } = node {
                change(path, op, value);
            }
        });
    });
}

fn value_kind(op: Operator, value: &str) -> &'static str {
    match op {
        _ if value.is_empty() => "",
        Operator::In => "list",
        Operator::MatchesRegex | Operator::StartsWith | Operator::EndsWith => "text",
        _ => kind_of(&value_of(value)),
    }
}
