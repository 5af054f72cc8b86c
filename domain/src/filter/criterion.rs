use super::{Facts, Operator};
use crate::json::{compare, equal, text_of};
use crate::limits::MAX_EACH_VALUES;
use regex_lite::Regex;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::cmp::Ordering;

/// Longest regular expression, and how much memory its compiled form may take: bounds what one filter costs.
pub(super) const MAX_REGEX_BYTES: usize = 512;
const MAX_COMPILED_BYTES: usize = 256 * 1024;

/// One condition on one value. Make it with [`Criterion::new`], which compiles its regular expression once.
#[derive(Debug, Clone, Serialize)]
pub struct Criterion {
    /// Where the value is, with its root: `body.items.0.sku`, `headers.x-topic`, `event.type`. `*` or `[]` stands for
    /// each element of a list, `body.items.*.sku`: it holds where it does of any of them; `not_exists` and `not_equals`
    /// are the opposites of `exists` and `equals`, and hold where they do of all. The first 1,000 values are looked at.
    /// A key that is called `*` is written `["*"]`.
    pub path: String,
    /// How the value is looked at.
    pub op: Operator,
    /// What it is compared with; `null` where the operator takes none.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub value: Value,
    #[serde(skip)]
    regex: Option<Regex>,
}

/// What there is at a criterion's path.
pub(super) enum Seen<'f> {
    /// One value, or none.
    One(Option<Cow<'f, Value>>),
    /// What the elements of a list have there.
    Each(Vec<&'f Value>),
}

/// The JSON form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CriterionDraft {
    path: String,
    op: Operator,
    #[serde(default)]
    value: Value,
}

impl<'de> Deserialize<'de> for Criterion {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        CriterionDraft::deserialize(deserializer).map(|draft| Self::new(draft.path, draft.op, draft.value))
    }
}

/// The compiled expression is no part of what a criterion says.
impl PartialEq for Criterion {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path && self.op == other.op && self.value == other.value
    }
}

impl Criterion {
    /// A criterion; `value` is dropped where `op` takes none. An invalid regular expression matches nothing and is an
    /// error of [`super::Filter::check`].
    #[must_use]
    pub fn new(path: impl Into<String>, op: Operator, value: Value) -> Self {
        let value = if op.takes_value() { value } else { Value::Null };
        let regex = if op == Operator::MatchesRegex { compile(&value).ok() } else { None };
        Self { path: path.into(), op, value, regex }
    }

    /// Whether the value that `facts` has at the path meets it. Of a value that is absent only `not_exists` and
    /// `not_equals` are true.
    #[must_use]
    pub fn passes(&self, facts: &impl Facts) -> bool {
        self.holds_of(&self.find(facts))
    }

    /// What `facts` have at the path.
    pub(super) fn find<'f>(&self, facts: &'f impl Facts) -> Seen<'f> {
        match facts.look_up_each(&self.path) {
            Some(values) => Seen::Each(values),
            None => Seen::One(facts.look_up(&self.path)),
        }
    }

    pub(super) fn holds_of(&self, seen: &Seen<'_>) -> bool {
        match seen {
            Seen::One(value) => self.holds(value.as_deref()),
            Seen::Each(values) => {
                let mut values = values.iter().take(MAX_EACH_VALUES).map(|value| self.holds(Some(*value)));
                match self.op {
                    Operator::NotExists | Operator::NotEquals => values.all(|holds| holds),
                    _ => values.any(|holds| holds),
                }
            }
        }
    }

    fn holds(&self, actual: Option<&Value>) -> bool {
        let Some(actual) = actual else {
            return matches!(self.op, Operator::NotExists | Operator::NotEquals);
        };
        match self.op {
            Operator::Exists => true,
            Operator::NotExists => false,
            Operator::Equals => equal(actual, &self.value),
            Operator::NotEquals => !equal(actual, &self.value),
            Operator::GreaterThan => self.is_ordered(actual, Ordering::is_gt),
            Operator::GreaterOrEqual => self.is_ordered(actual, Ordering::is_ge),
            Operator::LessThan => self.is_ordered(actual, Ordering::is_lt),
            Operator::LessOrEqual => self.is_ordered(actual, Ordering::is_le),
            Operator::Contains => match actual {
                Value::Array(items) => items.iter().any(|item| equal(item, &self.value)),
                _ => self.is_text(actual, |text, part| text.contains(part)),
            },
            Operator::StartsWith => self.is_text(actual, |text, part| text.starts_with(part)),
            Operator::EndsWith => self.is_text(actual, |text, part| text.ends_with(part)),
            Operator::In => {
                self.value.as_array().is_some_and(|allowed| allowed.iter().any(|one| equal(actual, one)))
            }
            Operator::MatchesRegex => {
                text_of(actual).is_some_and(|text| self.compiled().is_some_and(|regex| regex.is_match(text)))
            }
        }
    }

    fn is_ordered(&self, actual: &Value, expected: impl Fn(Ordering) -> bool) -> bool {
        compare(actual, &self.value).is_some_and(expected)
    }

    fn is_text(&self, actual: &Value, expected: impl Fn(&str, &str) -> bool) -> bool {
        matches!((text_of(actual), text_of(&self.value)), (Some(text), Some(part)) if expected(text, part))
    }

    /// The compiled expression; compiled anew where someone changed the public fields.
    fn compiled(&self) -> Option<Cow<'_, Regex>> {
        match &self.regex {
            Some(regex) if Some(regex.as_str()) == self.value.as_str() => Some(Cow::Borrowed(regex)),
            _ => compile(&self.value).ok().map(Cow::Owned),
        }
    }
}

/// Compiles the regular expression in `value`, or says what is wrong with it.
pub(super) fn compile(value: &Value) -> Result<Regex, String> {
    let pattern = value.as_str().ok_or("write the regular expression as a text")?;
    if pattern.len() > MAX_REGEX_BYTES {
        return Err(format!("a regular expression has at most {MAX_REGEX_BYTES} bytes"));
    }
    regex_lite::RegexBuilder::new(pattern)
        .size_limit(MAX_COMPILED_BYTES)
        .build()
        .map_err(|error| format!("this is no regular expression: {error}"))
}
