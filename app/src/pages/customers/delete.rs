use super::server_fns::delete_customer;
use crate::components::{Confirm, ErrorNote, Glyph, Icon, Toasts, failure};
use crate::here::Here;
use domain::ids::CustomerId;
use leptos::prelude::*;

/// Deletes a customer, once their key was typed.
#[component]
pub fn Delete(
    /// Their id.
    id: CustomerId,
    /// What senders call them.
    key_: String,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let slug = StoredValue::new(Here::slug());
    let deleting = Action::new(move |(): &()| delete_customer(slug.get_value(), id));
    let toasts = Toasts::get();
    Effect::new(move || {
        if let Some(Ok(())) = deleting.value().get() {
            toasts.say("The customer is deleted.");
        }
    });
    view! {
        <button type="button" class="btn btn-sm" disabled=move || deleting.pending().get() on:click=move |_| open.set(true)>
            <Icon glyph=Glyph::Trash/> "Delete"
        </button>
        <Confirm
            open
            title="Delete this customer?"
            action="Delete for good"
            dangerous=true
            type_to_confirm=key_
            on_confirm=move |()| { deleting.dispatch(()); }
        >
            <p>"Their fields, points, notes and history are gone at once, and nobody can bring them back."</p>
            <p>
                "The requests and events that told of them stay in Activity until those are deleted by age, as all are. \
                 An event for the same key makes a new customer."
            </p>
        </Confirm>
        <ErrorNote error=failure(deleting)/>
    }
    .into_any()
}
