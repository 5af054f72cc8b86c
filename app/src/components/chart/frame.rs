use crate::clock;
use domain::activity::{Point, Span, Tally};
use leptos::prelude::*;
use std::cmp::Ordering;
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

/// A line of a chart's legend.
#[derive(Debug, Clone, Copy)]
pub struct Legend {
    /// How its mark looks.
    pub class: &'static str,
    /// What it means.
    pub words: &'static str,
}

/// Title, figure, axes, and what is under the pointer, around a drawing.
#[component]
pub fn ChartFrame(
    title: &'static str,
    /// The one number of the whole span.
    figure: String,
    /// The drawing in one sentence, for those who do not see it.
    summary: String,
    points: Vec<Point>,
    #[prop(into)] axis: Axis,
    /// What the top line stands for.
    top: String,
    legend: Vec<Legend>,
    /// A point in words.
    readout: Callback<Tally, String>,
    children: Children,
) -> impl IntoView {
    let hovered = RwSignal::new(None::<usize>);
    let is_empty = points.iter().all(|point| point.tally.total() == 0);
    let points = StoredValue::new(points);
    let count = points.with_value(Vec::len);
    let marker = move || {
        hovered.get().map(|at| format!("left:{}%;width:{}%", percent_of(at, count), percent_of(1, count)))
    };
    let words = move || {
        let at = hovered.get()?;
        points.with_value(|points| points.get(at).map(|point| ((axis.when)(point), readout.run(point.tally))))
    };
    view! {
        <figure class="chart" aria-label=format!("{title}, {}: {summary}", axis.words) role="group">
            <figcaption class="chart-head">
                <span class="font-medium">{title}</span>
                <span class="chart-figure">{figure}</span>
                <span class="chart-legend">
                    {legend.into_iter().map(|line| view! {
                        <span class="flex items-center gap-1.5"><span class=format!("legend {}", line.class)></span>{line.words}</span>
                    }).collect_view()}
                </span>
            </figcaption>
            <div
                class="chart-plot"
                on:pointermove=move |event| hovered.set(column_under(&event, count))
                on:pointerleave=move |_| hovered.set(None)
            >
                {if is_empty {
                    view! { <span class="chart-none">"Nothing in this time"</span> }.into_any()
                } else {
                    view! { <span class="chart-top">{top}</span><span class="chart-bottom">"0"</span>{children()} }.into_any()
                }}
                {move || marker().map(|style| view! { <div class="chart-marker" style=style></div> })}
                {move || words().map(|(when, what)| view! {
                    <div class="chart-readout"><strong>{when}</strong> <span>{what}</span></div>
                })}
            </div>
            <div class="chart-axis" aria-hidden="true">
                {axis.ticks.iter().map(|(at, words)| view! { <span style=tick_place(*at)>{*words}</span> }).collect_view()}
            </div>
        </figure>
    }
    .into_any()
}

/// Which of `count` columns is under the pointer.
pub fn column_under(event: &PointerEvent, count: usize) -> Option<usize> {
    let plot: Element = event.current_target()?.dyn_into().ok()?;
    let bounds = plot.get_bounding_client_rect();
    let share = (f64::from(event.client_x()) - bounds.left()) / bounds.width();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a column number"
    )]
    let column = (share * count as f64).max(0.0) as usize;
    (column < count).then_some(column)
}

/// A share in per cent, with two digits.
pub fn percent_of(part: usize, whole: usize) -> String {
    let hundredths = part * 10_000 / whole.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn when(point: &Point, span: Span) -> String {
    let (width_ms, _) = span.grid();
    let day = if span == Span::Week { clock::local(point.at)[5..10].to_owned() + " " } else { String::new() };
    format!("{day}{} – {}", clock::local_minute(point.at), clock::local_minute(point.at.plus_ms(width_ms)))
}

/// The time axis of a chart.
#[derive(Debug, Clone, Copy)]
pub struct Axis {
    /// What it covers: `last 24 hours`.
    words: &'static str,
    /// Marks: per mille of its width, and words that do not depend on a time zone.
    ticks: &'static [(u16, &'static str)],
    /// When a point was, in words.
    when: fn(&Point) -> String,
}

impl Axis {
    /// 30 days, each a point.
    pub const DAYS: Self = Self {
        words: "last 30 days",
        ticks: &[(0, "30 d ago"), (333, "20 d ago"), (667, "10 d ago"), (1000, "today")],
        when: |point| point.at.to_rfc3339()[..10].to_owned(),
    };
}

impl From<Span> for Axis {
    fn from(span: Span) -> Self {
        match span {
            Span::Hour => Self {
                words: "last hour",
                ticks: &[
                    (0, "60 min ago"),
                    (250, "45 min ago"),
                    (500, "30 min ago"),
                    (750, "15 min ago"),
                    (1000, "now"),
                ],
                when: |point| when(point, Span::Hour),
            },
            Span::Day => Self {
                words: "last 24 hours",
                ticks: &[
                    (0, "24 h ago"),
                    (250, "18 h ago"),
                    (500, "12 h ago"),
                    (750, "6 h ago"),
                    (1000, "now"),
                ],
                when: |point| when(point, Span::Day),
            },
            Span::Week => Self {
                words: "last 7 days",
                ticks: &[(0, "7 d ago"), (286, "5 d ago"), (571, "3 d ago"), (857, "1 d ago"), (1000, "now")],
                when: |point| when(point, Span::Week),
            },
        }
    }
}

fn tick_place(at: u16) -> String {
    let shift = match at.cmp(&500) {
        _ if at == 0 => "0",
        Ordering::Greater if at == 1000 => "-100%",
        _ => "-50%",
    };
    format!("left:{}.{}%;transform:translateX({shift})", at / 10, at % 10)
}
