use super::FormErrors;
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
    view! {
        <div class="grid gap-4">
            <ErrorNote error=other/>
            {children()}
            <button type="submit" class=button disabled=move || action.pending().get()>
                {move || if action.pending().get() { submitting } else { submit }}
            </button>
        </div>
    }
    .into_any()
}
