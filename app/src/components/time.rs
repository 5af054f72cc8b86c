//! Moments and spans as people read them.

use crate::clock::{self, Now};
use domain::time::Timestamp;
use leptos::prelude::*;

/// A moment: relative once the page is alive, exact on hover.
#[component]
pub fn Ago(
    /// When.
    at: Timestamp,
) -> impl IntoView {
    view! { <InWords at words=clock::relative/> }.into_any()
}

/// A moment to come.
#[component]
pub fn Due(
    /// When.
    at: Timestamp,
) -> impl IntoView {
    view! { <InWords at words=clock::until/> }.into_any()
}

/// `words` of a moment and now once the page is alive, and the moment itself on hover.
#[component]
fn InWords(at: Timestamp, words: fn(Timestamp, Timestamp) -> String) -> impl IntoView {
    let exact = move || Now::get().map_or_else(|| clock::utc(at), |_| clock::local(at));
    let text = move || Now::get().map_or_else(|| clock::utc(at), |now| words(at, now));
    view! { <time datetime=at.to_rfc3339() title=exact class="whitespace-nowrap tabular-nums">{text}</time> }
        .into_any()
}

/// When something last happened, or that it never did.
#[component]
pub fn LastTime(
    /// When.
    at: Option<Timestamp>,
) -> impl IntoView {
    match at {
        Some(at) => view! { <Ago at/> }.into_any(),
        None => view! { <span class="muted">"never"</span> }.into_any(),
    }
}

/// A moment, exact: in the reader's time zone once the page is alive.
#[component]
pub fn Exact(
    /// When.
    at: Timestamp,
) -> impl IntoView {
    let text = move || Now::get().map_or_else(|| clock::utc(at), |_| clock::local(at));
    view! { <time datetime=at.to_rfc3339() title=clock::utc(at) class="whitespace-nowrap tabular-nums">{text}</time> }.into_any()
}

/// `12 ms`, `1.4 s`, `2 min`.
#[must_use]
pub fn duration(ms: i64) -> String {
    match ms {
        ..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        _ => format!("{} min", ms / 60_000),
    }
}

/// `340 µs`, `1.2 ms`, then as [`duration`].
#[must_use]
pub fn duration_us(us: i64) -> String {
    match us {
        ..1_000 => format!("{us} µs"),
        1_000..100_000 => format!("{}.{} ms", us / 1000, us % 1000 / 100),
        _ => duration(us / 1000),
    }
}

/// `512 B`, `1.5 kB`, `2.0 MB`.
#[must_use]
pub fn bytes(count: i64) -> String {
    match count {
        ..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{}.{} kB", count / 1000, count % 1000 / 100),
        _ => format!("{}.{} MB", count / 1_000_000, count % 1_000_000 / 100_000),
    }
}

/// `1,234,567`.
#[must_use]
pub fn number(count: i64) -> String {
    let digits = count.abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if count < 0 {
        text.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `99.9 %`: `part` of `whole`, rounded, but only none is 0 % and only all is 100 %; a dash when there is nothing.
#[must_use]
pub fn percent(part: i64, whole: i64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let rounded = (part * 1000 + whole / 2) / whole;
    let tenths = if part == 0 || part == whole { rounded } else { rounded.clamp(1, 999) };
    if tenths % 10 == 0 { format!("{} %", tenths / 10) } else { format!("{}.{} %", tenths / 10, tenths % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_at_a_glance() {
        assert_eq!(
            [number(0), number(999), number(1_000), number(-1_234_567)],
            ["0", "999", "1,000", "-1,234,567"]
        );
        assert_eq!([percent(0, 0), percent(1, 1), percent(0, 9)], ["–", "100 %", "0 %"]);
        assert_eq!([percent(1, 6), percent(5, 6), percent(1, 2)], ["16.7 %", "83.3 %", "50 %"]);
        assert_eq!([percent(1, 5000), percent(4999, 5000)], ["0.1 %", "99.9 %"]);
        assert_eq!([duration(7), duration(1_450), duration(120_000)], ["7 ms", "1.4 s", "2 min"]);
        assert_eq!(
            [duration_us(340), duration_us(1_250), duration_us(2_000_000)],
            ["340 µs", "1.2 ms", "2.0 s"]
        );
        assert_eq!([bytes(512), bytes(1_536), bytes(2_000_000)], ["512 B", "1.5 kB", "2.0 MB"]);
    }
}
