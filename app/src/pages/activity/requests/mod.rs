//! Requests: every inbound call, refused ones too.

mod detail;
mod list;
mod server_fns;

pub use detail::Detail;
pub use list::List;
