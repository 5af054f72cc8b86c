use super::decimal::Decimal;
use chrono::DateTime;
use serde_json::Value;
use std::cmp::Ordering;

/// Whether two values are the same (D23): numbers by value and exactly (`1` = `1.0`), a number and a decimal string by
/// value (`1` = `"1"`), two strings letter for letter, lists and objects by what is in them, objects in any order.
#[must_use]
pub fn equal(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::Number(_), Value::Number(_) | Value::String(_)) | (Value::String(_), Value::Number(_)) => {
            compare_decimals(one, two) == Some(Ordering::Equal)
        }
        (Value::Array(one), Value::Array(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| equal(one, two))
        }
        (Value::Object(one), Value::Object(two)) => {
            one.len() == two.len()
                && one.iter().all(|(key, one)| two.get(key).is_some_and(|two| equal(one, two)))
        }
        _ => one == two,
    }
}

/// Which of two values is greater (D23): both numbers or decimal strings, compared exactly, or both RFC 3339 times of
/// any offset. Everything else has no order.
#[must_use]
pub fn compare(one: &Value, two: &Value) -> Option<Ordering> {
    compare_decimals(one, two).or_else(|| {
        let time = |value: &Value| DateTime::parse_from_rfc3339(value.as_str()?).ok();
        Some(time(one)?.cmp(&time(two)?))
    })
}

fn compare_decimals(one: &Value, two: &Value) -> Option<Ordering> {
    Some(Decimal::parse(text_of(one)?)?.compare(&Decimal::parse(text_of(two)?)?))
}

/// The text of a string, or the digits of a number as they were sent.
#[must_use]
pub fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.as_str()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn number(text: &str) -> Value {
        serde_json::from_str(text).expect("a number")
    }

    #[test]
    fn d23_decimal_strings_equal_numbers() {
        for (one, two, expected) in [
            (json!(1), json!("1"), true),
            (json!(1), json!("1.0"), true),
            (number("1.50"), number("1.5"), true),
            (number("1e2"), json!(100), true),
            (json!("1"), json!("1.0"), false),
            (json!("007"), json!("7"), false),
            (json!(true), json!("true"), false),
            (json!(null), json!(null), true),
            (json!([1, {"a": 2}]), json!([1.0, {"a": "2"}]), true),
            (json!({"a": 1, "b": 2}), json!({"b": 2, "a": 1}), true),
            (json!({"a": 1}), json!({"b": 1}), false),
            (json!([1]), json!([1, 1]), false),
            (number("123456789012345678901234567890"), number("123456789012345678901234567891"), false),
        ] {
            assert_eq!(equal(&one, &two), expected, "{one} {two}");
            assert_eq!(equal(&two, &one), expected, "{two} {one}");
        }
    }

    #[test]
    fn d23_only_numbers_and_times_have_an_order() {
        for (one, two, expected) in [
            (json!("10"), json!("9"), Some(Ordering::Greater)),
            (json!(10), json!("9.5"), Some(Ordering::Greater)),
            (json!("2026-01-01T00:00:00Z"), json!("2026-01-01T01:00:00+01:00"), Some(Ordering::Equal)),
            (json!("2026-01-01T00:00:00.001Z"), json!("2026-01-01T00:00:00Z"), Some(Ordering::Greater)),
            (json!("b"), json!("a"), None),
            (json!(1), json!("2026-01-01T00:00:00Z"), None),
            (json!(true), json!(false), None),
            (json!(null), json!(0), None),
            (json!([1]), json!([0]), None),
        ] {
            assert_eq!(compare(&one, &two), expected, "{one} {two}");
        }
    }
}
