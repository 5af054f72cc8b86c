//! The few statements made before an account is known, and those on what belongs to no account. Each says why it needs
//! no scope.

mod accounts;
mod scopes;
mod sessions;
mod users;

pub use accounts::{
    NewAccount, OwnedAccount, Owner, any_account_exists, create_account_with_owner,
    create_first_account_with_owner,
};
pub use scopes::{KnownKey, scope_of_api_key, scope_of_command_line, scope_of_engine, scope_of_member};
pub use sessions::{
    NewSession, SeenSession, create_session, delete_expired_sessions, revoke_other_sessions, revoke_session,
    session_of_token, sessions_of_user, touch_session,
};
pub use users::{KnownUser, NewPassword, create_user, rename_user, replace_password, user_by_email};
