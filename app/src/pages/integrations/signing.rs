use super::editor::Editor;
use super::server_fns::rotate_secret;
use crate::bound;
use crate::components::form::Toggle;
use crate::components::{Confirm, CopyBox, ErrorNote, Glyph, Icon, Note, Panel, Tone, failure};
use crate::here::Here;
use leptos::prelude::*;

/// Standard Webhooks signatures and the rotation of their secret (D21).
#[component]
pub fn SigningSection(editor: Editor) -> impl IntoView {
    let fields = editor.fields;
    let open = RwSignal::new(false);
    let id = editor.stored.with_untracked(|stored| stored.id);
    let rotating = Action::new(move |(): &()| rotate_secret(Here::slug(), id));
    let error = failure(rotating);
    view! {
        <Panel
            title="Signature"
            about="Standard Webhooks: receivers check webhook-id, webhook-timestamp and webhook-signature with a secret they share with you."
        >
            <div class="grid gap-4">
                <Toggle name="signing" label="Sign every message" bound=bound!(fields.is_signed)/>
                {editor.may_edit.then(|| view! {
                    <div>
                        <button type="button" class="btn btn-sm" disabled=move || rotating.pending().get() on:click=move |_| open.set(true)>
                            <Icon glyph=Glyph::RefreshCw/> "Rotate the secret"
                        </button>
                    </div>
                })}
                <ErrorNote error/>
                {move || rotating.value().get().and_then(Result::ok).map(|secret| view! {
                    <div class="grid gap-2">
                        <CopyBox text=secret what="signing secret"/>
                        <Note tone=Tone::Warning>"It is shown this once. The old secret signs beside it for 24 hours."</Note>
                    </div>
                })}
            </div>
            <Confirm open title="Rotate the signing secret?" action="Rotate" on_confirm=move |()| { rotating.dispatch(()); }>
                <p>"A new secret signs from now on. For 24 hours messages carry both signatures, so that receivers can change over."</p>
            </Confirm>
        </Panel>
    }
    .into_any()
}
