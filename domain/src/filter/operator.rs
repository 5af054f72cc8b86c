use serde::{Deserialize, Serialize};

/// How a criterion looks at a value. In JSON by name; `=`, `!=`, `>`, `>=`, `<` and `<=` are read, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// The path leads to a value, `null` included.
    Exists,
    /// The path leads nowhere.
    NotExists,
    /// The same value (see [`crate::json::equal`]).
    #[serde(alias = "=")]
    Equals,
    /// Another value, or none.
    #[serde(alias = "!=")]
    NotEquals,
    /// Greater (see [`crate::json::compare`]).
    #[serde(alias = ">")]
    GreaterThan,
    /// Greater or the same.
    #[serde(alias = ">=")]
    GreaterOrEqual,
    /// Less.
    #[serde(alias = "<")]
    LessThan,
    /// Less or the same.
    #[serde(alias = "<=")]
    LessOrEqual,
    /// A text with this in it, or a list with this as an element.
    Contains,
    /// A text that starts so.
    StartsWith,
    /// A text that ends so.
    EndsWith,
    /// One of a list of values.
    In,
    /// A text in which this regular expression matches anywhere.
    MatchesRegex,
}

impl Operator {
    /// All of them, in the order a person is offered them.
    pub const ALL: [Self; 13] = [
        Self::Exists,
        Self::NotExists,
        Self::Equals,
        Self::NotEquals,
        Self::GreaterThan,
        Self::GreaterOrEqual,
        Self::LessThan,
        Self::LessOrEqual,
        Self::Contains,
        Self::StartsWith,
        Self::EndsWith,
        Self::In,
        Self::MatchesRegex,
    ];

    /// Its name in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exists => "exists",
            Self::NotExists => "not_exists",
            Self::Equals => "equals",
            Self::NotEquals => "not_equals",
            Self::GreaterThan => "greater_than",
            Self::GreaterOrEqual => "greater_or_equal",
            Self::LessThan => "less_than",
            Self::LessOrEqual => "less_or_equal",
            Self::Contains => "contains",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
            Self::In => "in",
            Self::MatchesRegex => "matches_regex",
        }
    }

    /// Its words for a person, to stand between path and value.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Exists => "exists",
            Self::NotExists => "does not exist",
            Self::Equals => "is equal to",
            Self::NotEquals => "is not equal to",
            Self::GreaterThan => "is greater than",
            Self::GreaterOrEqual => "is greater than or equal to",
            Self::LessThan => "is less than",
            Self::LessOrEqual => "is less than or equal to",
            Self::Contains => "contains",
            Self::StartsWith => "starts with",
            Self::EndsWith => "ends with",
            Self::In => "is one of",
            Self::MatchesRegex => "matches the expression",
        }
    }

    /// Whether a value belongs to it.
    #[must_use]
    pub const fn takes_value(self) -> bool {
        !matches!(self, Self::Exists | Self::NotExists)
    }
}

impl std::fmt::Display for Operator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Operator {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|operator| operator.as_str() == text).ok_or(())
    }
}
