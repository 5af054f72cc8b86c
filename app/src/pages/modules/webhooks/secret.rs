use crate::components::{CopyBox, Dialog, Note, Tone, go_quietly};
use leptos::prelude::*;

/// The signing secret of a webhook that was just made, shown this once; then the list.
#[component]
pub fn SecretOnce(
    /// The secret, once there is one.
    secret: RwSignal<Option<String>>,
    /// Where closing leads, below the account.
    list: String,
) -> impl IntoView {
    let go = go_quietly();
    let close = Callback::new(move |()| {
        secret.set(None);
        go(&list);
    });
    view! {
        <Dialog open=Signal::derive(move || secret.with(Option::is_some)) on_close=close title="The webhook sends from now on">
            <div class="grid gap-4">
                <p>"Receivers check its messages with this signing secret:"</p>
                <CopyBox text=Signal::derive(move || secret.get().unwrap_or_default()) what="signing secret"/>
                <Note tone=Tone::Warning>"It is shown this once. If you lose it, rotate it on its integration."</Note>
                <button type="button" class="btn btn-primary" on:click=move |_| close.run(())>"Done"</button>
            </div>
        </Dialog>
    }
    .into_any()
}
