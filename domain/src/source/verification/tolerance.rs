use crate::signature::TOLERANCE_S;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// How far the time of a signature may be off unless a source says otherwise, in seconds.
pub(super) const fn default_tolerance_s() -> u32 {
    TOLERANCE_S as u32
}

/// Reads whole seconds. By way of a [`Value`], because a tagged enum loses numbers that are kept digit for digit.
pub(super) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    serde_json::from_value(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}
