//! Bulk replays: what each is about and how far it is.

use super::{from_json, to_json};
use crate::StorageError;
use crate::account_db::{AccountDb, Subject};
use crate::entities::replay::{ActiveModel, Column, Entity, Model};
use crate::logs::Conditions;
use domain::activity::{Page, PageRequest, Replay, ReplayState, RequestFilter};
use domain::change::ChangedBy;
use domain::ids::{ReplayId, RequestId};
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryResult,
};
use uuid::Uuid;

/// A bulk replay at work.
#[derive(Debug, Clone)]
pub struct ReplayRun {
    /// As it is shown.
    pub replay: Replay,
    /// The newest request that it is about.
    pub until: RequestId,
    /// The last request that it is done with; nil before the first.
    pub cursor: RequestId,
}

/// What became of the requests from a replay's cursor to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReplayStep {
    /// Accepted this time.
    pub accepted: i64,
    /// Refused this time.
    pub refused: i64,
    /// Could not be replayed.
    pub not_replayed: i64,
}

impl AccountDb<'_> {
    /// One page of bulk replays.
    ///
    /// # Errors
    /// What the database says.
    pub async fn replays(&self, page: PageRequest) -> Result<Page<Replay>, StorageError> {
        let read = |row: &QueryResult| Ok(to_run(Model::from_query_result(row, "")?)?.replay);
        let all = Conditions::of(self.account_id());
        all.page(self.db(), "SELECT * FROM replays", page, read, |replay| replay.id.0).await
    }

    /// One bulk replay.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when the account has none of this id.
    pub async fn replay(&self, id: ReplayId) -> Result<ReplayRun, StorageError> {
        let row = self.rows::<Entity>().filter(Column::Id.eq(id.0)).one(self.reader()).await?;
        to_run(row.ok_or(StorageError::NotFound)?)
    }

    /// Begins a bulk replay of `total` requests up to `until`.
    ///
    /// # Errors
    /// [`StorageError::Taken`] while another one of the account runs.
    pub async fn begin_replay(
        &self,
        id: ReplayId,
        filter: &RequestFilter,
        (total, until): (u32, RequestId),
        (by, at): (ChangedBy, Timestamp),
    ) -> Result<Replay, StorageError> {
        let tx = self.begin(at).await?;
        let row = Model {
            account_id: tx.account_id().0,
            id: id.0,
            made_by: to_json(&by)?,
            filter: to_json(filter)?,
            until_id: until.0,
            cursor_id: Uuid::nil(),
            state: ReplayState::Running.code(),
            total: i64::from(total),
            accepted: 0,
            refused: 0,
            not_replayed: 0,
            finished_at: None,
        };
        let insert = Entity::insert(ActiveModel::from(row.clone()).reset_all());
        insert.exec_without_returning(&tx.tx).await?;
        tx.audit("replay.started", Subject { kind: "replay", id: id.0, name: "" }).await?;
        tx.commit().await?;
        Ok(to_run(row)?.replay)
    }

    /// Moves the cursor of a replay from where `run` saw it to `cursor`, and counts what became of the requests between.
    /// Nothing happens where somebody else moved it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn advance_replay(
        &self,
        run: &ReplayRun,
        cursor: RequestId,
        step: ReplayStep,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let tx = self.begin(at).await?;
        let more = |column: Column, count: i64| Expr::col(column).add(count);
        tx.changes::<Entity>()
            .col_expr(Column::CursorId, Expr::value(cursor.0))
            .col_expr(Column::Accepted, more(Column::Accepted, step.accepted))
            .col_expr(Column::Refused, more(Column::Refused, step.refused))
            .col_expr(Column::NotReplayed, more(Column::NotReplayed, step.not_replayed))
            .filter(Column::Id.eq(run.replay.id.0))
            .filter(Column::CursorId.eq(run.cursor.0))
            .exec(&tx.tx)
            .await?;
        tx.commit().await
    }

    /// Ends a replay that runs; another one stays as it ended.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when the account has none of this id.
    pub async fn end_replay(
        &self,
        id: ReplayId,
        state: ReplayState,
        at: Timestamp,
    ) -> Result<Replay, StorageError> {
        let tx = self.begin(at).await?;
        let ended = tx
            .changes::<Entity>()
            .col_expr(Column::State, Expr::value(state.code()))
            .col_expr(Column::FinishedAt, Expr::value(at.0))
            .filter(Column::Id.eq(id.0))
            .filter(Column::State.eq(ReplayState::Running.code()))
            .exec(&tx.tx)
            .await?;
        if ended.rows_affected > 0 && state == ReplayState::Stopped {
            tx.audit("replay.stopped", Subject { kind: "replay", id: id.0, name: "" }).await?;
        }
        let row = tx.rows::<Entity>().filter(Column::Id.eq(id.0)).one(&tx.tx).await?;
        tx.commit().await?;
        // Only now: one that cannot be read any more must end, too, or no other may begin.
        Ok(to_run(row.ok_or(StorageError::NotFound)?)?.replay)
    }

    /// Notes who replayed one request.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note_replay(&self, id: RequestId, path: &str, at: Timestamp) -> Result<(), StorageError> {
        let tx = self.begin(at).await?;
        tx.audit("request.replayed", Subject { kind: "request", id: id.0, name: path }).await?;
        tx.commit().await
    }
}

fn to_run(row: Model) -> Result<ReplayRun, StorageError> {
    let id = ReplayId(row.id);
    let replay = Replay {
        id,
        filter: from_json("replay", row.id, &row.filter)?,
        by: from_json("replay", row.id, &row.made_by)?,
        state: ReplayState::from_code(row.state)
            .ok_or_else(|| StorageError::Corrupt(format!("state {} of replay {id}", row.state)))?,
        total: row.total,
        done: row.accepted + row.refused + row.not_replayed,
        accepted: row.accepted,
        refused: row.refused,
        not_replayed: row.not_replayed,
        created_at: id.timestamp(),
        finished_at: row.finished_at.map(Timestamp),
    };
    Ok(ReplayRun { replay, until: RequestId(row.until_id), cursor: RequestId(row.cursor_id) })
}
