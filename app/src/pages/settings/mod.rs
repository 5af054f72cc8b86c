//! Settings: API keys, sessions, the account.

mod account;
mod api_keys;
mod create_api_key;
mod server_fns;
mod sessions;

pub use account::AccountPage;
pub use api_keys::ApiKeys;
pub use sessions::Sessions;
