use super::server_fns::CreateModule;
use crate::components::form::{FormBody, PlainField};
use crate::components::{Dialog, go_quietly, is_creating};
use crate::here::Here;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// Asks for a name, then leads to the module. Open while the query has `create`.
#[component]
pub fn CreateDialog() -> impl IntoView {
    let action = ServerAction::<CreateModule>::new();
    let (navigate, start) = (use_navigate(), Here::path("modules"));
    Effect::new(move || {
        if let Some(Ok(id)) = action.value().get() {
            navigate(&format!("{start}/{id}"), NavigateOptions::default());
        }
    });
    let go = go_quietly();
    view! {
        <Dialog open=is_creating() on_close=move |()| go("modules") title="New module">
            <ActionForm action>
                <FormBody action=*action submit="Create module" submitting="Creating…">
                    <input type="hidden" name="slug" value=Here::slug()/>
                    <PlainField
                        name="name"
                        label="Name"
                        placeholder="Subscribers"
                        autofocus=true
                        hint="What its items are, as your team calls them."
                    />
                </FormBody>
            </ActionForm>
        </Dialog>
    }
    .into_any()
}
