use std::cmp::Ordering;

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
        fn any_text_is_read_or_refused(one in ".*", two in "[-+]?[0-9]{1,5}([.][0-9]{1,5})?([eE][-+]?[0-9]{1,30})?") {
            let two = Decimal::parse(&two).expect("matches the grammar");
            prop_assert_eq!(two.compare(&two), Ordering::Equal);
            if let Some(one) = Decimal::parse(&one) {
                prop_assert_eq!(one.compare(&two), two.compare(&one).reverse());
            }
        }
    }
}
