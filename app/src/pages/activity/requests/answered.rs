use crate::components::json::BodyView;
use crate::components::{Panel, StatusCode};
use domain::activity::RequestDetail;
use leptos::prelude::*;

/// What the sender was answered.
#[component]
pub fn Answered(
    /// The request.
    detail: RequestDetail,
) -> impl IntoView {
    let retry_after = detail.request.outcome.retry_after_s();
    view! {
        <div class="grid min-w-0 gap-4">
            <Panel title="Status"><StatusCode code=detail.request.status/></Panel>
            <section class="panel">
                <header class="panel-head"><h2 class="text-base">"Headers"</h2></header>
                <dl class="headers">
                    <dt>"content-type"</dt><dd>"application/json"</dd>
                    {retry_after.map(|seconds| view! { <dt>"retry-after"</dt><dd>{seconds}</dd> })}
                </dl>
            </section>
            <BodyView body=Some(detail.response) what="response"/>
        </div>
    }
    .into_any()
}
