use crate::pages::activity::{FilterInput, FilterSelect};
use domain::record::{RecordSearch, TermMatch};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

/// The inputs of a search for records, in a filter bar.
#[component]
pub fn SearchFields(
    /// What people call what is looked for: `Key, name, any field…`.
    placeholder: &'static str,
    /// Where it may look: by key, with what people call it.
    fields: Vec<(String, String)>,
) -> impl IntoView {
    let exact = vec![("exact".to_owned(), "Is exactly".to_owned())];
    view! {
        <FilterInput name="q" label="Search" placeholder/>
        <FilterSelect name="field" label="Where to look" all="Any field" choices=fields/>
        <FilterSelect name="match" label="How to compare" all="Begins with" choices=exact/>
    }
    .into_any()
}

/// The search in the query string: a value (`q`), in which field, and whether `match` asks for all of it.
#[must_use]
pub fn search_in(query: &ParamsMap) -> RecordSearch {
    let said = |name: &str| query.get_str(name).map(str::trim).filter(|text| !text.is_empty());
    let text = said("q").map(ToOwned::to_owned);
    // A field alone looks for nothing.
    let field = said("field").filter(|_| text.is_some()).map(ToOwned::to_owned);
    let is_exact = text.is_some() && query.get_str("match") == Some("exact");
    let matching = if is_exact { TermMatch::Exact } else { TermMatch::Prefix };
    RecordSearch { text, field, matching }
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
            matching: TermMatch::Prefix,
        };
        assert_eq!(search(&[("q", " "), ("field", "")]), RecordSearch::default());
        assert_eq!(search(&[("field", "key")]), RecordSearch::default());
        assert_eq!(search(&[("q", " ada "), ("field", "")]), found("ada", None));
        assert_eq!(search(&[("q", "ada"), ("field", "name")]), found("ada", Some("name")));
        assert_eq!(search(&[("match", "exact")]), RecordSearch::default());
        assert_eq!(search(&[("q", "ada"), ("match", "")]), found("ada", None));
        let exact = RecordSearch { matching: TermMatch::Exact, ..found("ada", None) };
        assert_eq!(search(&[("q", "ada"), ("match", "exact")]), exact);
    }
}
