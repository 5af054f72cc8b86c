use crate::entities::{account, api_key, membership};
use crate::queries::{accounts::to_account, members::role_of};
use crate::{AccountScope, Db, StorageError};
use domain::account::{Account, Actor};
use domain::ids::{AccountId, ApiKeyId, UserId};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// The scope of a user in the account of that address, if they are a member of it. No scope: this is where it is
/// minted, from the membership as it is now.
///
/// # Errors
/// What the database says.
pub async fn scope_of_member(
    db: &Db,
    user: UserId,
    slug: &str,
) -> Result<Option<(Account, AccountScope)>, StorageError> {
    #[expect(clippy::disallowed_methods, reason = "bound to the user and to the account's address")]
    let row = membership::Entity::find()
        .find_also_related(account::Entity)
        .filter(membership::Column::UserId.eq(user.0))
        .filter(account::Column::Slug.eq(slug))
        .one(&db.reader)
        .await?;
    let Some((membership, Some(account))) = row else { return Ok(None) };
    let account = to_account(account);
    let scope = AccountScope::new(account.id, Actor::User(user), role_of(&membership.role)?);
    Ok(Some((account, scope)))
}

/// The scope of whoever runs the command line of the machine, in the account of that address. No scope: who can read the
/// database file and its key needs no leave.
///
/// # Errors
/// What the database says.
pub async fn scope_of_command_line(db: &Db, slug: &str) -> Result<Option<AccountScope>, StorageError> {
    #[expect(clippy::disallowed_methods, reason = "bound to the account's address")]
    let row = account::Entity::find().filter(account::Column::Slug.eq(slug)).one(&db.reader).await?;
    let owner = domain::account::Role::Owner;
    Ok(row.map(|row| AccountScope::new(AccountId(row.id), Actor::CommandLine, owner)))
}

/// The scope in which the engine acts on a row it holds under a lease. No scope: the row names its account.
#[must_use]
pub const fn scope_of_engine(account: AccountId) -> AccountScope {
    AccountScope::new(account, Actor::Engine, domain::account::Role::Owner)
}

/// What an API key opens.
#[derive(Debug, Clone)]
pub struct KnownKey {
    /// The key.
    pub id: ApiKeyId,
    /// Its account, and what it may do there.
    pub scope: AccountScope,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

/// What the API key of that SHA-256 opens, unless it was revoked. No scope: this is where it is minted, and the key
/// alone says which account is meant.
///
/// # Errors
/// What the database says.
pub async fn scope_of_api_key(db: &Db, hash: [u8; 32]) -> Result<Option<KnownKey>, StorageError> {
    #[expect(clippy::disallowed_methods, reason = "a key's hash is unique in the installation")]
    let row = api_key::Entity::find()
        .filter(api_key::Column::KeyHash.eq(hash.to_vec()))
        .filter(api_key::Column::RevokedAt.is_null())
        .one(&db.reader)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let id = ApiKeyId(row.id);
    let scope = AccountScope::new(AccountId(row.account_id), Actor::ApiKey(id), role_of(&row.role)?);
    Ok(Some(KnownKey { id, scope, last_used_at: row.last_used_at.map(Timestamp) }))
}
