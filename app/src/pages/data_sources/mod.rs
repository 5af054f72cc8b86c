//! Data sources: what feeds the modules, and how one is connected (K2-K9).

mod connect;
mod create;
mod list;
mod map;
mod server_fns;
mod set_up;

pub use list::List;
pub use set_up::SetUp;
