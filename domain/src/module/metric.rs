use serde::{Deserialize, Serialize};

/// A number over all items of a module that people keep an eye on (K8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyMetric {
    /// What people call it, unique in the module.
    pub name: String,
    /// How it is reckoned.
    pub kind: MetricKind,
}

/// How a key metric is reckoned: `{"type": "sum", "field": "amount"}`. Items without a value of the field do not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum MetricKind {
    /// How many items.
    Count,
    /// All values of an integer or decimal field added up.
    Sum {
        /// The field's key.
        field: String,
    },
    /// Their sum by their number.
    Average {
        /// The field's key.
        field: String,
    },
    /// The least value of an integer or decimal field, or the earliest day or time of day.
    Min {
        /// The field's key.
        field: String,
    },
    /// The greatest, or the latest.
    Max {
        /// The field's key.
        field: String,
    },
    /// How many items have each value of a field, most frequent first.
    CountBy {
        /// The field's key.
        field: String,
    },
}

impl MetricKind {
    /// The key of the field it looks at.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Count => None,
            Self::Sum { field }
            | Self::Average { field }
            | Self::Min { field }
            | Self::Max { field }
            | Self::CountBy { field } => Some(field),
        }
    }

    /// Its word for a person, to stand before the field: `Sum`.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Sum { .. } => "Sum",
            Self::Average { .. } => "Average",
            Self::Min { .. } => "Minimum",
            Self::Max { .. } => "Maximum",
            Self::CountBy { .. } => "Count by",
        }
    }
}
