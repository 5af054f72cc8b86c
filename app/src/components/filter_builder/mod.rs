//! Building a filter: nested groups of criteria joined by AND or OR.

mod draft;
mod view;

pub use draft::FilterDraft;
pub use view::FilterBuilder;
