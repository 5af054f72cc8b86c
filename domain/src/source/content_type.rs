use serde::{Deserialize, Serialize};

/// How a body may be written (D24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ContentType {
    /// `application/json`, or a type that ends in `+json` (RFC 6839).
    #[default]
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
}

impl ContentType {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Json, Self::Form];

    /// What a sender writes into the header `content-type`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
        }
    }

    /// The one that `headers` declare, parameters ignored; `None` where they declare none, another or several. Nothing
    /// is ever guessed from the body.
    #[must_use]
    pub fn declared(headers: &[(String, String)]) -> Option<Self> {
        let mut types = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let (Some((_, content_type)), None) = (types.next(), types.next()) else { return None };
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if essence.eq_ignore_ascii_case(Self::Form.as_str()) {
            return Some(Self::Form);
        }
        is_json(essence).then_some(Self::Json)
    }
}

fn is_json(essence: &str) -> bool {
    if essence.eq_ignore_ascii_case(ContentType::Json.as_str()) {
        return true;
    }
    let Some((kind, name)) = essence.split_once('/') else { return false };
    let Some((start, suffix)) = name.rsplit_once('+') else { return false };
    !kind.is_empty() && !start.is_empty() && suffix.eq_ignore_ascii_case("json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d24_the_content_type_is_what_is_declared_and_nothing_else() {
        use ContentType::{Form, Json};
        for (declared, expected) in [
            (vec!["application/json"], Some(Json)),
            (vec!["Application/JSON; charset=utf-8"], Some(Json)),
            (vec!["application/cloudevents+JSON"], Some(Json)),
            (vec!["application/x-www-form-urlencoded"], Some(Form)),
            (vec!["Application/X-WWW-Form-Urlencoded; charset=UTF-8"], Some(Form)),
            (vec!["multipart/form-data; boundary=application/json"], None),
            (vec!["application/x-www-form-urlencoded+json"], Some(Json)),
            (vec!["text/plain"], None),
            (vec![""], None),
            (vec![], None),
            (vec!["application/json", "application/x-www-form-urlencoded"], None),
            (vec!["application/json", "application/json"], None),
        ] {
            let headers: Vec<_> =
                declared.iter().map(|value| ("Content-Type".to_owned(), (*value).to_owned())).collect();
            assert_eq!(ContentType::declared(&headers), expected, "{declared:?}");
        }
    }
}
