//! Charts: volume as stacked bars, success rate and latency as lines. Our own SVG, drawn the same on both sides; what
//! is under the pointer is read out in words.

mod frame;
mod scale;
mod spark;

pub use spark::{Spark, SparkDay, part_class};

use super::time::{duration, number, percent};
use domain::activity::{Point, Span, Tally};
use domain::time::Timestamp;
use frame::{Axis, ChartFrame, Legend};
use leptos::prelude::*;
use scale::{Plot, nice_maximum};

/// What is counted in a chart: of what, and what good and bad ones are called.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// `requests`.
    pub all: &'static str,
    /// `accepted`.
    pub good: &'static str,
    /// `refused`.
    pub bad: &'static str,
}

/// For charts of sources and of what came in.
pub const REQUESTS: Words = Words { all: "requests", good: "accepted", bad: "refused" };
/// For charts of integrations and of what went out.
pub const ATTEMPTS: Words = Words { all: "attempts", good: "delivered", bad: "failed" };

/// The sum over all points.
#[must_use]
pub fn total(points: &[Point]) -> Tally {
    points.iter().fold(Tally::default(), |mut sum, point| {
        sum.merge(&point.tally);
        sum
    })
}

/// How many there were, good ones below, bad ones stacked on them.
#[component]
pub fn VolumeChart(
    /// What was counted.
    points: Vec<Point>,
    /// How far back.
    span: Span,
    /// What is counted.
    words: Words,
) -> impl IntoView {
    let sum = total(&points);
    let maximum = nice_maximum(points.iter().map(|point| point.tally.total()).max().unwrap_or(0));
    let plot = Plot::new(points.len(), maximum);
    let bars = |class: &'static str, from: fn(&Tally) -> i64, to: fn(&Tally) -> i64| {
        let path =
            points.iter().enumerate().map(|(at, point)| plot.bar(at, from(&point.tally), to(&point.tally)));
        let path: String = path.collect();
        view! { <path class=class d=path/> }
    };
    let good = bars("chart-good", |_| 0, |tally| tally.succeeded);
    let bad = bars("chart-bad", |tally| tally.succeeded, Tally::total);
    let summary = format!(
        "{} {}: {} {}, {} {}",
        number(sum.total()),
        words.all,
        number(sum.succeeded),
        words.good,
        number(sum.failed),
        words.bad
    );
    let readout = move |tally: &Tally| {
        format!("{} {} · {} {}", number(tally.succeeded), words.good, number(tally.failed), words.bad)
    };
    view! {
        <ChartFrame
            title="Volume"
            figure=number(sum.total())
            summary
            points=points.clone()
            axis=span
            top=number(maximum)
            legend=vec![Legend { class: "legend-good", words: words.good }, Legend { class: "legend-bad", words: words.bad }]
            readout=Callback::new(move |tally| readout(&tally))
        >
            <svg viewBox=plot.view_box() preserveAspectRatio="none" class="chart-svg" aria-hidden="true">{good}{bad}</svg>
        </ChartFrame>
    }
    .into_any()
}

/// How many there were on each of the last 30 days.
#[component]
pub fn DaysChart(
    /// What it is called.
    title: &'static str,
    /// What is counted: `items`.
    what: &'static str,
    /// When each day began and how many there were in it, oldest first.
    days: Vec<(Timestamp, i64)>,
) -> impl IntoView {
    let sum: i64 = days.iter().map(|(_, count)| count).sum();
    let maximum = nice_maximum(days.iter().map(|(_, count)| *count).max().unwrap_or(0));
    let plot = Plot::new(days.len(), maximum);
    let bars: String = days.iter().enumerate().map(|(at, (_, count))| plot.bar(at, 0, *count)).collect();
    let point = |(at, succeeded)| Point { at, tally: Tally { succeeded, ..Tally::default() } };
    view! {
        <ChartFrame
            title
            figure=number(sum)
            summary=format!("{} {what}", number(sum))
            points=days.into_iter().map(point).collect()
            axis=Axis::DAYS
            top=number(maximum)
            legend=vec![Legend { class: "legend-good", words: what }]
            readout=Callback::new(move |tally: Tally| format!("{} {what}", number(tally.succeeded)))
        >
            <svg viewBox=plot.view_box() preserveAspectRatio="none" class="chart-svg" aria-hidden="true">
                <path class="chart-good" d=bars/>
            </svg>
        </ChartFrame>
    }
    .into_any()
}

/// The share of good ones.
#[component]
pub fn RateChart(
    /// What was counted.
    points: Vec<Point>,
    /// How far back.
    span: Span,
    /// What is counted.
    words: Words,
) -> impl IntoView {
    let sum = total(&points);
    let plot = Plot::new(points.len(), 1000);
    let shares = || points.iter().map(|point| permille(&point.tally));
    let (line, dots) = (plot.line(shares()), plot.dots(shares()));
    let all = words.all;
    let readout = move |tally: Tally| {
        format!("{} of {} {all}", percent(tally.succeeded, tally.total()), number(tally.total()))
    };
    view! {
        <ChartFrame
            title="Success rate"
            figure=percent(sum.succeeded, sum.total())
            summary=format!("{} of {} {}", percent(sum.succeeded, sum.total()), number(sum.total()), words.all)
            points=points.clone()
            axis=span
            top="100 %".to_owned()
            legend=vec![Legend { class: "legend-line", words: words.good }]
            readout=Callback::new(readout)
        >
            <svg viewBox=plot.view_box() preserveAspectRatio="none" class="chart-svg" aria-hidden="true">
                <path class="chart-line" d=line/>
                <path class="chart-dot" d=dots/>
            </svg>
        </ChartFrame>
    }
    .into_any()
}

fn permille(tally: &Tally) -> Option<i64> {
    (tally.total() > 0).then(|| tally.succeeded * 1000 / tally.total())
}

/// How long they took: the middle one, and the one that 95 of 100 are no slower than (dashed).
#[component]
pub fn LatencyChart(
    /// What was counted.
    points: Vec<Point>,
    /// How far back.
    span: Span,
) -> impl IntoView {
    let sum = total(&points);
    let slowest = points.iter().filter_map(|point| point.tally.quantile_ms(0.95)).max().unwrap_or(0);
    // The first above it, as a line on the top edge looks cut off.
    let maximum = nice_maximum(slowest.saturating_add(1));
    let plot = Plot::new(points.len(), maximum);
    let values = |quantile: f64| points.iter().map(move |point| point.tally.quantile_ms(quantile));
    let (middle, slow) = (plot.line(values(0.5)), plot.line(values(0.95)));
    let (lone_middle, lone_slow) = (plot.dots(values(0.5)), plot.dots(values(0.95)));
    view! {
        <ChartFrame
            title="Latency"
            figure=sum.quantile_ms(0.95).map_or_else(|| "–".to_owned(), |ms| format!("p95 ≤ {}", duration(ms)))
            summary=quantiles(&sum)
            points=points.clone()
            axis=span
            top=duration(maximum)
            legend=vec![Legend { class: "legend-line", words: "p50" }, Legend { class: "legend-dashed", words: "p95" }]
            readout=Callback::new(|tally: Tally| quantiles(&tally))
        >
            <svg viewBox=plot.view_box() preserveAspectRatio="none" class="chart-svg" aria-hidden="true">
                <path class="chart-line" d=middle/>
                <path class="chart-line chart-dashed" d=slow/>
                <path class="chart-dot chart-dot-slow" d=lone_slow/>
                <path class="chart-dot" d=lone_middle/>
            </svg>
        </ChartFrame>
    }
    .into_any()
}

fn quantiles(tally: &Tally) -> String {
    match (tally.quantile_ms(0.5), tally.quantile_ms(0.95)) {
        (Some(middle), Some(slow)) => format!("p50 ≤ {} · p95 ≤ {}", duration(middle), duration(slow)),
        _ => "nothing measured".to_owned(),
    }
}
