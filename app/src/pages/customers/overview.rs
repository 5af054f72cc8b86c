use super::editor::Editor;
use crate::components::{Ago, Panel, number};
use crate::pages::records::{Fact, ShownValue, Tokens};
use domain::customer::Customer;
use domain::form::{Field, Section};
use leptos::prelude::*;
use serde_json::{Map, Value};

/// What is known of a customer (A26).
#[component]
pub fn Overview(
    /// Who is looked at.
    editor: Editor,
) -> impl IntoView {
    move || {
        let customer = editor.stored.get()?.customer;
        let sections = editor.form.with_value(|form| form.sections.clone());
        let others = editor.form.with_value(|form| {
            let others = customer.fields.iter().filter(|(key, _)| form.field(key).is_none());
            others.map(|(key, value)| (key.clone(), value.clone())).collect::<Vec<_>>()
        });
        let known = customer.fields.clone();
        let sections = sections.into_iter().map(|section| {
            let known = known.clone();
            view! { <OneSection section known editor/> }
        });
        let sections = sections.collect_view();
        Some(view! {
            <div class="grid max-w-5xl min-w-0 gap-4">
                <Balance customer=customer.clone()/>
                <div class="grid min-w-0 items-start gap-4 lg:grid-cols-2">
                    <Own customer/>
                    {sections}
                    {(!others.is_empty()).then(|| view! { <Others others/> })}
                </div>
            </div>
        })
    }
}

/// Points and totals, large.
#[component]
fn Balance(customer: Customer) -> impl IntoView {
    let figure = |label: &'static str, words: String| {
        view! {
            <div class="figure">
                <dt class="muted text-xs">{label}</dt>
                <dd class="text-lg font-semibold tabular-nums break-all">{words}</dd>
            </div>
        }
    };
    let totals = customer.totals;
    view! {
        <dl class="figures" aria-label="Points and totals">
            {figure("Points", customer.points.to_string())}
            {figure("Spent", totals.spent.to_string())}
            {figure("Purchases", number(totals.purchases))}
            {figure("Items bought", number(totals.items))}
            {figure("Refunded", totals.refunded.to_string())}
        </dl>
    }
    .into_any()
}

/// What every customer has.
#[component]
fn Own(customer: Customer) -> impl IntoView {
    let opted = match customer.opted_in {
        Some(true) => "Yes",
        Some(false) => "No",
        None => "Nobody said",
    };
    view! {
        <Panel title="Customer">
            <dl class="fact-grid">
                <Fact label="Key"><code class="break-all">{customer.key.to_string()}</code></Fact>
                <Fact label="Opted in">{opted}</Fact>
                <Fact label="Labels"><Tokens texts=customer.labels/></Fact>
                <Fact label="External account numbers"><Tokens texts=customer.external_account_numbers/></Fact>
                <Fact label="Customer since"><Ago at=customer.created_at/></Fact>
                <Fact label="Updated"><Ago at=customer.updated_at/></Fact>
            </dl>
        </Panel>
    }
    .into_any()
}

#[component]
fn OneSection(section: Section, known: Map<String, Value>, editor: Editor) -> impl IntoView {
    let fact = move |field: Field| {
        let value = known.get(&field.key).cloned().unwrap_or_default();
        let field_type = Some(field.field_type);
        view! { <Fact label=field.label><ShownValue value field_type lookups=editor.lookups/></Fact> }
    };
    view! {
        <Panel title=section.title><dl class="fact-grid">{section.fields.into_iter().map(fact).collect_view()}</dl></Panel>
    }
    .into_any()
}

/// What events set beside the form.
#[component]
fn Others(others: Vec<(String, Value)>) -> impl IntoView {
    view! {
        <Panel title="Beside the form" about="What events set that the customers’ form does not ask for.">
            <dl class="fact-grid">
                {others.into_iter().map(|(key, value)| view! { <Fact label=key><ShownValue value/></Fact> }).collect_view()}
            </dl>
        </Panel>
    }
    .into_any()
}
