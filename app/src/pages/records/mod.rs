//! What the pages of customers and of items have in common: values as people read and type them, histories, and who
//! made a change.

mod history;
mod made_by;
mod search;
mod shown;
mod typed;
mod types;
mod value_field;

pub use history::{History, HistoryPage, event_name};
pub use made_by::{MadeBy, Makers};
pub use search::{SearchFields, search_in};
pub use shown::{Fact, ShownValue, Tokens, in_short};
pub use typed::{as_typed, read_list, read_typed, typed_list};
pub use types::{guessed, type_choices, type_of, type_word};
pub use value_field::ValueField;
