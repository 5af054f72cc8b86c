//! Amounts: points and money, exact to four decimals.

use crate::json::{self, NotScaled};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Number, Value};
use std::fmt;
use std::str::FromStr;

/// How many of an [`Amount`]'s units make one point, or one of a currency.
const UNITS: u64 = 10_000;
/// Decimals of an [`Amount`].
const PLACES: u8 = 4;

/// Points, or money in whatever currency the account reckons in, in ten-thousandths: `12.5` is 125,000 of them.
/// Within ±922,337,203,685,477.5807. In JSON a number with its exact digits; decimal strings are read, too (D23).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = f64))]
pub struct Amount(pub i64);

/// Why something is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Neither a number nor a decimal string.
    #[error("write a number")]
    NotANumber,
    /// It has more than four decimals.
    #[error("use at most 4 decimals")]
    TooFine,
    /// It is beyond what an amount holds.
    #[error("this number is too large")]
    OutOfRange,
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Both together; `None` where that is out of range.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// What is left of it without `other`, which may be less than nothing; `None` where that is out of range.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(rest) => Some(Self(rest)),
            None => None,
        }
    }

    /// The same on the other side of zero; `None` where that is out of range.
    #[must_use]
    pub const fn checked_neg(self) -> Option<Self> {
        match self.0.checked_neg() {
            Some(opposite) => Some(Self(opposite)),
            None => None,
        }
    }

    /// Whether it is less than nothing.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
}

/// Without zeros at the end: `12.5`, `-0.0001`, `7`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative() { "-" } else { "" };
        let units = self.0.unsigned_abs();
        write!(f, "{sign}{}", units / UNITS)?;
        match units % UNITS {
            0 => Ok(()),
            fraction => write!(f, ".{}", format!("{fraction:04}").trim_end_matches('0')),
        }
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    /// Reads a decimal number: `12.50`, `-3`, `1e3`.
    fn from_str(text: &str) -> Result<Self, AmountError> {
        let units = json::scaled(text, PLACES).map_err(|error| match error {
            NotScaled::NotANumber => AmountError::NotANumber,
            NotScaled::TooFine => AmountError::TooFine,
            NotScaled::TooLarge => AmountError::OutOfRange,
        })?;
        units.parse().map(Self).map_err(|_| AmountError::OutOfRange)
    }
}

impl TryFrom<&Value> for Amount {
    type Error = AmountError;

    /// Reads a number or a decimal string.
    fn try_from(value: &Value) -> Result<Self, AmountError> {
        json::text_of(value).ok_or(AmountError::NotANumber)?.parse()
    }
}

impl From<Amount> for Number {
    fn from(amount: Amount) -> Self {
        amount.to_string().parse().expect("an amount is written as JSON writes numbers")
    }
}

impl From<Amount> for Value {
    fn from(amount: Amount) -> Self {
        Self::Number(amount.into())
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Number::from(*self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn d23_amounts_are_read_from_numbers_and_decimal_strings() {
        for (json, expected) in [
            ("10", Ok(Amount(100_000))),
            ("\"10\"", Ok(Amount(100_000))),
            ("99.90", Ok(Amount(999_000))),
            ("-0.0001", Ok(Amount(-1))),
            ("1.50000", Ok(Amount(15_000))),
            ("\"1e3\"", Ok(Amount(10_000_000))),
            ("-0", Ok(Amount::ZERO)),
            ("922337203685477.5807", Ok(Amount(i64::MAX))),
            ("-922337203685477.5808", Ok(Amount(i64::MIN))),
            ("922337203685477.5808", Err(AmountError::OutOfRange)),
            ("1e400", Err(AmountError::OutOfRange)),
            ("0.00001", Err(AmountError::TooFine)),
            ("\"many\"", Err(AmountError::NotANumber)),
            ("\"\"", Err(AmountError::NotANumber)),
            ("true", Err(AmountError::NotANumber)),
            ("null", Err(AmountError::NotANumber)),
        ] {
            let value: Value = serde_json::from_str(json).expect("JSON");
            assert_eq!(Amount::try_from(&value), expected, "{json}");
            assert_eq!(serde_json::from_str(json).ok(), expected.ok(), "{json}");
            assert_eq!(serde_json::from_value(value).ok(), expected.ok(), "{json}");
        }
    }

    #[test]
    fn amounts_are_shown_without_zeros_at_the_end() {
        for (units, expected) in [
            (0, "0"),
            (1, "0.0001"),
            (-125_000, "-12.5"),
            (-5_000, "-0.5"),
            (70_000, "7"),
            (i64::MIN, "-922337203685477.5808"),
        ] {
            assert_eq!(Amount(units).to_string(), expected);
            assert_eq!(serde_json::to_string(&Amount(units)).expect("JSON"), expected);
            assert_eq!(Value::from(Amount(units)).to_string(), expected);
        }
    }

    #[test]
    fn what_is_out_of_range_is_no_sum() {
        assert_eq!(Amount(2).checked_add(Amount(3)), Some(Amount(5)));
        assert_eq!(Amount(2).checked_sub(Amount(3)), Some(Amount(-1)));
        assert_eq!(Amount(2).checked_neg(), Some(Amount(-2)));
        assert_eq!(Amount(i64::MAX).checked_add(Amount(1)), None);
        assert_eq!(Amount(i64::MIN).checked_sub(Amount(1)), None);
        assert_eq!(Amount(i64::MIN).checked_neg(), None);
    }

    proptest! {
        #[test]
        fn every_amount_survives_text_and_json(units in any::<i64>()) {
            let amount = Amount(units);
            prop_assert_eq!(amount.to_string().parse(), Ok(amount));
            let json = serde_json::to_string(&amount).expect("JSON");
            prop_assert_eq!(serde_json::from_str::<Amount>(&json).expect("an amount"), amount);
        }

        #[test]
        fn any_text_is_an_amount_or_refused(text in "[-+0-9.eE]{0,12}|.{0,8}") {
            if let Ok(amount) = text.parse::<Amount>() {
                prop_assert_eq!(amount.to_string().parse(), Ok(amount));
            }
        }
    }
}
