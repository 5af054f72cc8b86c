//! JSON to look at, to pick from, and to write.

mod editor;
mod highlight;
mod tree;
mod view;

pub use editor::{JsonEditor, fault};
pub use tree::{JsonTree, join, kind_of, shortened};
pub use view::{BodyView, JsonView};
