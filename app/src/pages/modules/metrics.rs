use crate::components::chart::DaysChart;
use crate::components::{counted, number};
use crate::pages::records::in_short;
use domain::module::{MetricKind, MetricValue, ModuleMetrics, ValueCount};
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
        Some(field) => format!("{} of {field} · {}", metric.kind.label(), counted_items(metric.items)),
        None => "All items".to_owned(),
    };
    let is_count_by = matches!(metric.kind, MetricKind::CountBy { .. });
    view! {
        <section class="metric" aria-label=metric.name.clone()>
            <h2 class="truncate font-medium" title=metric.name.clone()>{metric.name.clone()}</h2>
            {if is_count_by {
                view! { <Values values=metric.values items=metric.items/> }.into_any()
            } else {
                let value = metric.value.unwrap_or_else(|| "–".to_owned());
                view! { <p class="text-xl font-semibold tabular-nums break-all">{grouped(&value)}</p> }.into_any()
            }}
            <p class="muted mt-auto text-xs">{about}</p>
        </section>
    }
    .into_any()
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
    let others = values.iter().skip(SHOWN).map(|own| own.items).sum::<i64>();
    let bar = move |label: String, count: i64| {
        let share = count.saturating_mul(100) / items.max(1);
        view! {
            <li class="metric-value">
                <span class="metric-bar" style=format!("width:{share}%") aria-hidden="true"></span>
                <span class="relative min-w-0 truncate">{label}</span>
                <span class="relative tabular-nums">{number(count)}</span>
            </li>
        }
    };
    view! {
        <ul class="grid gap-1 text-xs">
            {values.iter().take(SHOWN).map(|own| bar(in_short(&own.value), own.items)).collect_view()}
            {(others > 0).then(|| bar("Others".to_owned(), others))}
        </ul>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::grouped;

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
