//! Outgoing webhooks of a module (K10-K16): each is a subscription and its integration underneath.

mod edit;
mod example;
mod list;
mod secret;
mod server_fns;
mod test;
mod typed;

pub use edit::{EditWebhook, NewWebhook};
pub use list::WebhooksTab;
