use super::server_fns::{count_retries, retry_deliveries};
use crate::components::{Confirm, ErrorNote, Glyph, Icon, Toasts, counted, failure, number};
use crate::here::Here;
use domain::activity::{Count, DeliveryFilter};
use leptos::prelude::*;

/// "Retry all failed", or all that match the filter: counts first, then asks, then does it.
#[component]
pub fn RetryAll(
    /// The list's filter.
    #[prop(into)]
    filter: Signal<DeliveryFilter>,
    /// What is done afterwards.
    #[prop(into)]
    on_done: Callback<()>,
) -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let open = RwSignal::new(false);
    let counting =
        Action::new(move |filter: &DeliveryFilter| count_retries(slug.get_value(), filter.clone()));
    let retrying =
        Action::new(move |filter: &DeliveryFilter| retry_deliveries(slug.get_value(), filter.clone()));
    let toasts = Toasts::get();
    Effect::new(move || {
        if let Some(Ok(count)) = retrying.value().get() {
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            toasts.say(format!("Trying {} again.", counted(count, "message")));
            on_done.run(());
        }
    });
    let ask = move |_| {
        counting.dispatch(filter.get_untracked());
        open.set(true);
    };
    let confirm = move |()| {
        retrying.dispatch(filter.get_untracked());
    };
    let found = Signal::derive(move || {
        let is_counted = !counting.pending().get();
        counting.value().get().and_then(Result::ok).filter(|_| is_counted)
    });
    let is_ready = Signal::derive(move || found.get().is_some_and(|found| found.count > 0));
    let words = move || match filter.with(|filter| *filter == DeliveryFilter::default()) {
        true => "Retry all failed",
        false => "Retry all that match",
    };
    let is_counting = move || counting.pending().get();
    view! {
        <button type="button" class="btn btn-sm" on:click=ask disabled=move || retrying.pending().get()>
            <Icon glyph=Glyph::RotateCcw/> {words}
        </button>
        <Confirm open title="Retry these deliveries?" action="Retry" is_ready on_confirm=confirm>
            <p class="empty:hidden">
                {move || if is_counting() { Some("Counting…".to_owned()) } else { found.get().map(in_words) }}
            </p>
            <ErrorNote error=failure(counting)/>
            <p class="muted">
                "Each goes on with the same id, its retry schedule from the start. What is in flight or goes to an inactive integration is left alone."
            </p>
        </Confirm>
        <ErrorNote error=failure(retrying)/>
    }
    .into_any()
}

fn in_words(found: Count) -> String {
    let messages = match found {
        Count { count: 0, .. } => {
            return "Nothing that these filters match can be retried: no message to an active integration has ended without success.".to_owned();
        }
        Count { count, more: true } => format!("{}+ messages", number(i64::from(count))),
        Count { count, .. } => counted(usize::try_from(count).unwrap_or(usize::MAX), "message"),
    };
    format!("{messages} to active integrations ended without success and will be tried again.")
}
