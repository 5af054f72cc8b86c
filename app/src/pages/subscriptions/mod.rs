//! Subscriptions: which events go to which integration.

mod edit;
mod editor;
mod form;
mod list;
mod server_fns;

pub use edit::{Create, Edit};
pub use list::List;
