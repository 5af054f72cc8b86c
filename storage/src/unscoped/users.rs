use crate::entities::user::{ActiveModel, Column, Entity};
use crate::{Db, StorageError};
use domain::ids::UserId;
use domain::secret::SecretText;
use domain::time::Timestamp;
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
