//! Finding records by the index of their terms (D28).
//!
//! The index is by field, then value. A search that names no field looks at each that the module's terms have, one after
//! the other. Only the records of the wanted page are read: which these are, their ids tell, and those are in the index.

use crate::Backend;
use crate::logs::{Conditions, order};
use domain::activity::PageRequest;
use domain::record::{RecordSearch, TermMatch};
use domain::search::normalised;
use uuid::Uuid;

/// Most entries of the index that one search reads, so that a short prefix stays fast however many begin so.
const MAX_ENTRIES: u16 = 10_000;

/// What stands in the index for the module of customers, who have none.
pub(crate) const CUSTOMERS: Uuid = Uuid::nil();

/// Entries of the index, as conditions with the places of their values.
struct Entries {
    of_module: String,
    matches: String,
}

impl Conditions {
    /// And found by `search` among the records of `module`. Of these, those of `page` are enough.
    pub(crate) fn and_found(
        &mut self,
        backend: Backend,
        search: &RecordSearch,
        module: Uuid,
        page: PageRequest,
    ) {
        let Some(text) = search.text.as_deref().map(normalised).filter(|text| !text.is_empty()) else {
            return;
        };
        let field = search.field.as_deref().filter(|field| !field.is_empty());
        // No term has a NUL, and PostgreSQL takes none in what it is asked.
        if text.contains('\0') || field.is_some_and(|field| field.contains('\0')) {
            return self.and_always("1 = 0");
        }
        let module = self.place(module);
        let matches = match search.matching {
            TermMatch::Exact => format!("value = {}", self.place(text)),
            TermMatch::Prefix => {
                let end = self.place(format!("{text}{}", char::MAX));
                format!("value >= {} AND value < {end}", self.place(text))
            }
        };
        let entries = Entries { of_module: format!("account_id = $1 AND module_id = {module}"), matches };
        let found = match field {
            Some(field) => entries.of_field(&self.place(field.to_owned())),
            None => entries.of_all_fields(backend),
        };
        let beyond = self.beyond("record_id", page).map(|beyond| format!(" WHERE {beyond}"));
        let (beyond, order, rows) = (beyond.unwrap_or_default(), order(page), page.rows() + 1);
        self.and_of_page(&format!(
            "SELECT record_id FROM (SELECT DISTINCT record_id FROM ({found}) AS found{beyond} \
             ORDER BY record_id {order} LIMIT {rows}) AS of_page"
        ));
    }
}

impl Entries {
    fn of_field(&self, field: &str) -> String {
        let Self { of_module, matches } = self;
        format!(
            "SELECT record_id FROM search_terms WHERE {of_module} AND field = {field} AND {matches} \
             LIMIT {MAX_ENTRIES}"
        )
    }

    /// Field by field: each is one step in the index from the one before.
    fn of_all_fields(&self, backend: Backend) -> String {
        let Self { of_module, matches } = self;
        let of_next = match backend {
            // It takes the tables of a CROSS JOIN in their order.
            Backend::Sqlite => format!(
                "CROSS JOIN search_terms AS terms \
                 WHERE {of_module} AND terms.field = fields.field AND {matches}"
            ),
            // It would rather read the whole table, in the hope to find enough at its begin.
            Backend::Postgres => format!(
                "CROSS JOIN LATERAL (SELECT record_id FROM search_terms WHERE {of_module} \
                 AND search_terms.field = fields.field AND {matches} ORDER BY value LIMIT {MAX_ENTRIES}) AS terms"
            ),
        };
        format!(
            "WITH RECURSIVE fields (field) AS (SELECT min(field) FROM search_terms WHERE {of_module} UNION ALL \
             SELECT (SELECT min(field) FROM search_terms WHERE {of_module} AND field > fields.field) FROM fields \
             WHERE fields.field IS NOT NULL) SELECT record_id FROM fields {of_next} LIMIT {MAX_ENTRIES}"
        )
    }
}
