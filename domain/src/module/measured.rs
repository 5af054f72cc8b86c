use super::MetricKind;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A key metric and what it comes to over the items that are there now, altogether and by the day they came (K8).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MetricValue {
    /// What people call it.
    pub name: String,
    /// How it is reckoned.
    pub kind: MetricKind,
    /// How many items it is reckoned from: those with a value of the field.
    pub items: i64,
    /// What it comes to: a count, a number with its exact digits (an average with at most 20), a day or a time of day.
    /// `null` where no item has a value, and of a count by value.
    pub value: Option<String>,
    /// Of a count by value, the most frequent ones first, at most 50. Other items have other values.
    pub values: Vec<ValueCount>,
    /// What it comes to over the items that came in each day up to today, oldest first.
    pub over_time: Vec<DayValue>,
}

/// What a key metric comes to over the items that came in a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayValue {
    /// When the day began, in UTC.
    pub day: Timestamp,
    /// How many of those that are there now and came in it have a value.
    pub items: i64,
    /// What they come to, written as the metric's own; `null` where none has a value, and of a count by value.
    pub value: Option<String>,
    /// Of a count by value, how many of them have each of the metric's `values`, in its order.
    pub counts: Vec<i64>,
}

/// How many items have one value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ValueCount {
    /// The value.
    pub value: Value,
    /// How many items have it.
    pub items: i64,
}

/// How many items came in a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayCount {
    /// When the day began, in UTC.
    pub day: Timestamp,
    /// How many of those that are there now came in it.
    pub items: i64,
}

/// What is reckoned of a module's items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModuleMetrics {
    /// Its key metrics, in its order.
    pub metrics: Vec<MetricValue>,
    /// How many items came, for each day up to today.
    pub items_over_time: Vec<DayCount>,
}
