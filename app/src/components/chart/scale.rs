//! From numbers to places in a plot of `n` columns, 10 units wide each, and 100 units of height.

use std::fmt::Write;

const COLUMN: usize = 10;
const HEIGHT: i64 = 100;

/// Where things are in a plot.
#[derive(Debug, Clone, Copy)]
pub struct Plot {
    columns: usize,
    maximum: i64,
}

impl Plot {
    /// A plot of `columns` whose top is `maximum`.
    pub fn new(columns: usize, maximum: i64) -> Self {
        Self { columns: columns.max(1), maximum: maximum.max(1) }
    }

    /// The `viewBox` of its SVG.
    pub fn view_box(self) -> String {
        format!("0 0 {} {HEIGHT}", self.columns * COLUMN)
    }

    /// A bar in column `at` from one value up to another; nothing where they are the same.
    pub fn bar(self, at: usize, from: i64, to: i64) -> String {
        if to <= from {
            return String::new();
        }
        let (bottom, top) = (self.height(from), self.height(to));
        format!("M{} {bottom}V{top}h8V{bottom}z", at * COLUMN + 1)
    }

    /// A line through the values, broken where there is none.
    pub fn line(self, values: impl Iterator<Item = Option<i64>>) -> String {
        let mut path = String::new();
        let mut is_drawing = false;
        for (at, value) in values.enumerate() {
            let Some(value) = value else {
                is_drawing = false;
                continue;
            };
            let (x, y) = (at * COLUMN + COLUMN / 2, self.height(value));
            let step = if is_drawing { 'L' } else { 'M' };
            // Writing to a string cannot fail.
            let _ = write!(path, "{step}{x} {y}");
            is_drawing = true;
        }
        path
    }

    /// Dots for the values that no line reaches: those without a neighbour.
    pub fn dots(self, values: impl Iterator<Item = Option<i64>>) -> String {
        let values: Vec<_> = values.collect();
        let is_some = |at: Option<usize>| at.and_then(|at| *values.get(at)?).is_some();
        let is_lone = |at: usize| !is_some(at.checked_sub(1)) && !is_some(Some(at + 1));
        let lone = values.iter().enumerate().filter(|(at, _)| is_lone(*at));
        lone.filter_map(|(at, value)| {
            Some(format!("M{} {}h0", at * COLUMN + COLUMN / 2, self.height((*value)?)))
        })
        .collect()
    }

    fn height(self, value: i64) -> String {
        let thousandths = HEIGHT * 1000 - (value.clamp(0, self.maximum) * HEIGHT * 1000 / self.maximum);
        format!("{}.{:02}", thousandths / 1000, thousandths % 1000 / 10)
    }
}

/// The least of 1, 2, 5, 10, 20, 50, … that is no less than `value`.
pub fn nice_maximum(value: i64) -> i64 {
    let mut step = 1_i64;
    loop {
        for nice in [step, step.saturating_mul(2), step.saturating_mul(5)] {
            if nice >= value || nice == i64::MAX {
                return nice;
            }
        }
        step = step.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_end_at_round_numbers() {
        for (value, expected) in
            [(0, 1), (1, 1), (3, 5), (20, 20), (21, 50), (999, 1000), (i64::MAX, i64::MAX)]
        {
            assert_eq!(nice_maximum(value), expected);
        }
    }

    #[test]
    fn lines_break_where_nothing_was_measured() {
        let plot = Plot::new(4, 100);
        let values = [Some(0), Some(100), None, Some(50)];
        assert_eq!(plot.line(values.into_iter()), "M5 100.00L15 0.00M35 50.00");
        assert_eq!(plot.dots(values.into_iter()), "M35 50.00h0");
        assert_eq!(plot.bar(1, 0, 50), "M11 100.00V50.00h8V100.00z");
        assert_eq!(plot.bar(1, 5, 5), "");
    }
}
