use crate::filter::Facts;
use crate::header::MASK;
use crate::json;
use serde_json::Value;
use std::borrow::Cow;

/// A request as a source's filter sees it: `headers.…`, names in any case, and `body.…`.
#[derive(Debug, Clone, Copy)]
pub struct InboundFacts<'a> {
    headers: &'a [(String, String)],
    body: &'a Value,
    masked_header: Option<&'a str>,
}

impl<'a> InboundFacts<'a> {
    /// The facts of a request. `masked_header` is the one that holds the source's secret: criteria see that it is there,
    /// never its value (D18).
    #[must_use]
    pub const fn new(
        headers: &'a [(String, String)],
        body: &'a Value,
        masked_header: Option<&'a str>,
    ) -> Self {
        Self { headers, body, masked_header }
    }

    /// A header's value; of one that came several times all, joined by `, ` (RFC 9110, section 5.3).
    fn header(&self, name: &str) -> Option<String> {
        let mut values =
            self.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        let first = values.next()?;
        if self.masked_header.is_some_and(|masked| masked.eq_ignore_ascii_case(name)) {
            return Some(MASK.to_owned());
        }
        Some(values.fold(first.clone(), |all, next| all + ", " + next))
    }
}

impl Facts for InboundFacts<'_> {
    fn look_up(&self, path: &str) -> Option<Cow<'_, Value>> {
        if let Some(path) = json::below(path, "body") {
            return json::get_text(self.body, path).map(Cow::Borrowed);
        }
        self.header(path.strip_prefix("headers.")?).map(|value| Cow::Owned(Value::String(value)))
    }

    fn look_up_each(&self, path: &str) -> Option<Vec<&Value>> {
        json::each_of(self.body, json::below(path, "body")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn headers_are_found_in_any_case_and_joined() {
        let headers = [("accept", "a"), ("x-topic", "orders"), ("accept", "b")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let body = json!({"n": 1});
        let facts = InboundFacts::new(&headers, &body, Some("X-Topic"));
        for (path, expected) in [
            ("headers.Accept", Some(json!("a, b"))),
            ("headers.x-topic", Some(json!("***"))),
            ("headers.none", None),
            ("body.n", Some(json!(1))),
            ("body.m", None),
            ("n", None),
            ("data.n", None),
        ] {
            assert_eq!(facts.look_up(path).as_deref(), expected.as_ref(), "{path}");
        }
    }
}
