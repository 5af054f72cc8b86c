use crate::components::chart::{DaysChart, Spark, SparkDay, part_class};
use crate::components::{counted, number};
use crate::pages::records::in_short;
use domain::module::{DayValue, MetricKind, MetricValue, ModuleMetrics, ValueCount};
use leptos::prelude::*;

/// How many of the values of a count are shown.
const SHOWN: usize = 5;

/// Key metrics as cards, and how many items came over time (K8).
#[component]
pub fn Metrics(
    /// What is reckoned.
    found: ModuleMetrics,
    /// What fields are called.
    names: StoredValue<Vec<(String, String)>>,
) -> impl IntoView {
    let ModuleMetrics { metrics, items_over_time } = found;
    let is_empty = metrics.is_empty() && items_over_time.iter().all(|day| day.items == 0);
    let days = items_over_time.into_iter().map(|day| (day.day, day.items)).collect::<Vec<_>>();
    (!is_empty).then(|| {
        view! {
            <section class="metric-grid" aria-label="Key metrics">
                <div class="metric-chart"><DaysChart title="New items" what="items" days/></div>
                {metrics.into_iter().map(|metric| view! { <Card metric names/> }).collect_view()}
            </section>
        }
    })
}

#[component]
fn Card(metric: MetricValue, names: StoredValue<Vec<(String, String)>>) -> impl IntoView {
    let field = metric.kind.field().map(|key| {
        names.with_value(|names| {
            let found = names.iter().find(|(own, _)| own == key);
            found.map_or_else(|| key.to_owned(), |(_, label)| label.clone())
        })
    });
    let about = match field {
        Some(field) => format!("{} · {}", reckoned(&metric.kind, &field), counted_items(metric.items)),
        None => "All items".to_owned(),
    };
    let is_count_by = matches!(metric.kind, MetricKind::CountBy { .. });
    let days = over_time(&metric);
    let label = format!("{} by the day items came", metric.name);
    let since = format!("{} d ago", metric.over_time.len().saturating_sub(1));
    view! {
        <section class="metric" aria-label=metric.name.clone()>
            <h2 class="truncate font-medium" title=metric.name.clone()>{metric.name.clone()}</h2>
            {if is_count_by {
                view! { <Values values=metric.values items=metric.items/> }.into_any()
            } else {
                let value = metric.value.unwrap_or_else(|| "–".to_owned());
                view! { <p class="text-xl font-semibold tabular-nums break-all">{grouped(&value)}</p> }.into_any()
            }}
            <div class="mt-auto grid gap-1">
                {days.map(|days| view! {
                    <Spark label days/>
                    <p class="flex justify-between text-2xs muted" aria-hidden="true"><span>{since}</span><span>"today"</span></p>
                })}
                <p class="muted text-xs">{about}</p>
            </div>
        </section>
    }
    .into_any()
}

/// What is reckoned of the field of that label: `Sum of Amount`, `Count by City`.
pub fn reckoned(kind: &MetricKind, label: &str) -> String {
    match kind {
        MetricKind::CountBy { .. } => format!("{} {label}", kind.label()),
        _ => format!("{} of {label}", kind.label()),
    }
}

/// The metric by day, where it is one of numbers and any day has some.
fn over_time(metric: &MetricValue) -> Option<Vec<SparkDay>> {
    let is_count_by = matches!(metric.kind, MetricKind::CountBy { .. });
    let of_day = |own: &DayValue| {
        let (parts, words) = if is_count_by { by_value(metric, own) } else { single(own) };
        SparkDay { day: own.day, parts, words }
    };
    let days: Vec<_> = metric.over_time.iter().map(of_day).collect();
    days.iter().any(|day| day.parts.iter().any(|part| *part != 0.0)).then_some(days)
}

fn single(day: &DayValue) -> (Vec<f64>, String) {
    let value = day.value.as_deref();
    let parts = value.and_then(|value| value.parse().ok()).into_iter().collect();
    let value = value.map(grouped).unwrap_or_else(|| "–".to_owned());
    (parts, format!("{value} · {}", counted_items(day.items)))
}

/// The values that are shown by name, each by itself, then all others.
fn by_value(metric: &MetricValue, day: &DayValue) -> (Vec<f64>, String) {
    let shown = day.counts.iter().take(SHOWN);
    let others = day.items - shown.clone().sum::<i64>();
    let named = metric.values.iter().zip(shown.clone()).filter(|(_, count)| **count > 0);
    let mut words: Vec<_> =
        named.map(|(own, count)| format!("{} {}", in_short(&own.value), number(*count))).collect();
    if others > 0 {
        words.push(format!("others {}", number(others)));
    }
    let words = if words.is_empty() { "none".to_owned() } else { words.join(" · ") };
    #[expect(clippy::cast_precision_loss, reason = "a height in a drawing")]
    let mut parts: Vec<_> = shown.map(|count| *count as f64).collect();
    parts.resize(SHOWN, 0.0);
    #[expect(clippy::cast_precision_loss, reason = "a height in a drawing")]
    parts.push(others as f64);
    (parts, words)
}

fn counted_items(items: i64) -> String {
    counted(usize::try_from(items).unwrap_or_default(), "item")
}

/// A number with its thousands apart, everything else as it is.
fn grouped(value: &str) -> String {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    match whole.parse::<i64>() {
        Ok(whole) if !value.starts_with("-0") && fraction.is_empty() => number(whole),
        Ok(whole) if !value.starts_with("-0") && fraction.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{}.{fraction}", number(whole))
        }
        _ => value.to_owned(),
    }
}

/// The most frequent values, each with a bar.
#[component]
fn Values(values: Vec<ValueCount>, items: i64) -> impl IntoView {
    // Not the sum of the values that are known: only the most frequent ones are.
    let others = items - values.iter().take(SHOWN).map(|own| own.items).sum::<i64>();
    let bar = move |(part, label): (usize, String), count: i64| {
        let share = count.saturating_mul(100) / items.max(1);
        view! {
            <li class="metric-value">
                <span class="metric-bar" style=format!("width:{share}%") aria-hidden="true"></span>
                <span class="relative flex min-w-0 items-center gap-1.5">
                    <span class=format!("legend {}", part_class(part)) aria-hidden="true"></span>
                    <span class="truncate">{label}</span>
                </span>
                <span class="relative tabular-nums">{number(count)}</span>
            </li>
        }
    };
    view! {
        <ul class="grid gap-1 text-xs">
            {values.iter().take(SHOWN).enumerate().map(|(part, own)| bar((part, in_short(&own.value)), own.items)).collect_view()}
            {(others > 0).then(|| bar((SHOWN, "Others".to_owned()), others))}
        </ul>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::Timestamp;
    use serde_json::json;

    fn metric(kind: MetricKind, over_time: Vec<DayValue>) -> MetricValue {
        let count = |value: &str, items| ValueCount { value: json!(value), items };
        let values = vec![count("Bonn", 5), count("Rome", 2)];
        MetricValue { name: "M".into(), kind, items: 9, value: None, values, over_time }
    }

    #[test]
    fn k8_a_figure_is_drawn_by_day_and_a_count_by_value_in_parts() {
        let day = |items, value: Option<&str>, counts: &[i64]| DayValue {
            day: Timestamp(0),
            items,
            value: value.map(ToOwned::to_owned),
            counts: counts.to_vec(),
        };
        let field = || "f".to_owned();
        let sum =
            metric(MetricKind::Sum { field: field() }, vec![day(2, Some("-1234.5"), &[]), day(0, None, &[])]);
        let drawn = over_time(&sum).expect("it is drawn");
        assert_eq!(
            (drawn[0].parts.as_slice(), drawn[0].words.as_str()),
            (&[-1234.5][..], "-1,234.5 · 2 items")
        );
        assert_eq!((drawn[1].parts.len(), drawn[1].words.as_str()), (0, "– · 0 items"));
        let counts = metric(
            MetricKind::CountBy { field: field() },
            vec![day(6, None, &[3, 0]), day(0, None, &[0, 0])],
        );
        let drawn = over_time(&counts).expect("it is drawn");
        assert_eq!(drawn[0].parts, [3.0, 0.0, 0.0, 0.0, 0.0, 3.0]);
        assert_eq!((drawn[0].words.as_str(), drawn[1].words.as_str()), ("Bonn 3 · others 3", "none"));
        let earliest = metric(MetricKind::Min { field: field() }, vec![day(1, Some("2026-01-31"), &[])]);
        assert_eq!(over_time(&earliest), None);
    }

    #[test]
    fn k8_figures_keep_their_digits() {
        for (value, shown) in [
            ("1234567", "1,234,567"),
            ("-1234.50", "-1,234.50"),
            ("-0.5", "-0.5"),
            ("0.25", "0.25"),
            ("2026-01-31", "2026-01-31"),
            ("09:00", "09:00"),
            ("12345678901234567890123", "12345678901234567890123"),
        ] {
            assert_eq!(grouped(value), shown);
        }
    }
}
