use super::RequestFilter;
use crate::change::ChangedBy;
use crate::ids::ReplayId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a bulk replay is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReplayState {
    /// It goes on.
    Running,
    /// It is through.
    Finished,
    /// Somebody stopped it.
    Stopped,
    /// It came upon something that it cannot get over.
    Failed,
}

impl ReplayState {
    /// All of them; new ones come last, because their places are stored.
    pub const ALL: [Self; 4] = [Self::Running, Self::Finished, Self::Stopped, Self::Failed];

    /// Its number in the database.
    #[must_use]
    pub const fn code(self) -> i16 {
        match self {
            Self::Running => 0,
            Self::Finished => 1,
            Self::Stopped => 2,
            Self::Failed => 3,
        }
    }

    /// The state of a number in the database.
    #[must_use]
    pub fn from_code(code: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// All logged requests that matched, sent through the pipeline again, the oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Replay {
    /// Its id: the `replay_id` of the requests that it makes.
    pub id: ReplayId,
    /// Which requests it replays.
    pub filter: RequestFilter,
    /// Who began it.
    pub by: ChangedBy,
    /// Where it is.
    pub state: ReplayState,
    /// How many requests it is about, at most 10,000.
    pub total: i64,
    /// How many of them are done with: the sum of the next three.
    pub done: i64,
    /// How many were accepted this time.
    pub accepted: i64,
    /// How many were refused this time.
    pub refused: i64,
    /// How many could not be replayed: their source is inactive, their body is not kept, or nobody proved who sent them.
    pub not_replayed: i64,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::ReplayState;

    #[test]
    fn states_keep_their_number_in_the_database() {
        for (code, state) in (0..).zip(ReplayState::ALL) {
            assert_eq!((state.code(), ReplayState::from_code(code)), (code, Some(state)));
        }
        assert_eq!(ReplayState::from_code(4), None);
    }
}
