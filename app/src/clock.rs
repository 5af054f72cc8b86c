//! The browser's clock, for "3 min ago". Unknown on the server and in the first render, so that both draw the same.

use domain::time::Timestamp;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsValue;

const TICK: Duration = Duration::from_secs(10);
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// What time it is, to ten seconds; `None` until the page is alive.
#[derive(Debug, Clone, Copy)]
pub struct Now(RwSignal<Option<Timestamp>>);

impl Now {
    /// Starts the clock for everything below; call it once.
    pub fn provide() {
        let now = RwSignal::new(None);
        provide_context(Self(now));
        Effect::new(move || {
            now.set(Some(of_browser()));
            if let Ok(ticking) = set_interval_with_handle(move || now.set(Some(of_browser())), TICK) {
                on_cleanup(move || ticking.clear());
            }
        });
    }

    /// Reads the clock, and again when it moves on.
    #[must_use]
    pub fn get() -> Option<Timestamp> {
        use_context::<Self>().and_then(|now| now.0.get())
    }

    /// Whether the page is alive, so that forms are sent by it and not by the browser.
    #[must_use]
    pub fn is_known() -> bool {
        Self::get().is_some()
    }
}

/// This moment by the browser's clock. Only in effects and handlers.
#[must_use]
pub fn of_browser() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of any date fit")]
    Timestamp(js_sys::Date::now() as i64)
}

/// `2026-11-22 09:54:00 UTC`: the same wherever it is rendered.
#[must_use]
pub fn utc(at: Timestamp) -> String {
    let text = at.to_rfc3339();
    format!("{} {} UTC", &text[..10], &text[11..19])
}

/// The same in the reader's own time zone, with milliseconds. Only in effects and handlers.
#[must_use]
pub fn local(at: Timestamp) -> String {
    let date = js_date(at);
    format!(
        "{}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date(),
        date.get_hours(),
        date.get_minutes(),
        date.get_seconds(),
        date.get_milliseconds()
    )
}

/// `14:05` in the reader's own time zone. Only in effects and handlers.
#[must_use]
pub fn local_minute(at: Timestamp) -> String {
    let date = js_date(at);
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}

fn js_date(at: Timestamp) -> js_sys::Date {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of any date are far below 2^52")]
    js_sys::Date::new(&JsValue::from_f64(at.0 as f64))
}

/// `in 3 min`, `just now`, `2 h ago`; the date when it is more than a week away.
#[must_use]
pub fn relative(at: Timestamp, now: Timestamp) -> String {
    let distance = now.since_ms(at);
    let words = match distance.abs() {
        0..10_000 => return "just now".to_owned(),
        ms @ 10_000..MINUTE_MS => format!("{} s", ms / 1000),
        ms @ MINUTE_MS..HOUR_MS => format!("{} min", ms / MINUTE_MS),
        ms @ HOUR_MS..DAY_MS => format!("{} h", ms / HOUR_MS),
        ms if ms < 7 * DAY_MS => format!("{} d", ms / DAY_MS),
        _ => return utc(at)[..10].to_owned(),
    };
    if distance < 0 { format!("in {words}") } else { format!("{words} ago") }
}

/// When something that is due will be done: `in 3 min`, `in a moment` once its time has come.
#[must_use]
pub fn until(at: Timestamp, now: Timestamp) -> String {
    if at.since_ms(now) < 10_000 { "in a moment".to_owned() } else { relative(at, now) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_said_in_one_unit() {
        let now = Timestamp(1_000_000_000_000);
        for (ms, expected) in [
            (0, "just now"),
            (-42_000, "42 s ago"),
            (-3 * MINUTE_MS - 1, "3 min ago"),
            (5 * MINUTE_MS, "in 5 min"),
            (-26 * HOUR_MS, "1 d ago"),
            (-30 * DAY_MS, "2001-08-10"),
        ] {
            assert_eq!(relative(now.plus_ms(ms), now), expected, "{ms}");
        }
        assert_eq!(utc(now), "2001-09-09 01:46:40 UTC");
    }
}
