use super::sessions::end_other_sessions;
use crate::entities::user::{ActiveModel, Column, Entity};
use crate::{Db, StorageError};
use domain::ids::{SessionId, UserId};
use domain::secret::SecretText;
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

/// A user and what proves it is them.
#[derive(Debug, Clone)]
pub struct KnownUser {
    /// The user.
    pub id: UserId,
    /// Argon2 hash of their password, as PHC text.
    pub password_hash: SecretText,
}

/// The user of an e-mail address in lower case. No scope: somebody who signs in has not said in which account, and
/// users belong to none.
///
/// # Errors
/// What the database says.
pub async fn user_by_email(db: &Db, email: &str) -> Result<Option<KnownUser>, StorageError> {
    #[expect(clippy::disallowed_methods, reason = "users belong to no account")]
    let row = Entity::find().filter(Column::Email.eq(email)).one(&db.reader).await?;
    Ok(row.map(|row| KnownUser { id: UserId(row.id), password_hash: SecretText::new(row.password_hash) }))
}

/// Makes a user who is in no account yet. No scope: users belong to none.
///
/// # Errors
/// [`StorageError::Taken`] when somebody has that e-mail address.
pub async fn create_user(
    db: &Db,
    id: UserId,
    email: &str,
    name: &str,
    password_hash: &SecretText,
    at: Timestamp,
) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(id.0),
        email: Set(email.to_owned()),
        name: Set(name.to_owned()),
        password_hash: Set(password_hash.reveal().to_owned()),
        created_at: Set(at.0),
    };
    Entity::insert(row).exec_without_returning(&db.writer).await?;
    Ok(())
}

/// Calls a user something else. No scope: users belong to no account.
///
/// # Errors
/// [`StorageError::NotFound`].
pub async fn rename_user(db: &Db, id: UserId, name: &str) -> Result<(), StorageError> {
    #[expect(clippy::disallowed_methods, reason = "users belong to no account")]
    let changes = Entity::update_many().filter(Column::Id.eq(id.0)).col_expr(Column::Name, Expr::value(name));
    match changes.exec(&db.writer).await?.rows_affected {
        0 => Err(StorageError::NotFound),
        _ => Ok(()),
    }
}

/// A password that takes the place of another.
#[derive(Debug, Clone)]
pub struct NewPassword {
    /// Whose it is.
    pub user: UserId,
    /// The hash of the one that is replaced.
    pub replaced_hash: SecretText,
    /// Argon2 hash of the new one, as PHC text.
    pub hash: SecretText,
    /// The session that goes on.
    pub kept: SessionId,
}

/// Replaces a user's password and ends their other sessions, both or neither; answers how many. No scope: users belong
/// to no account.
///
/// # Errors
/// [`StorageError::Stale`] when the password was replaced by another meanwhile.
pub async fn replace_password(db: &Db, new: &NewPassword) -> Result<u64, StorageError> {
    let tx = db.begin_write().await?;
    #[expect(clippy::disallowed_methods, reason = "users belong to no account")]
    let changes = Entity::update_many()
        .filter(Column::Id.eq(new.user.0))
        .filter(Column::PasswordHash.eq(new.replaced_hash.reveal()))
        .col_expr(Column::PasswordHash, Expr::value(new.hash.reveal()));
    if changes.exec(&tx).await?.rows_affected == 0 {
        return Err(StorageError::Stale);
    }
    let ended = end_other_sessions(&tx, new.user, new.kept).await?;
    tx.commit().await?;
    Ok(ended)
}
