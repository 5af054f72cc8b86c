use domain::record::RecordSearch;
use leptos_router::params::ParamsMap;

/// The search in the query string: how a value begins (`q`), and in which field.
#[must_use]
pub fn search_in(query: &ParamsMap) -> RecordSearch {
    let said = |name: &str| query.get_str(name).map(str::trim).filter(|text| !text.is_empty());
    let text = said("q").map(ToOwned::to_owned);
    // A field alone looks for nothing.
    let field = said("field").filter(|_| text.is_some()).map(ToOwned::to_owned);
    RecordSearch { text, field }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d28_what_is_empty_in_the_query_is_not_searched_for() {
        let search = |pairs: &[(&str, &str)]| {
            let mut query = ParamsMap::new();
            for (name, value) in pairs {
                query.insert((*name).to_owned(), (*value).to_owned());
            }
            search_in(&query)
        };
        let found = |text: &str, field: Option<&str>| RecordSearch {
            text: Some(text.to_owned()),
            field: field.map(ToOwned::to_owned),
        };
        assert_eq!(search(&[("q", " "), ("field", "")]), RecordSearch::default());
        assert_eq!(search(&[("field", "key")]), RecordSearch::default());
        assert_eq!(search(&[("q", " ada "), ("field", "")]), found("ada", None));
        assert_eq!(search(&[("q", "ada"), ("field", "name")]), found("ada", Some("name")));
    }
}
