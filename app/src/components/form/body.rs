use super::FormErrors;
use crate::clock::Now;
use crate::components::{ErrorNote, failure};
use crate::error::AppError;
use leptos::prelude::*;

/// What stands in a form that also works before the page is alive: its fields, what is wrong with none of them in
/// particular, and the button that sends it.
#[component]
pub fn FormBody<I, T>(
    /// What the form is sent to.
    action: Action<I, Result<T, AppError>>,
    /// What the button says.
    submit: &'static str,
    /// What it says meanwhile.
    submitting: &'static str,
    /// What it looks like.
    #[prop(default = "btn btn-primary")]
    button: &'static str,
    /// Whether what it answers is shown by the page alone, once: sent by the browser, the answer would be lost.
    #[prop(optional)]
    answers_once: bool,
    /// The fields.
    children: Children,
) -> impl IntoView
where
    I: Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    let error = failure(action);
    FormErrors::provide(Signal::derive(move || error.get().map(|error| error.fields()).unwrap_or_default()));
    let other = Signal::derive(move || error.get().filter(|error| !matches!(error, AppError::Invalid(_))));
    let must_wait = move || answers_once && !Now::is_known();
    view! {
        <div class="grid gap-4">
            <ErrorNote error=other/>
            {children()}
            <button
                type="submit"
                class=button
                disabled=move || must_wait() || action.pending().get()
                title=move || must_wait().then_some("One moment: the page is still loading.")
            >
                {move || if action.pending().get() { submitting } else { submit }}
            </button>
        </div>
    }
    .into_any()
}
