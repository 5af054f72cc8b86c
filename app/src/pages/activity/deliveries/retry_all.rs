use super::server_fns::{count_deliveries, retry_deliveries};
use crate::components::{Confirm, ErrorNote, Glyph, Icon, Toasts, counted, number};
use crate::here::Here;
use domain::activity::{Count, DeliveryFilter};
use domain::delivery::DeliveryStatus;
use leptos::prelude::*;

/// What a bulk retry is about: the list's filter, and only what has ended without success.
fn retryable(filter: DeliveryFilter) -> DeliveryFilter {
    let status = filter.status.filter(|status| *status == DeliveryStatus::Cancelled);
    DeliveryFilter { status: Some(status.unwrap_or(DeliveryStatus::Failed)), ..filter }
}

/// "Retry all that match": counts first, then asks, then does it.
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
        Action::new(move |filter: &DeliveryFilter| count_deliveries(slug.get_value(), filter.clone()));
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
        counting.dispatch(retryable(filter.get_untracked()));
        open.set(true);
    };
    let confirm = move |()| {
        retrying.dispatch(retryable(filter.get_untracked()));
    };
    let error = Signal::derive(move || {
        let failed = retrying.value().get().and_then(Result::err);
        failed.or_else(|| counting.value().get().and_then(Result::err))
    });
    view! {
        <button type="button" class="btn btn-sm" on:click=ask disabled=move || retrying.pending().get()>
            <Icon glyph=Glyph::RotateCcw/> "Retry all that match"
        </button>
        <Confirm open title="Retry all that match?" action="Retry" on_confirm=confirm>
            <p>
                {move || match counting.value().get() {
                    Some(Ok(count)) if !counting.pending().get() => in_words(count),
                    _ => "Counting…".to_owned(),
                }}
            </p>
            <p class="muted">"Each goes on with the same id, its retry schedule from the start. What is in flight is left alone."</p>
        </Confirm>
        <ErrorNote error/>
    }
    .into_any()
}

fn in_words(count: Count) -> String {
    let messages = if count.more {
        format!("{}+ messages", number(i64::from(count.count)))
    } else {
        counted(usize::try_from(count.count).unwrap_or(usize::MAX), "message")
    };
    format!("The filters of this list match {messages} that ended without success.")
}
