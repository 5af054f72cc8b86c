use super::SourceConfig;
use super::check::MAX_ENDPOINT_BYTES;
use crate::json::MAX_NAME_CHARS;
use serde::{Deserialize, Serialize};

/// What a copy of a source is to be called; what is left out follows from the source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CopyDraft {
    /// What people call it; `Copy of …` when left out.
    #[serde(default)]
    pub name: Option<String>,
    /// Last part of its URL; that of the source with `-copy`, and a number where others have that, when left out.
    #[serde(default)]
    pub endpoint: Option<String>,
}

impl CopyDraft {
    /// What is set of the copy of `original`, in an account whose sources have or had the endpoints `taken`.
    #[must_use]
    pub fn config(self, original: &SourceConfig, taken: &[String]) -> SourceConfig {
        SourceConfig {
            name: self.name.unwrap_or_else(|| copied_name(&original.name)),
            endpoint: self.endpoint.unwrap_or_else(|| copied_endpoint(&original.endpoint, taken)),
            ..original.clone()
        }
    }
}

/// What a copy of a source called `name` is called.
#[must_use]
pub fn copied_name(name: &str) -> String {
    let copied: String = format!("Copy of {name}").chars().take(MAX_NAME_CHARS).collect();
    copied.trim_end().to_owned()
}

/// An endpoint that is none of `taken`: `orders-copy`, then `orders-copy-2` and so on.
#[must_use]
pub fn copied_endpoint(endpoint: &str, taken: &[String]) -> String {
    let candidate = |number: usize| {
        let tail = if number == 1 { "-copy".to_owned() } else { format!("-copy-{number}") };
        let stem: String = endpoint.chars().take(MAX_ENDPOINT_BYTES - tail.len()).collect();
        stem + &tail
    };
    let free = (1..).map(candidate).find(|candidate| !taken.contains(candidate));
    free.expect("there are more numbers than endpoints")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a16_copies_have_names_and_endpoints_of_their_own() {
        let taken = |taken: &[&str]| taken.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let long = "a".repeat(64);
        for (endpoint, others, expected) in [
            ("orders", vec![], "orders-copy".to_owned()),
            ("orders", vec!["orders", "orders-copy"], "orders-copy-2".to_owned()),
            ("orders", vec!["orders-copy-2", "orders-copy"], "orders-copy-3".to_owned()),
            (&long, vec![&long], format!("{}-copy", "a".repeat(59))),
        ] {
            assert_eq!(copied_endpoint(endpoint, &taken(&others)), expected, "{endpoint} {others:?}");
        }
        assert_eq!(copied_name("Shop"), "Copy of Shop");
        assert_eq!(copied_name(&"ä".repeat(100)).chars().count(), 100);
    }
}
