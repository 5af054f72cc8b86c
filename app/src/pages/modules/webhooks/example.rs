use super::server_fns::get_webhook_example;
use crate::components::{Dialog, ErrorNote, Glyph, Icon, failure};
use crate::here::Here;
use crate::pages::integrations::Message;
use domain::ids::ModuleId;
use domain::module::Activity;
use leptos::prelude::*;

/// "Example": the message of the newest item, or of one that might be (K14).
#[component]
pub fn ExampleButton(
    /// The module.
    id: ModuleId,
    /// What the webhook is triggered by, the first of it.
    activity: Signal<Option<Activity>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let slug = StoredValue::new(Here::slug());
    let loading =
        Action::new(move |(): &()| get_webhook_example(slug.get_value(), id, activity.get_untracked()));
    let show = move |_| {
        // Not the message of what was chosen before, while this one is on its way.
        loading.clear();
        loading.dispatch(());
        open.set(true);
    };
    view! {
        <button type="button" class="btn btn-sm" on:click=show><Icon glyph=Glyph::Braces/> "Example"</button>
        <Dialog open on_close=move |()| open.set(false) title="Example message" wide=true>
            <ErrorNote error=failure(loading)/>
            {move || match loading.value().get() {
                Some(Ok(message)) => view! { <Message message/> }.into_any(),
                Some(Err(_)) => ().into_any(),
                None => view! { <p class="muted" role="status">"Loading…"</p> }.into_any(),
            }}
        </Dialog>
    }
    .into_any()
}
