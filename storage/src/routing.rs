//! What the engine needs to know of an account, read as of one moment.

use crate::account_db::rows;
use crate::entities::{account, integration, signing_secret, source, subscription};
use crate::queries::decisions::Decisions;
use crate::queries::integrations::to_integration;
use crate::queries::sources::to_source;
use crate::queries::subscriptions::to_subscription;
use crate::queries::{INTEGRATIONS, SIGNING_SECRETS, SOURCES};
use crate::sealed::Place;
use crate::{Db, StorageError};
use domain::fan_out::{RoutedSubscription, Routing};
use domain::ids::AccountId;
use domain::integration::{SigningSecret, Target};
use domain::secret::SecretText;
use domain::source::{PreviousSecret, RoutedSource, Source};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

impl Db {
    /// An account's routing with its secrets opened, or `None` when there is no such account. The version is read
    /// first and everything else as of the same moment, so what it says is never newer than its version.
    ///
    /// # Errors
    /// [`StorageError::Corrupt`] when a row or a secret cannot be read, and what the database says.
    pub async fn load_routing(&self, account: AccountId) -> Result<Option<Routing>, StorageError> {
        let tx = self.begin_snapshot().await?;
        let Some(version) = routing_version(&tx, account).await? else { return Ok(None) };
        let sources = rows::<source::Entity>(account).all(&tx).await?;
        let subscriptions = rows::<subscription::Entity>(account).order_by_asc(subscription::Column::Id);
        let subscriptions = subscriptions.all(&tx).await?;
        let integrations = rows::<integration::Entity>(account).all(&tx).await?;
        let secrets = rows::<signing_secret::Entity>(account).order_by_desc(signing_secret::Column::Id);
        let secrets = secrets.all(&tx).await?;
        let decisions = Decisions::read(&tx, account).await?;
        tx.commit().await?;

        let mut secrets = self.open_signing_secrets(account, secrets)?;
        let mut targets = HashMap::with_capacity(integrations.len());
        for row in integrations {
            let target = self.to_target(account, row, &mut secrets)?;
            targets.insert(target.id, Arc::new(target));
        }
        Ok(Some(Routing {
            account_id: account,
            version,
            sources: self.to_routed_sources(account, sources)?,
            subscriptions: subscriptions.into_iter().map(to_routed_subscription).collect::<Result<_, _>>()?,
            rules: decisions.into(),
            integrations: targets,
        }))
    }

    fn to_routed_sources(
        &self,
        account: AccountId,
        rows: Vec<source::Model>,
    ) -> Result<HashMap<String, Arc<RoutedSource>>, StorageError> {
        let mut sources = HashMap::with_capacity(rows.len());
        for mut row in rows {
            let secret = self.open_column(account, SOURCES, row.id, row.verification_secret.take())?;
            let previous = self.open_column(account, SOURCES, row.id, row.previous_secret.take())?;
            let previous_secret = previous
                .zip(row.previous_secret_expires_at.map(Timestamp))
                .map(|(secret, expires_at)| PreviousSecret { secret, expires_at });
            let source = to_source(row)?;
            let mut config = source.config.clone();
            config.verification.set_secret(secret);
            let Source { id, state, capture_until, .. } = source;
            let routed = RoutedSource { id, state, config, previous_secret, capture_until };
            sources.insert(routed.config.endpoint.clone(), Arc::new(routed));
        }
        Ok(sources)
    }

    fn to_target(
        &self,
        account: AccountId,
        mut row: integration::Model,
        secrets: &mut HashMap<Uuid, Vec<SigningSecret>>,
    ) -> Result<Target, StorageError> {
        let secret = self.open_column(account, INTEGRATIONS, row.id, row.auth_secret.take())?;
        let signing_secrets = secrets.remove(&row.id).unwrap_or_default();
        let integration = to_integration(row)?;
        let mut config = integration.config;
        config.auth.set_secret(secret);
        Ok(Target { id: integration.id, state: integration.state, config, signing_secrets })
    }

    /// By integration, the current one first.
    fn open_signing_secrets(
        &self,
        account: AccountId,
        rows: Vec<signing_secret::Model>,
    ) -> Result<HashMap<Uuid, Vec<SigningSecret>>, StorageError> {
        let mut secrets: HashMap<Uuid, Vec<SigningSecret>> = HashMap::new();
        for row in rows {
            let place = Place { account_id: account, table: SIGNING_SECRETS, id: row.id };
            let secret = self.master_key.open(place, &row.secret)?;
            let secret = SigningSecret { secret, expires_at: row.expires_at.map(Timestamp) };
            secrets.entry(row.integration_id).or_default().push(secret);
        }
        for of_integration in secrets.values_mut() {
            of_integration
                .sort_by_key(|secret| std::cmp::Reverse(secret.expires_at.unwrap_or(Timestamp(i64::MAX))));
        }
        Ok(secrets)
    }

    fn open_column(
        &self,
        account_id: AccountId,
        table: &'static str,
        id: Uuid,
        sealed: Option<Vec<u8>>,
    ) -> Result<Option<SecretText>, StorageError> {
        sealed.map(|sealed| self.master_key.open(Place { account_id, table, id }, &sealed)).transpose()
    }
}

async fn routing_version(tx: &DatabaseTransaction, account: AccountId) -> Result<Option<i64>, StorageError> {
    #[expect(clippy::disallowed_methods, reason = "names its account by its own id")]
    let row = account::Entity::find().filter(account::Column::Id.eq(account.0)).one(tx).await?;
    Ok(row.map(|account| account.routing_version))
}

fn to_routed_subscription(row: subscription::Model) -> Result<RoutedSubscription, StorageError> {
    let subscription = to_subscription(row)?;
    Ok(RoutedSubscription {
        id: subscription.id,
        event_types: subscription.event_types,
        filter: subscription.filter,
        integration_id: subscription.integration_id,
    })
}
