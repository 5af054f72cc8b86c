//! Deliveries: each message to an integration, its attempts, and trying again.

pub mod attempts;
mod detail;
mod list;
mod retry_all;
mod server_fns;

pub use detail::Detail;
pub use list::List;
pub use server_fns::list_deliveries;
