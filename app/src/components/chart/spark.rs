//! Small bars of a figure by day, without axes: the day under the pointer is told in words, to all others the highest.

use super::frame::{column_under, percent_of};
use domain::time::Timestamp;
use leptos::prelude::*;

const COLUMN: usize = 10;
const HEIGHT: f64 = 40.0;

/// A day of a [`Spark`].
#[derive(Debug, Clone, PartialEq)]
pub struct SparkDay {
    /// When it began.
    pub day: Timestamp,
    /// What is drawn of it, stacked from the bottom where it is several; below the line where it is negative.
    pub parts: Vec<f64>,
    /// It in words.
    pub words: String,
}

/// Bars by day, with what is under the pointer in words.
#[component]
pub fn Spark(
    /// What it shows: `Sum of amount by day`.
    label: String,
    /// Oldest first.
    days: Vec<SparkDay>,
) -> impl IntoView {
    let count = days.len();
    let paths = paths(&days);
    let hovered = RwSignal::new(None::<usize>);
    let summary = match highest(&days) {
        Some(SparkDay { day, words, .. }) => format!("{label}: most on {}, {words}", date(*day)),
        None => format!("{label}: nothing"),
    };
    let days = StoredValue::new(days);
    let words = move || {
        let at = hovered.get()?;
        days.with_value(|days| days.get(at).map(|own| (date(own.day), own.words.clone())))
    };
    let marker = move || {
        hovered.get().map(|at| format!("left:{}%;width:{}%", percent_of(at, count), percent_of(1, count)))
    };
    view! {
        <div
            class="spark"
            role="img"
            aria-label=summary
            on:pointermove=move |event| hovered.set(column_under(&event, count))
            on:pointerleave=move |_| hovered.set(None)
        >
            <svg viewBox=format!("0 0 {} {HEIGHT}", count * COLUMN) preserveAspectRatio="none" class="chart-svg" aria-hidden="true">
                {paths.into_iter().enumerate().map(|(part, path)| view! { <path class=part_class(part) d=path/> }).collect_view()}
            </svg>
            {move || marker().map(|style| view! { <div class="chart-marker" style=style></div> })}
            {move || words().map(|(day, words)| view! {
                <div class="chart-readout"><strong>{day}</strong> " " <span>{words}</span></div>
            })}
        </div>
    }
    .into_any()
}

/// How the `part`th of what is stacked looks, in charts and beside words.
#[must_use]
pub fn part_class(part: usize) -> &'static str {
    const CLASSES: [&str; 6] = ["part-0", "part-1", "part-2", "part-3", "part-4", "part-others"];
    CLASSES[part.min(CLASSES.len() - 1)]
}

fn date(day: Timestamp) -> String {
    day.to_rfc3339()[..10].to_owned()
}

fn highest(days: &[SparkDay]) -> Option<&SparkDay> {
    let total = |own: &SparkDay| own.parts.iter().sum::<f64>();
    days.iter().filter(|own| !own.parts.is_empty()).max_by(|one, other| total(one).total_cmp(&total(other)))
}

/// The bars of each part, over all days.
fn paths(days: &[SparkDay]) -> Vec<String> {
    let top = |own: &SparkDay| own.parts.iter().filter(|part| **part > 0.0).sum::<f64>();
    let bottom = |own: &SparkDay| own.parts.iter().filter(|part| **part < 0.0).sum::<f64>();
    let highest = days.iter().map(top).fold(0.0, f64::max);
    let lowest = days.iter().map(bottom).fold(0.0, f64::min);
    let range = highest - lowest;
    let parts = days.iter().map(|own| own.parts.len()).max().unwrap_or(0);
    let mut paths = vec![String::new(); parts];
    if range <= 0.0 || !range.is_finite() {
        return paths;
    }
    let height = |value: f64| (highest - value) / range * HEIGHT;
    for (at, day) in days.iter().enumerate() {
        let (mut above, mut below) = (0.0, 0.0);
        for (part, value) in day.parts.iter().enumerate() {
            let from = if *value < 0.0 { &mut below } else { &mut above };
            let to = *from + value;
            if *value != 0.0 {
                let (start, end) = (height(*from), height(to));
                paths[part].push_str(&format!("M{} {start:.2}V{end:.2}h8V{start:.2}z", at * COLUMN + 1));
            }
            *from = to;
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(parts: &[f64]) -> SparkDay {
        SparkDay { day: Timestamp(0), parts: parts.to_vec(), words: String::new() }
    }

    #[test]
    fn k8_bars_stand_on_one_line_and_go_below_it() {
        let bars = paths(&[day(&[30.0]), day(&[-10.0]), day(&[]), day(&[0.0])]);
        assert_eq!(bars, ["M1 30.00V0.00h8V30.00zM11 30.00V40.00h8V30.00z"]);
        let stacked = paths(&[day(&[1.0, 3.0])]);
        assert_eq!(stacked, ["M1 40.00V30.00h8V40.00z", "M1 30.00V0.00h8V30.00z"]);
        assert_eq!(paths(&[day(&[0.0]), day(&[])]), [""]);
        assert_eq!(paths(&[]), Vec::<String>::new());
        let most = [day(&[1.0]), day(&[2.0, 2.0]), day(&[3.0])];
        assert_eq!(highest(&most), Some(&most[1]));
    }
}
