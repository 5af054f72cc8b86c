use super::server_fns::source_chart;
use crate::components::chart::{LatencyChart, REQUESTS, RateChart, VolumeChart};
use crate::components::{Loaded, Skeleton, SpanSwitch, chosen_span};
use crate::here::Here;
use domain::ids::SourceId;
use leptos::prelude::*;

/// Its requests over time.
#[component]
pub fn ChartTab(
    /// The source.
    id: SourceId,
) -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let span = chosen_span();
    let points = Resource::new(move || span.get(), move |span| source_chart(slug.get_value(), id, span));
    view! {
        <div class="mb-3 flex justify-end"><SpanSwitch/></div>
        <Loaded resource=points skeleton=Skeleton::Charts view=move |points| {
            let span = span.get_untracked();
            view! {
                <div class="chart-grid">
                    <VolumeChart points=points.clone() span words=REQUESTS/>
                    <RateChart points=points.clone() span words=REQUESTS/>
                    <LatencyChart points span/>
                </div>
            }
        }/>
    }
    .into_any()
}
