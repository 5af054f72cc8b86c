use super::server_fns::integration_chart;
use crate::components::chart::{ATTEMPTS, LatencyChart, RateChart, VolumeChart};
use crate::components::{Loaded, Skeleton, SpanSwitch, chosen_span};
use crate::here::Here;
use domain::ids::IntegrationId;
use leptos::prelude::*;

/// Its attempts over time.
#[component]
pub fn ChartTab(
    /// The integration.
    id: IntegrationId,
) -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let span = chosen_span();
    let points = Resource::new(move || span.get(), move |span| integration_chart(slug.get_value(), id, span));
    view! {
        <div class="mb-3 flex justify-end"><SpanSwitch/></div>
        <Loaded resource=points skeleton=Skeleton::Charts view=move |points| {
            let span = span.get_untracked();
            view! {
                <div class="chart-grid">
                    <VolumeChart points=points.clone() span words=ATTEMPTS/>
                    <RateChart points=points.clone() span words=ATTEMPTS/>
                    <LatencyChart points span/>
                </div>
            }
        }/>
    }
    .into_any()
}
