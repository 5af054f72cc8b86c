use super::{Criterion, Filter};
use std::fmt::{self, Display, Formatter};

/// In words for a person: ``body.n is greater than 0 and (body.kind is equal to "a" or body.kind does not exist)``.
impl Display for Filter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => join(parts, " and ", f),
            Self::Any(parts) => join(parts, " or ", f),
            Self::Criterion(Criterion { path, op, value, .. }) => {
                write!(f, "{path} {}", op.label())?;
                if op.takes_value() { write!(f, " {value}") } else { Ok(()) }
            }
        }
    }
}

fn join(parts: &[Filter], with: &str, f: &mut Formatter<'_>) -> fmt::Result {
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            f.write_str(with)?;
        }
        if parts.len() > 1 && is_joined(part) { write!(f, "({part})")? } else { part.fmt(f)? }
    }
    Ok(())
}

/// Whether its words hold an "and" or an "or": a group of one is told like its part.
fn is_joined(filter: &Filter) -> bool {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => match parts.as_slice() {
            [only] => is_joined(only),
            parts => parts.len() > 1,
        },
        Filter::Criterion(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::filter::Filter;
    use serde_json::json;

    #[test]
    fn filters_are_told_in_words() {
        let many = json!({"path": "body.n", "op": "greater_than", "value": 0});
        let kind = json!({"path": "body.kind", "op": "equals", "value": "a"});
        let gone = json!({"path": "headers.x-old", "op": "not_exists"});
        for (filter, expected) in [
            (many.clone(), "body.n is greater than 0"),
            (json!({"all": [many]}), "body.n is greater than 0"),
            (json!({"all": [many, gone]}), "body.n is greater than 0 and headers.x-old does not exist"),
            (
                json!({"all": [many, {"any": [kind, gone]}]}),
                r#"body.n is greater than 0 and (body.kind is equal to "a" or headers.x-old does not exist)"#,
            ),
            (
                json!({"any": [{"all": [kind]}, gone]}),
                r#"body.kind is equal to "a" or headers.x-old does not exist"#,
            ),
            (
                json!({"all": [gone, {"all": [{"any": [many, gone]}]}]}),
                "headers.x-old does not exist and (body.n is greater than 0 or headers.x-old does not exist)",
            ),
        ] {
            let filter: Filter = serde_json::from_value(filter).expect("a filter");
            assert_eq!(filter.to_string(), expected);
        }
    }
}
