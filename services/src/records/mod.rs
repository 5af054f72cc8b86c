//! Records: customers, what is said of them, and what an account has decided about that.
//!
//! Customers are changed by one way only, the journal's: it holds the record, carries out what is wanted, and writes the
//! record, its history, what it is found by, and the event that tells of it in one transaction. What stands here reads
//! them, and keeps what is decided about them: the catalogue of events, the customers' form, and lookup lists.

mod catalogue;
mod customers;
mod edit;
mod form;
mod lookups;
mod notes;

pub(crate) use edit::{Changed, Origin, Record};

use crate::{Error, Result};
use domain::error::FieldErrors;
use domain::form::FieldType;
use domain::lookup::LookupList;

/// Refuses fields whose lookup list the account does not have; `fields` are where each is, and its type.
fn check_lookups(fields: impl Iterator<Item = (String, FieldType)>, lookups: &[LookupList]) -> Result<()> {
    let mut errors = FieldErrors::default();
    for (field, field_type) in fields {
        if let Some(id) = field_type.lookup_list().filter(|id| lookups.iter().all(|list| list.id != *id)) {
            errors.add(field, format!("this account has no lookup list {id}"));
        }
    }
    errors.into_result().map_err(Error::from)
}
