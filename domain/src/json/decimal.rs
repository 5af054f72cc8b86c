use std::cmp::Ordering;

/// Greatest exponent, up or down, of a number that is written out or kept in a record: that of a double.
const MAX_EXPONENT: i64 = 308;

/// Why a number is not written as a whole one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotScaled {
    /// It is no decimal number.
    NotANumber,
    /// It has more places than are asked for.
    TooFine,
    /// Its exponent is greater than a double's.
    TooLarge,
}

/// The whole number that the decimal number `text` is when multiplied by ten to the power of `places`, digit for digit:
/// `12500` for `1.25e1` and 3.
pub(crate) fn scaled(text: &str, places: u8) -> Result<String, NotScaled> {
    let number = Decimal::parse(text).ok_or(NotScaled::NotANumber)?;
    let mut digits: String = number.significant().map(char::from).collect();
    let kept = digits.trim_end_matches('0').len();
    if kept == 0 {
        return Ok("0".to_owned());
    }
    if number.exponent > MAX_EXPONENT {
        return Err(NotScaled::TooLarge);
    }
    let length = |digits: usize| i64::try_from(digits).map_err(|_| NotScaled::TooLarge);
    let power = number.exponent + i64::from(places) - length(number.fraction.len())?;
    let zeros = power + length(digits.len() - kept)?;
    digits.truncate(kept);
    digits.extend(std::iter::repeat_n('0', usize::try_from(zeros).map_err(|_| NotScaled::TooFine)?));
    Ok(if number.is_negative { format!("-{digits}") } else { digits })
}

/// The decimal number `text` as JSON writes it: `-7.50` for `-007.50`, `7` for `+7`. `None` where it is none, or has an
/// exponent beyond a double's.
pub(crate) fn as_json_number(text: &str) -> Option<String> {
    let number = Decimal::parse(text)?;
    if number.exponent.abs() > MAX_EXPONENT {
        return None;
    }
    let digits = text.trim_start_matches(['+', '-']);
    let zeros = number.whole.iter().take_while(|digit| **digit == b'0').count();
    let digits = &digits[zeros.min(number.whole.len() - 1)..];
    Some(if number.is_negative { format!("-{digits}") } else { digits.to_owned() })
}

/// A decimal number as it is written, compared without rounding: floats would call 2^53 and 2^53 + 1 equal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decimal<'a> {
    is_negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: i64,
}

impl<'a> Decimal<'a> {
    /// Reads `-12`, `+1.50`, `007`, `6.02e23`: sign, digits, fraction and exponent, with nothing around them.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (is_negative, text) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let (mantissa, exponent) = match text.iter().position(|byte| matches!(byte, b'e' | b'E')) {
            Some(at) => (&text[..at], exponent(&text[at + 1..])?),
            None => (text, 0),
        };
        let (whole, fraction) = match mantissa.iter().position(|byte| *byte == b'.') {
            Some(at) => (&mantissa[..at], digits(&mantissa[at + 1..])?),
            None => (mantissa, &[][..]),
        };
        Some(Self { is_negative, whole: digits(whole)?, fraction, exponent })
    }

    /// Which is greater, by value.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self.magnitude(), other.magnitude()) {
            (None, None) => Ordering::Equal,
            (Some(_), None) => self.side(),
            (None, Some(_)) => other.side().reverse(),
            (Some(_), Some(_)) if self.is_negative != other.is_negative => self.side(),
            (Some(mine), Some(theirs)) => {
                let absolute = mine.cmp(&theirs).then_with(|| self.compare_digits(other));
                if self.is_negative { absolute.reverse() } else { absolute }
            }
        }
    }

    /// On which side of zero it is, if it is not zero.
    const fn side(&self) -> Ordering {
        if self.is_negative { Ordering::Less } else { Ordering::Greater }
    }

    /// The power of ten of its first digit that is not zero, plus one; `None` for zero.
    fn magnitude(&self) -> Option<i64> {
        let position = self.whole.iter().chain(self.fraction).position(|digit| *digit != b'0')?;
        let places = i64::try_from(self.whole.len()).ok()? - i64::try_from(position).ok()?;
        Some(self.exponent.saturating_add(places))
    }

    fn compare_digits(&self, other: &Self) -> Ordering {
        let (mut mine, mut theirs) = (self.significant(), other.significant());
        loop {
            match (mine.next(), theirs.next()) {
                (None, None) => return Ordering::Equal,
                (one, two) => match one.unwrap_or(b'0').cmp(&two.unwrap_or(b'0')) {
                    Ordering::Equal => {}
                    unequal => return unequal,
                },
            }
        }
    }

    fn significant(&self) -> impl Iterator<Item = u8> + use<'a> {
        self.whole.iter().chain(self.fraction).copied().skip_while(|digit| *digit == b'0')
    }
}

fn digits(text: &[u8]) -> Option<&[u8]> {
    (!text.is_empty() && text.iter().all(u8::is_ascii_digit)).then_some(text)
}

/// Exponents beyond what fits are cut off at a trillion: longer than any text here has digits.
fn exponent(text: &[u8]) -> Option<i64> {
    const FARTHEST: i64 = 1_000_000_000_000;
    let (is_negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let size = digits(text)?.iter().fold(0_i64, |sum, digit| {
        sum.saturating_mul(10).saturating_add(i64::from(digit - b'0')).min(FARTHEST)
    });
    Some(if is_negative { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn order(one: &str, two: &str) -> Ordering {
        let read = |text| Decimal::parse(text).unwrap_or_else(|| panic!("{text} is a decimal"));
        read(one).compare(&read(two))
    }

    #[test]
    fn d23_numbers_are_scaled_digit_for_digit() {
        let nines = "9".repeat(400);
        for (text, places, expected) in [
            ("12", 0, Ok("12")),
            ("-0012.500", 1, Ok("-125")),
            ("1.25e1", 3, Ok("12500")),
            ("100e-2", 0, Ok("1")),
            ("-0.0", 4, Ok("0")),
            ("0e999", 0, Ok("0")),
            (nines.as_str(), 0, Ok(nines.as_str())),
            ("0.00001", 4, Err(NotScaled::TooFine)),
            ("1e-999999999999999", 4, Err(NotScaled::TooFine)),
            ("1e309", 0, Err(NotScaled::TooLarge)),
            ("", 0, Err(NotScaled::NotANumber)),
            ("1,5", 0, Err(NotScaled::NotANumber)),
        ] {
            assert_eq!(scaled(text, places), expected.map(str::to_owned), "{text} {places}");
        }
    }

    #[test]
    fn d23_decimal_strings_are_written_as_json_numbers() {
        for (text, expected) in [
            ("+007.50", Some("7.50")),
            ("-0", Some("-0")),
            ("000", Some("0")),
            ("00.5", Some("0.5")),
            ("1E+05", Some("1E+05")),
            ("1e309", None),
            (".5", None),
            ("5.", None),
            ("0x1", None),
        ] {
            assert_eq!(as_json_number(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn decimals_compare_by_value() {
        for (one, two, expected) in [
            ("1", "1.0", Ordering::Equal),
            ("0", "-0.00", Ordering::Equal),
            ("007", "7", Ordering::Equal),
            ("1e2", "100", Ordering::Equal),
            ("0.012E2", "1.2", Ordering::Equal),
            ("9", "10", Ordering::Less),
            ("-10", "-9", Ordering::Less),
            ("-1", "0", Ordering::Less),
            ("0", "0.0001", Ordering::Less),
            ("0", "-1", Ordering::Greater),
            ("9007199254740993", "9007199254740992", Ordering::Greater),
            ("0.30000000000000000001", "0.3", Ordering::Greater),
            ("1e-999999999999999999999", "0", Ordering::Greater),
            ("1e999999999999999999999", "9", Ordering::Greater),
        ] {
            assert_eq!(order(one, two), expected, "{one} {two}");
        }
    }

    #[test]
    fn only_decimals_are_decimals() {
        for text in ["", "-", "1.", ".5", "1e", "0x10", "1_000", " 1", "NaN", "inf", "1,5", "--1", "1e1.5"] {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn integers_compare_as_integers(one: i128, two: i128) {
            prop_assert_eq!(order(&one.to_string(), &two.to_string()), one.cmp(&two));
        }

        #[test]
        fn what_json_is_made_of_a_number_is_the_same_number(
            text in "[-+]?[0-9]{1,30}([.][0-9]{1,5})?([eE][-+]?[0-9]{1,2})?", places in 0_u8..6,
        ) {
            let written = as_json_number(&text).expect("its exponent is small");
            let number: serde_json::Number = written.parse().expect("JSON");
            prop_assert_eq!(order(number.as_str(), &text), Ordering::Equal);
            if let Ok(whole) = scaled(&text, places) {
                prop_assert_eq!(order(&format!("{whole}e-{places}"), &text), Ordering::Equal);
            }
        }

        #[test]
        fn any_text_is_read_or_refused(one in ".*", two in "[-+]?[0-9]{1,5}([.][0-9]{1,5})?([eE][-+]?[0-9]{1,30})?") {
            let two = Decimal::parse(&two).expect("matches the grammar");
            prop_assert_eq!(two.compare(&two), Ordering::Equal);
            if let Some(one) = Decimal::parse(&one) {
                prop_assert_eq!(one.compare(&two), two.compare(&one).reverse());
            }
        }
    }
}
