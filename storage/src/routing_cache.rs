//! Each account's routing, kept in memory. It may be behind; the journal notices and asks for a fresh one.

use crate::{Db, StorageError};
use domain::fan_out::Routing;
use domain::ids::AccountId;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

/// Most accounts kept; beyond it all are dropped and loaded again as they are needed.
const MAX_ACCOUNTS: usize = 20_000;

/// Routings by account. Cheap to clone.
#[derive(Debug, Clone)]
pub struct RoutingCache {
    db: Db,
    routings: Arc<RwLock<HashMap<AccountId, Arc<Routing>>>>,
}

impl RoutingCache {
    /// An empty cache over `db`.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db, routings: Arc::default() }
    }

    /// The account's routing, perhaps a version behind; `None` if there is no such account.
    ///
    /// # Errors
    /// Whatever the database says, when it has to be loaded.
    pub async fn get(&self, account: AccountId) -> Result<Option<Arc<Routing>>, StorageError> {
        if let Some(routing) = self.cached(account) {
            return Ok(Some(routing));
        }
        self.refresh(account).await
    }

    /// Loads the account's routing and keeps it.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn refresh(&self, account: AccountId) -> Result<Option<Arc<Routing>>, StorageError> {
        let Some(routing) = self.db.load_routing(account).await?.map(Arc::new) else {
            self.forget(account);
            return Ok(None);
        };
        let mut routings = self.routings.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if routings.len() >= MAX_ACCOUNTS {
            routings.clear();
        }
        let kept = routings.entry(account).or_insert_with(|| Arc::clone(&routing));
        if kept.version < routing.version {
            *kept = Arc::clone(&routing);
        }
        Ok(Some(Arc::clone(kept)))
    }

    /// Drops the account's routing, so that the next use loads it.
    pub fn forget(&self, account: AccountId) {
        self.routings.write().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&account);
    }

    /// Loads again what other processes changed. Called every second.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn catch_up(&self) -> Result<(), StorageError> {
        let known: Vec<(AccountId, i64)> = {
            let routings = self.routings.read().unwrap_or_else(std::sync::PoisonError::into_inner);
            routings.iter().map(|(account, routing)| (*account, routing.version)).collect()
        };
        if known.is_empty() {
            return Ok(());
        }
        let accounts: Vec<AccountId> = known.iter().map(|(account, _)| *account).collect();
        let versions = self.db.routing_versions(&accounts).await?;
        for (account, version) in known {
            if versions.get(&account) != Some(&version) {
                match self.refresh(account).await {
                    Err(error) if !error.is_unavailable() => {
                        tracing::error!(%error, account.id = %account, "An account's routing cannot be read");
                    }
                    refreshed => drop(refreshed?),
                }
            }
        }
        Ok(())
    }

    fn cached(&self, account: AccountId) -> Option<Arc<Routing>> {
        self.routings.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(&account).map(Arc::clone)
    }
}
