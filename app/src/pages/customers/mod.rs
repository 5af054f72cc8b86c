//! Customers: what an account knows of the people it serves, what happened to them, and notes (A25, A26, T27).

mod create;
mod delete;
mod detail;
mod edit;
mod editor;
mod events;
mod form;
mod list;
mod notes;
mod overview;
mod server_fns;
mod words;

pub use create::Create;
pub use detail::Detail;
pub use list::List;
