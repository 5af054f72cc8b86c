use super::server_fns::CreateSource;
use crate::components::form::{FormErrors, PlainField};
use crate::components::{Dialog, ErrorNote};
use crate::error::AppError;
use crate::here::Here;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

/// Name, endpoint and event type, then the source's page. Open while the query has `create`.
#[component]
pub fn CreateDialog() -> impl IntoView {
    let query = use_query_map();
    let is_wanted = Memo::new(move |_| query.with(|query| query.get_str("create").is_some()));
    let action = ServerAction::<CreateSource>::new();
    let error = Signal::derive(move || action.value().with(|value| value.as_ref()?.as_ref().err().cloned()));
    let navigate = use_navigate();
    let go_on = navigate.clone();
    Effect::new(move || {
        if let Some(Ok(id)) = action.value().get() {
            go_on(&Here::path(&format!("sources/{id}")), NavigateOptions::default());
        }
    });
    let close = move |()| {
        navigate(&Here::path("sources"), NavigateOptions { scroll: false, ..NavigateOptions::default() })
    };
    view! {
        <Dialog open=is_wanted on_close=Callback::new(close) title="New source">
            <CreateForm action error/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn CreateForm(action: ServerAction<CreateSource>, error: Signal<Option<AppError>>) -> impl IntoView {
    FormErrors::provide(Signal::derive(move || error.get().map(|error| error.fields()).unwrap_or_default()));
    let other = Signal::derive(move || error.get().filter(|error| !matches!(error, AppError::Invalid(_))));
    view! {
        <ActionForm action>
            <div class="grid gap-4">
                <ErrorNote error=other/>
                <input type="hidden" name="slug" value=Here::slug()/>
                <PlainField name="name" label="Name" placeholder="Shop orders" autofocus=true/>
                <PlainField name="endpoint" label="Endpoint" placeholder="orders" hint="Last part of its URL. It stays taken for ever."/>
                <PlainField
                    name="event_type"
                    label="Event type"
                    placeholder="order.received"
                    hint="What each accepted request is published as."
                />
                <button type="submit" class="btn btn-primary" disabled=move || action.pending().get()>
                    {move || if action.pending().get() { "Saving…" } else { "Create, inactive" }}
                </button>
            </div>
        </ActionForm>
    }
    .into_any()
}
