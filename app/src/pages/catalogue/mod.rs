//! The event catalogue: what can be said of customers, and what it does to them (A8, A26).

mod edit;
mod list;
mod server_fns;
mod typed;

pub use edit::{Create, Edit};
pub use list::List;
