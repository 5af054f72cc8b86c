use super::server_fns::CreateSource;
use crate::components::form::{FormBody, PlainField};
use crate::components::{Dialog, go_quietly, is_creating};
use crate::here::Here;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// Name, endpoint and event type, then the source's page. Open while the query has `create`.
#[component]
pub fn CreateDialog() -> impl IntoView {
    let action = ServerAction::<CreateSource>::new();
    let navigate = use_navigate();
    Effect::new(move || {
        if let Some(Ok(id)) = action.value().get() {
            navigate(&Here::path(&format!("sources/{id}")), NavigateOptions::default());
        }
    });
    let go = go_quietly();
    view! {
        <Dialog open=is_creating() on_close=move |()| go("sources") title="New source">
            <CreateForm action/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn CreateForm(action: ServerAction<CreateSource>) -> impl IntoView {
    view! {
        <ActionForm action>
            <FormBody action=*action submit="Create" submitting="Creating…">
                <input type="hidden" name="slug" value=Here::slug()/>
                <PlainField name="name" label="Name" placeholder="Shop orders" autofocus=true/>
                <PlainField
                    name="endpoint"
                    label="Endpoint"
                    placeholder="orders"
                    hint="The last part of its URL. No other source can ever use it again."
                />
                <PlainField
                    name="event_type"
                    label="Event type"
                    placeholder="order.received"
                    hint="What each accepted request is published as."
                />
                <p class="muted text-xs">"It starts inactive: nothing is taken at its URL until you set it active."</p>
            </FormBody>
        </ActionForm>
    }
    .into_any()
}
