//! Modules: an account's own kinds of record, their items, and what is told of them (K8-K16).

mod create;
mod item;
mod items;
mod list;
mod metrics;
mod page;
mod server_fns;
mod settings;
mod webhooks;

pub use item::{EditItem, ItemDetail, NewItem};
pub use list::List;
pub use page::ModulePage;
pub use settings::Settings;
pub use webhooks::{EditWebhook, NewWebhook};
