//! Settings: the team, API keys, sessions, the account; and oneself.

mod account;
mod admit_member;
mod api_keys;
mod create_api_key;
mod profile;
mod role_field;
mod server_fns;
mod sessions;
mod team;

pub use account::AccountPage;
pub use api_keys::ApiKeys;
pub use profile::Profile;
pub use sessions::Sessions;
pub use team::Team;
