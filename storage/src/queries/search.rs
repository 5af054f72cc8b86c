//! Finding records by the index of their terms (D28).

use crate::logs::Conditions;
use domain::record::RecordSearch;
use domain::search::normalised;
use uuid::Uuid;

/// Most entries of the index that one search reads, so that a short prefix stays fast however many begin so.
const MAX_ENTRIES: u16 = 10_000;

/// What stands in the index for the module of customers, who have none.
pub(crate) const CUSTOMERS: Uuid = Uuid::nil();

impl Conditions {
    /// And found by `search` among the records of `module`.
    pub(crate) fn and_found(&mut self, search: &RecordSearch, module: Uuid) {
        let Some(prefix) = search.text.as_deref().map(normalised).filter(|prefix| !prefix.is_empty()) else {
            return;
        };
        let field = search.field.as_deref().filter(|field| !field.is_empty());
        // No term has a NUL, and PostgreSQL takes none in what it is asked.
        if prefix.contains('\0') || field.is_some_and(|field| field.contains('\0')) {
            return self.and_always("1 = 0");
        }
        let (module, end) = (self.place(module), self.place(format!("{prefix}{}", char::MAX)));
        let begin = self.place(prefix);
        let of_field = field.map(|field| format!(" AND field = {}", self.place(field.to_owned())));
        let of_field = of_field.unwrap_or_default();
        self.and_always(&format!(
            "id IN (SELECT record_id FROM (SELECT record_id FROM search_terms WHERE account_id = $1 \
             AND module_id = {module} AND value >= {begin} AND value < {end}{of_field} LIMIT {MAX_ENTRIES}) AS found)"
        ));
    }
}
