use crate::entities::user::{Column, Entity};
use crate::{Db, StorageError};
use domain::ids::UserId;
use domain::secret::SecretText;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

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
