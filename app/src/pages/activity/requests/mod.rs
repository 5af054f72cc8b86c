//! Requests: every inbound call, refused ones too.

mod answered;
mod detail;
mod elements;
mod list;
mod log;
mod make_filter;
mod processing;
mod replay;
mod replay_all;
mod replay_progress;
mod sample_button;
mod server_fns;

pub use detail::Detail;
pub use list::List;
pub use log::{LoggedRequests, OutcomeFilter, RequestLog};
pub use replay_all::ReplayAll;
pub use replay_progress::ReplayProgress;
