use crate::entities::session::{ActiveModel, Column, Entity, Model};
use crate::entities::{account, membership, user};
use crate::queries::{accounts::to_account, members::role_of};
use crate::{Db, StorageError};
use domain::ids::{SessionId, UserId};
use domain::member::{CurrentUser, Membership, Session};
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// A browser that just signed in.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Who signed in.
    pub user_id: UserId,
    /// SHA-256 of the token in its cookie.
    pub token_hash: [u8; 32],
    /// What the browser calls itself.
    pub user_agent: String,
    /// When it ends unless it is used.
    pub expires_at: Timestamp,
}

/// A session as a request finds it.
#[derive(Debug, Clone)]
pub struct SeenSession {
    /// Who is signed in.
    pub user: CurrentUser,
    /// When it was last touched.
    pub last_seen_at: Timestamp,
}

/// Keeps a new session. No scope: a session belongs to a user, who may work in several accounts.
///
/// # Errors
/// What the database says.
pub async fn create_session(db: &Db, new: &NewSession, at: Timestamp) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(new.id.0),
        user_id: Set(new.user_id.0),
        token_hash: Set(new.token_hash.to_vec()),
        user_agent: Set(new.user_agent.clone()),
        created_at: Set(at.0),
        last_seen_at: Set(at.0),
        expires_at: Set(new.expires_at.0),
    };
    Entity::insert(row).exec_without_returning(&db.writer).await?;
    Ok(())
}

/// The session of the token with that SHA-256, unless it ended before `at`. No scope: the token alone says who it is;
/// an account is chosen later.
///
/// # Errors
/// What the database says.
pub async fn session_of_token(
    db: &Db,
    hash: [u8; 32],
    at: Timestamp,
) -> Result<Option<SeenSession>, StorageError> {
    #[expect(clippy::disallowed_methods, reason = "a token's hash is unique in the installation")]
    let row = Entity::find()
        .find_also_related(user::Entity)
        .filter(Column::TokenHash.eq(hash.to_vec()))
        .filter(Column::ExpiresAt.gt(at.0))
        .one(&db.reader)
        .await?;
    let Some((session, Some(user))) = row else { return Ok(None) };
    let user = CurrentUser {
        session_id: SessionId(session.id),
        id: UserId(user.id),
        email: user.email,
        name: user.name,
        accounts: memberships_of(db, UserId(user.id)).await?,
    };
    Ok(Some(SeenSession { user, last_seen_at: Timestamp(session.last_seen_at) }))
}

async fn memberships_of(db: &Db, id: UserId) -> Result<Vec<Membership>, StorageError> {
    #[expect(clippy::disallowed_methods, reason = "a user's own memberships, across accounts")]
    let rows = membership::Entity::find()
        .find_also_related(account::Entity)
        .filter(membership::Column::UserId.eq(id.0))
        .order_by_asc(account::Column::Name)
        .order_by_asc(account::Column::Id)
        .all(&db.reader)
        .await?;
    let rows = rows.into_iter().filter_map(|(membership, account)| Some((membership, account?)));
    rows.map(|(membership, account)| {
        Ok(Membership { account: to_account(account), role: role_of(&membership.role)? })
    })
    .collect()
}

/// Notes that a session is used and when it ends now. No scope: see [`create_session`].
///
/// # Errors
/// What the database says.
pub async fn touch_session(
    db: &Db,
    id: SessionId,
    at: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    #[expect(clippy::disallowed_methods, reason = "the session's own id, found by its token")]
    let changes = Entity::update_many().filter(Column::Id.eq(id.0));
    changes
        .col_expr(Column::LastSeenAt, Expr::value(at.0))
        .col_expr(Column::ExpiresAt, Expr::value(expires_at.0))
        .exec(&db.writer)
        .await?;
    Ok(())
}

/// A user's sessions that have not ended, last used first; `current` is the one that asks. No scope: see
/// [`create_session`].
///
/// # Errors
/// What the database says.
pub async fn sessions_of_user(
    db: &Db,
    user: UserId,
    current: SessionId,
    at: Timestamp,
) -> Result<Vec<Session>, StorageError> {
    #[expect(clippy::disallowed_methods, reason = "bound to the user, who owns them")]
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::ExpiresAt.gt(at.0))
        .order_by_desc(Column::LastSeenAt)
        .order_by_desc(Column::Id)
        .all(&db.reader)
        .await?;
    Ok(rows.into_iter().map(|row| to_session(row, current)).collect())
}

fn to_session(row: Model, current: SessionId) -> Session {
    Session {
        id: SessionId(row.id),
        user_agent: row.user_agent,
        created_at: Timestamp(row.created_at),
        last_seen_at: Timestamp(row.last_seen_at),
        is_current: row.id == current.0,
    }
}

/// Ends one of a user's sessions. No scope: see [`create_session`].
///
/// # Errors
/// [`StorageError::NotFound`] when the user has none of this id.
pub async fn revoke_session(db: &Db, user: UserId, id: SessionId) -> Result<(), StorageError> {
    #[expect(clippy::disallowed_methods, reason = "bound to the user, who owns it")]
    let removals = Entity::delete_many().filter(Column::UserId.eq(user.0)).filter(Column::Id.eq(id.0));
    match removals.exec(&db.writer).await?.rows_affected {
        0 => Err(StorageError::NotFound),
        _ => Ok(()),
    }
}

/// Ends a user's sessions but `kept`; answers how many. No scope: see [`create_session`].
///
/// # Errors
/// What the database says.
pub async fn revoke_other_sessions(db: &Db, user: UserId, kept: SessionId) -> Result<u64, StorageError> {
    end_other_sessions(&db.writer, user, kept).await
}

pub(super) async fn end_other_sessions(
    connection: &impl ConnectionTrait,
    user: UserId,
    kept: SessionId,
) -> Result<u64, StorageError> {
    #[expect(clippy::disallowed_methods, reason = "bound to the user, who owns them")]
    let removals = Entity::delete_many().filter(Column::UserId.eq(user.0)).filter(Column::Id.ne(kept.0));
    Ok(removals.exec(connection).await?.rows_affected)
}

/// Deletes what ended before `at`, of all users; answers how many. No scope: it is the installation's housekeeping.
///
/// # Errors
/// What the database says.
pub async fn delete_expired_sessions(db: &Db, at: Timestamp) -> Result<u64, StorageError> {
    #[expect(clippy::disallowed_methods, reason = "housekeeping over everybody's sessions")]
    let removals = Entity::delete_many().filter(Column::ExpiresAt.lte(at.0));
    Ok(removals.exec(&db.writer).await?.rows_affected)
}
