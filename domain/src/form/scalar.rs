use super::values::check_texts;
use crate::json::{self, NotScaled};
use chrono::{DateTime, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

/// What one value is that has no parts: the elements of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scalar {
    /// A text, number or truth value, kept as it is.
    #[default]
    Any,
    /// See [`super::FieldType::String`].
    String,
    /// See [`super::FieldType::Integer`].
    Integer,
    /// See [`super::FieldType::Decimal`].
    Decimal,
    /// See [`super::FieldType::Datetime`].
    Datetime,
    /// See [`super::FieldType::Date`].
    Date,
    /// See [`super::FieldType::Time`].
    Time,
    /// See [`super::FieldType::Boolean`].
    Boolean,
}

impl Scalar {
    /// What `value` is as this, or a sentence that says why it is none.
    pub(super) fn read(self, value: &Value) -> Result<Value, String> {
        check_texts(value)?;
        let fits = match self {
            Self::String => return text(value),
            Self::Integer => return integer(value),
            Self::Decimal => return decimal(value),
            Self::Any => !matches!(value, Value::Null | Value::Array(_) | Value::Object(_)),
            Self::Datetime => value.as_str().is_some_and(|text| DateTime::parse_from_rfc3339(text).is_ok()),
            Self::Date => value.as_str().is_some_and(is_date),
            Self::Time => value.as_str().is_some_and(is_time),
            Self::Boolean => value.is_boolean(),
        };
        if fits { Ok(value.clone()) } else { Err(self.hint().to_owned()) }
    }

    const fn hint(self) -> &'static str {
        match self {
            Self::Any => "use a text, a number, true or false",
            Self::String => "write a text",
            Self::Integer => "write a whole number",
            Self::Decimal => "write a number",
            Self::Datetime => "write date, time and offset like 2026-01-31T09:00:00Z",
            Self::Date => "write a date like 2026-01-31",
            Self::Time => "write a time like 09:00 or 09:00:30",
            Self::Boolean => "use true or false",
        }
    }
}

fn text(value: &Value) -> Result<Value, String> {
    match value {
        Value::String(_) => Ok(value.clone()),
        Value::Number(number) => Ok(Value::from(number.as_str())),
        Value::Bool(is_true) => Ok(Value::from(is_true.to_string())),
        _ => Err(Scalar::String.hint().to_owned()),
    }
}

fn integer(value: &Value) -> Result<Value, String> {
    let hint = || Scalar::Integer.hint().to_owned();
    let digits = json::scaled(json::text_of(value).ok_or_else(hint)?, 0).map_err(|error| match error {
        NotScaled::NotANumber | NotScaled::TooFine => hint(),
        NotScaled::TooLarge => "this number is too large".to_owned(),
    })?;
    number(&digits).ok_or_else(hint)
}

fn decimal(value: &Value) -> Result<Value, String> {
    let written = json::text_of(value).and_then(json::as_json_number);
    let read = if value.is_number() {
        // As it was written, once it is known to be of a reasonable size.
        written.map(|_| value.clone())
    } else {
        written.and_then(|written| number(&written))
    };
    read.ok_or_else(|| Scalar::Decimal.hint().to_owned())
}

fn number(text: &str) -> Option<Value> {
    text.parse::<Number>().ok().map(Value::Number)
}

fn is_date(text: &str) -> bool {
    has_shape(text, "0000-00-00") && text.parse::<NaiveDate>().is_ok()
}

fn is_time(text: &str) -> bool {
    let format = match text.len() {
        5 => "%H:%M",
        _ => "%H:%M:%S",
    };
    (has_shape(text, "00:00") || has_shape(text, "00:00:00"))
        && NaiveTime::parse_from_str(text, format).is_ok()
}

/// Whether `text` has a digit where `shape` has one, and is the same elsewhere.
fn has_shape(text: &str, shape: &str) -> bool {
    let fits = |(byte, shape): (u8, u8)| if shape == b'0' { byte.is_ascii_digit() } else { byte == shape };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}
