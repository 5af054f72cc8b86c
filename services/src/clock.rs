//! What time it is, and randomness.

use domain::time::Timestamp;
use rand::TryRngCore;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{SystemTime, UNIX_EPOCH};
use storage::{Db, StorageError};

/// Where the time comes from. Cheap to clone; clones of a fixed one move together.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// The database's clock: the machine's, and how many milliseconds the database's was found to go before it. So all
    /// processes on a database agree on when a delivery is due and when a lease ends.
    Database(Arc<AtomicI64>),
    /// Whatever a test says, in milliseconds since the epoch.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at` until it is moved.
    #[must_use]
    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.0)))
    }

    /// The clock of a database that has not been asked yet.
    #[must_use]
    pub fn of_database() -> Self {
        Self::Database(Arc::default())
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system_time(),
            Self::Database(ahead) => system_time().plus_ms(ahead.load(Ordering::Relaxed)),
            Self::Fixed(millis) => Timestamp(millis.load(Ordering::Relaxed)),
        }
    }

    /// Asks the database for its time, if this is its clock. A difference that the question's own way may have made
    /// changes nothing.
    pub(crate) async fn follow(&self, db: &Db) -> Result<(), StorageError> {
        let Self::Database(ahead) = self else { return Ok(()) };
        let asked_at = system_time().0;
        let Some(said) = db.time().await? else { return Ok(()) };
        let answered_at = system_time().0;
        let found = said.0 - asked_at.midpoint(answered_at);
        let moved = found.abs_diff(ahead.load(Ordering::Relaxed));
        if moved > answered_at.abs_diff(asked_at) {
            tracing::info!(
                ahead_ms = found,
                "The database's clock is not this machine's; the database's is used"
            );
            ahead.store(found, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Moves a fixed clock on; the machine's is left alone.
    pub fn advance_ms(&self, millis: i64) {
        if let Self::Fixed(at) = self {
            at.fetch_add(millis, Ordering::Relaxed);
        }
    }

    /// The random part of a new id.
    #[must_use]
    pub fn random() -> [u8; 10] {
        random_bytes()
    }

    /// The random part of an event's id: of two that this process makes in one millisecond the later is the greater, so
    /// that what happened to a record is listed in its order. 34 bits count from a random start, the rest is random.
    #[must_use]
    pub fn random_in_order() -> [u8; 10] {
        static MADE: LazyLock<AtomicU64> = LazyLock::new(|| AtomicU64::new(rand::random::<u32>().into()));
        let made = MADE.fetch_add(1, Ordering::Relaxed);
        // An id takes 12 bits of the first two bytes and 6 of the third; the count fills these and the two after them.
        let [.., a, b] = (made >> 22).to_be_bytes();
        let [.., c, d, e] = (made & 0x3f_ffff).to_be_bytes();
        let [f, g, h, i, j] = rand::random();
        [a, b, c, d, e, f, g, h, i, j]
    }
}

/// Bytes nobody can guess.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).expect("the operating system gives randomness");
    bytes
}

#[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else asks")]
fn system_time() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
