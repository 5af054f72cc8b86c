//! The customers' form: sections of typed fields (T23, T27), and the lookup lists that they choose from (T29).

mod edit;
mod lists;
mod server_fns;
mod typed;

pub use edit::FormPage;
pub use lists::{EditList, NewList};
