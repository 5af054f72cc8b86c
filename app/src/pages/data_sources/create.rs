use super::server_fns::{CreateDataSource, list_senders};
use crate::components::form::{FormBody, PlainField};
use crate::components::{Dialog, Loaded, Skeleton, go_quietly, is_creating};
use crate::here::Here;
use crate::pages::sources::{Card, Cards};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

/// Who sends, and what it is called here (K2, K3). Open while the query has `create`, which may name a sender.
#[component]
pub fn CreateDialog() -> impl IntoView {
    let action = ServerAction::<CreateDataSource>::new();
    let slug = StoredValue::new(Here::slug());
    let is_open = is_creating();
    let senders = Resource::new(
        move || is_open.get(),
        move |is_open| async move { if is_open { list_senders(slug.get_value()).await } else { Ok(Vec::new()) } },
    );
    let go = go_quietly();
    view! {
        <Dialog open=is_open on_close=move |()| go("data-sources") title="Add data source" wide=true>
            <Loaded resource=senders skeleton=Skeleton::Panels view=move |cards| view! { <Begin cards action/> }/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Begin(cards: Vec<Card>, action: ServerAction<CreateDataSource>) -> impl IntoView {
    let query = use_query_map();
    let cards = StoredValue::new(cards);
    let chosen = Memo::new(move |_| {
        let wanted = query.with(|query| query.get_str("create").unwrap_or_default().to_owned());
        cards.with_value(|cards| cards.iter().find(|card| card.key == wanted).or(cards.first()).cloned())
    });
    let key = Signal::derive(move || {
        chosen.with(|card| card.as_ref().map(|card| card.key.clone()).unwrap_or_default())
    });
    let (navigate, start) = (use_navigate(), Here::path("data-sources"));
    Effect::new(move || {
        if let Some(Ok(id)) = action.value().get() {
            navigate(&format!("{start}/{id}"), NavigateOptions::default());
        }
    });
    view! {
        <div class="grid gap-4">
            <Cards cards chosen=key/>
            <ActionForm action>
                <FormBody action=*action submit="Go on" submitting="Making it…">
                    <input type="hidden" name="slug" value=Here::slug()/>
                    <input type="hidden" name="sender" value=move || key.get()/>
                    <PlainField
                        name="name"
                        label="Display name"
                        placeholder="Subscribers"
                        autofocus=true
                        hint="Of the data source, and of the module that its items go to."
                    />
                </FormBody>
            </ActionForm>
        </div>
    }
    .into_any()
}
