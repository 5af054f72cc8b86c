use bigdecimal::{BigDecimal, RoundingMode};
use std::num::NonZeroU64;

use super::{MAX_NUMBER_CHARS, Order};

/// Digits of an average that does not come out even.
const AVERAGE_DIGITS: NonZeroU64 = NonZeroU64::new(20).expect("20 is not 0");

/// Numbers that are reckoned with, as a regular expression of PostgreSQL. It takes what [`number`] takes.
pub(super) const NUMBER: &str = "^-?[0-9]+([.][0-9]+)?([eE][-+]?0*[0-9]{1,3})?$";
/// Days, likewise.
pub(super) const DATE: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
/// Times of day, likewise.
pub(super) const TIME_OF_DAY: &str = "^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$";

/// The number that `text` is: at most 1,000 characters, with an exponent of at most three digits.
pub(super) fn number(text: &str) -> Option<BigDecimal> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_small = |text: &str| {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        is_digits(digits) && digits.trim_start_matches('0').len() <= 3
    };
    let fits = text.len() <= MAX_NUMBER_CHARS
        && is_digits(whole.strip_prefix('-').unwrap_or(whole))
        && fraction.is_none_or(is_digits)
        && exponent.is_none_or(is_small);
    if fits { text.parse().ok() } else { None }
}

/// Whether `text` is written as a day or a time of day is; that it is one was seen when it was kept.
pub(super) fn is_of(order: Order, text: &str) -> bool {
    let has_shape = |shape: &str| {
        let fits =
            |(byte, shape): (u8, u8)| if shape == b'0' { byte.is_ascii_digit() } else { byte == shape };
        text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
    };
    match order {
        Order::Number => number(text).is_some(),
        Order::Day => has_shape("0000-00-00"),
        Order::TimeOfDay => has_shape("00:00") || has_shape("00:00:00"),
    }
}

/// A number without exponent and without zeros at its end; what is no number as it is.
pub(super) fn plain(text: &str) -> String {
    text.parse::<BigDecimal>().map_or_else(|_| text.to_owned(), |number| plainly(&number))
}

/// The average of `items` numbers with that sum.
pub(super) fn average(sum: &str, items: i64) -> String {
    let Ok(sum) = sum.parse::<BigDecimal>() else { return sum.to_owned() };
    if items <= 1 {
        return plainly(&sum);
    }
    let exact = sum / BigDecimal::from(items);
    plainly(&exact.with_precision_round(AVERAGE_DIGITS, RoundingMode::HalfUp))
}

fn plainly(number: &BigDecimal) -> String {
    number.normalized().to_plain_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k8_only_numbers_of_a_reasonable_size_are_reckoned_with() {
        let (long, longer) = ("9".repeat(1_000), "9".repeat(1_001));
        for (text, expected) in [
            ("0", true),
            ("-12.50", true),
            ("1E+05", true),
            ("1e000308", true),
            (long.as_str(), true),
            (longer.as_str(), false),
            ("1e1000", false),
            ("1e", false),
            ("", false),
            ("-", false),
            (".5", false),
            ("5.", false),
            ("+5", false),
            ("1_000", false),
            ("NaN", false),
            ("12 ", false),
        ] {
            assert_eq!(number(text).is_some(), expected, "{text}");
        }
    }

    #[test]
    fn k8_averages_have_20_digits_and_numbers_no_exponent() {
        assert_eq!(average("10", 4), "2.5");
        assert_eq!(average("2", 3), "0.66666666666666666667");
        assert_eq!(average("12345678901234567890123", 1), "12345678901234567890123");
        assert_eq!(plain("1.2500e3"), "1250");
        assert_eq!(plain("-0.500"), "-0.5");
        assert_eq!(plain("0.00"), "0");
        assert_eq!(plain("2026-01-31"), "2026-01-31");
    }
}
