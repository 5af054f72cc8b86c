//! Integrations: configured outbound webhooks (T2-T11).

mod body_section;
mod configuration;
mod create;
mod detail;
mod editor;
mod example;
mod form;
mod linked;
mod list;
mod sections;
mod server_fns;
mod signing;
mod test;

pub use detail::Detail;
pub use example::Message;
pub use form::{number, optional_number};
pub use list::List;
pub use test::{Report, TestButton};
