use crate::components::chart::{ATTEMPTS, LatencyChart, REQUESTS, RateChart, VolumeChart, Words};
use crate::components::{LoadedLater, Skeleton, SpanSwitch, chosen_span};
use crate::error::AppError;
use crate::here::Here;
use domain::activity::{Point, Span, Subject};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

/// What was counted of `subject` over time.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server(input = Json)]
pub async fn chart(slug: String, subject: Subject, span: Span) -> Result<Vec<Point>, AppError> {
    let entered = crate::enter::enter(&slug, domain::account::Permission::ReadActivity).await?;
    Ok(entered.services.chart(&entered.scope, subject, span).await?)
}

/// Volume, success rate and latency of a source or an integration.
#[component]
pub fn ChartTab(
    /// Of which.
    subject: Subject,
) -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let span = chosen_span();
    let load = Action::new(move |span: &Span| {
        let span = *span;
        async move { Ok((span, chart(slug.get_value(), subject, span).await?)) }
    });
    let words = match subject {
        Subject::Integration(_) | Subject::AllAttempts => ATTEMPTS,
        Subject::Source(_) | Subject::AllRequests | Subject::UnloggedRefusals => REQUESTS,
    };
    view! {
        <div class="mb-3 flex justify-end"><SpanSwitch/></div>
        <LoadedLater wanted=span load skeleton=Skeleton::Charts view=move |(span, points)| {
            view! { <Charts points span words/> }
        }/>
    }
    .into_any()
}

/// The three charts of one series of points.
#[component]
pub fn Charts(
    /// What was counted.
    points: Vec<Point>,
    /// How far back.
    span: Span,
    /// What is counted.
    words: Words,
) -> impl IntoView {
    view! {
        <div class="chart-grid">
            <VolumeChart points=points.clone() span words/>
            <RateChart points=points.clone() span words/>
            <LatencyChart points span/>
        </div>
    }
    .into_any()
}
