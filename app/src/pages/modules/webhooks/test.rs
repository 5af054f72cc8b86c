use super::server_fns::test_webhook_draft;
use super::typed::Typed;
use crate::components::{Dialog, ErrorNote, Glyph, Icon, failure};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::integrations::Report;
use domain::account::Permission;
use domain::ids::ModuleId;
use domain::module::ModuleConfig;
use leptos::prelude::*;

/// "Test" of a webhook that is not made yet: sends the example to the URL that is typed (K15).
#[component]
pub fn DraftTest(
    /// The module.
    id: ModuleId,
    /// What is typed.
    typed: RwSignal<Typed>,
    /// The module's fields.
    config: StoredValue<ModuleConfig>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let slug = StoredValue::new(Here::slug());
    let sending = Action::new(move |(): &()| {
        let draft = typed.with_untracked(|typed| config.with_value(|config| typed.read(config)));
        async move { test_webhook_draft(slug.get_value(), id, draft.map_err(AppError::Invalid)?).await }
    });
    let error = failure(sending);
    let send = move |_| {
        sending.dispatch(());
        open.set(true);
    };
    Here::may(Permission::EditModules).then(|| view! {
        <button type="button" class="btn btn-sm" on:click=send><Icon glyph=Glyph::Send/> "Test"</button>
        <Dialog open on_close=move |()| open.set(false) title="Test" wide=true>
            <ErrorNote error=Signal::derive(move || error.get().filter(|_| !sending.pending().get()).map(unfit))/>
            {move || match sending.value().get() {
                _ if sending.pending().get() => view! {
                    <p class="muted" role="status">"Sending, and waiting for the answer…"</p>
                }.into_any(),
                Some(Ok(report)) => view! {
                    <p class="muted mb-3 text-xs">"Sent without a signature: the secret is made with the webhook."</p>
                    <Report report/>
                }.into_any(),
                _ => ().into_any(),
            }}
        </Dialog>
    })
}

/// Why a draft cannot be tested yet, in one sentence.
fn unfit(error: AppError) -> AppError {
    match &error {
        AppError::Invalid(errors) => {
            let each = errors.0.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ");
            AppError::InUse(format!("It cannot be tested yet: {each}."))
        }
        _ => error,
    }
}
