//! The console's own thin components: they take data and show it; pages fetch it.

mod bound;
mod chip;
mod copy;
mod dialog;
mod dirty_bar;
mod editing;
mod icons;
mod page;
mod palette;
mod prose;
mod shortcuts;
mod span_switch;
mod states;
mod switch;
mod theme;
mod time;
mod toast;
mod warnings;
mod words;

pub mod chart;
pub mod filter_builder;
pub mod form;
pub mod json;
pub mod mapping_editor;
pub mod value_text;

pub use bound::Bound;
pub use chip::{Chip, State, StateChip, StatusCode, Tone, outcome_words};
pub use copy::{CopyBox, CopyButton};
pub use dialog::{Confirm, CreateLink, Dialog, go_quietly, is_creating};
pub use dirty_bar::{DirtyBar, Over, Saving};
pub use editing::{Begin, Calls, Editing, Rules};
pub use icons::{Glyph, Icon};
pub use page::{Crumb, PageHead, Pager, Panel, Tabs, current_tab, page_in};
pub use palette::{Destination, Palette};
pub use prose::Prose;
pub use shortcuts::Shortcuts;
pub use span_switch::{SpanSwitch, chosen_span};
pub use states::{Empty, ErrorNote, Failed, Loaded, LoadedLater, Note, Skeleton, failure};
pub use switch::SubmitSwitch;
pub use theme::ThemeSwitch;
pub use time::{Ago, Due, Exact, LastTime, bytes, duration, duration_us, number, percent};
pub use toast::{ToastRegion, Toasts};
pub use warnings::Warnings;
pub use words::{counted, of_word, role_name, word};
