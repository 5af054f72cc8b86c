//! What the server answers, one module a door.

pub mod api;
#[cfg(feature = "console")]
pub(crate) mod assets;
mod body;
#[cfg(feature = "console")]
pub(crate) mod console;
pub(crate) mod health;
pub(crate) mod inbound;
#[cfg(feature = "console")]
pub(crate) mod live;
pub(crate) mod metrics;
#[cfg(feature = "console")]
pub(crate) mod refusal;
#[cfg(feature = "console")]
pub(crate) mod session;
