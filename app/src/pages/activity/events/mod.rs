//! Events: facts accepted from sources and from the API.

mod detail;
mod list;
mod server_fns;

pub use detail::Detail;
pub use list::List;
