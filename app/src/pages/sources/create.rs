use super::blueprints::{Card, Cards, Steps};
use super::server_fns::{CreateSource, list_blueprints};
use crate::components::form::{FormBody, PlainField};
use crate::components::{Dialog, Glyph, Icon, Loaded, Skeleton, go_quietly, is_creating};
use crate::here::Here;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

/// A blueprint, name, endpoint and event type, then the source's page. Open while the query has `create`, which may
/// name a blueprint.
#[component]
pub fn CreateDialog() -> impl IntoView {
    let action = ServerAction::<CreateSource>::new();
    let slug = StoredValue::new(Here::slug());
    let is_open = is_creating();
    let cards = Resource::new(
        move || is_open.get(),
        move |is_open| async move {
            if is_open { list_blueprints(slug.get_value()).await } else { Ok(Vec::new()) }
        },
    );
    let go = go_quietly();
    view! {
        <Dialog open=is_open on_close=move |()| go("sources") title="New source" wide=true>
            <Loaded resource=cards skeleton=Skeleton::Panels view=move |cards| view! { <Begin cards action/> }/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Begin(cards: Vec<Card>, action: ServerAction<CreateSource>) -> impl IntoView {
    let query = use_query_map();
    let cards = StoredValue::new(cards);
    let chosen = Memo::new(move |_| {
        let wanted = query.with(|query| query.get_str("create").unwrap_or_default().to_owned());
        cards.with_value(|cards| cards.iter().find(|card| card.key == wanted).or(cards.first()).cloned())
    });
    let key = Signal::derive(move || {
        chosen.with(|card| card.as_ref().map(|card| card.key.clone()).unwrap_or_default())
    });
    let (navigate, start) = (use_navigate(), Here::path("sources"));
    Effect::new(move || {
        if let Some(Ok(id)) = action.value().get() {
            navigate(&format!("{start}/{id}"), NavigateOptions::default());
        }
    });
    view! {
        <div class="grid gap-4">
            <Cards cards chosen=key/>
            {move || chosen.get().map(|card| view! { <CreateForm card action/> })}
        </div>
    }
    .into_any()
}

#[component]
fn CreateForm(card: Card, action: ServerAction<CreateSource>) -> impl IntoView {
    view! {
        <ActionForm action>
            <FormBody action=*action submit="Create" submitting="Creating…">
                <input type="hidden" name="slug" value=Here::slug()/>
                <input type="hidden" name="blueprint" value=card.key/>
                <PlainField name="name" label="Name" placeholder="Shop orders" autofocus=true/>
                <PlainField
                    name="endpoint"
                    label="Endpoint"
                    placeholder="orders"
                    value=card.endpoint
                    hint="The last part of its URL. No other source can ever use it again."
                />
                {card.event_type.map(|event_type| view! {
                    <PlainField
                        name="event_type"
                        label="Event type"
                        placeholder="order.received"
                        value=event_type
                        hint="What each accepted request is published as. Its page lets it record on customers or items instead."
                    />
                })}
                {card.records.map(|event_type| view! {
                    <p class="text-sm">"Each accepted request records " <code>{event_type}</code> " on a customer."</p>
                })}
                <details>
                    <summary class="disclosure"><Icon glyph=Glyph::ChevronRight class="size-3.5"/> "On the sender's side"</summary>
                    <div class="mt-2"><Steps steps=card.steps/></div>
                </details>
                <p class="muted text-xs">"It starts inactive: nothing is taken at its URL until you set it active."</p>
            </FormBody>
        </ActionForm>
    }
    .into_any()
}
