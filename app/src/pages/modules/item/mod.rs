//! Items of modules: their pages, and the form that makes and changes them.

mod detail;
mod edit;
mod form;

pub use detail::ItemDetail;
pub use edit::{EditItem, NewItem};
