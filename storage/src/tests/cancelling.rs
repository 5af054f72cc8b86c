//! What is cancelled when an integration goes off, and what is not because it changed meanwhile.

use super::{configure, integration_config};
use crate::account_db::new_uuid;
use crate::testing::{NOW, count, execute, new_account, on_each_backend};
use crate::{Db, StorageError};
use domain::ids::{AccountId, IntegrationId};
use domain::integration::{IntegrationConfig, IntegrationState};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

const URL: &str = "https://example.com/hook";
const PENDING: &str = "SELECT count(*) FROM deliveries WHERE status = 0";

async fn add_waiting(db: &Db, account: AccountId, integration: IntegrationId) {
    let statement = Statement::from_sql_and_values(
        db.writer.get_database_backend(),
        "INSERT INTO deliveries (account_id, id, event_id, event_type, integration_id, status, attempts, \
         schedule_tries, schedule_started_at, due_at) VALUES ($1, $2, $2, 'order.created', $3, 0, 0, 0, 0, $4)",
        [account.0.into(), new_uuid(NOW).into(), integration.0.into(), NOW.0.into()],
    );
    db.writer.execute_raw(statement).await.expect("a delivery");
}

#[tokio::test]
async fn nothing_is_cancelled_once_the_integration_is_on_again() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let integration = configure(&db, &acme.scope).await.integration.id;
        let moved = async |state| {
            let moved =
                account.move_integration(integration, state, NOW, |_| Ok::<_, StorageError>(())).await;
            moved.expect("moved");
        };
        let cancel = async || {
            let cancelled = account.cancel_waiting_deliveries(integration, "integration_inactive", NOW).await;
            cancelled.expect("ended")
        };
        moved(IntegrationState::Active).await;
        add_waiting(&db, acme.account.id, integration).await;
        assert_eq!(cancel().await, 0);
        moved(IntegrationState::Inactive).await;
        assert_eq!(cancel().await, 1);

        add_waiting(&db, acme.account.id, integration).await;
        execute(&db, "DELETE FROM subscriptions").await;
        account.delete_integration(integration, NOW).await.expect("deleted");
        assert_eq!(cancel().await, 1, "what waits for one that is gone");
    })
    .await;
}

#[tokio::test]
async fn a_late_410_leaves_an_integration_that_sends_elsewhere_as_it_is() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let integration = configure(&db, &acme.scope).await.integration.id;
        let active = IntegrationState::Active;
        let check = |_: &_| Ok::<_, StorageError>(());
        account.move_integration(integration, active, NOW, check).await.expect("on");
        add_waiting(&db, acme.account.id, integration).await;
        let elsewhere = |_: &_| {
            let config = integration_config(json!({"type": "none"}));
            Ok::<_, StorageError>(IntegrationConfig {
                target_url: "https://example.com/new".into(),
                ..config
            })
        };
        account.update_integration(integration, None, NOW, elsewhere).await.expect("changed");
        let before = account.integration(integration).await.expect("there");

        let disabled = account.disable_integration(integration, URL, "gone", NOW).await.expect("looked at");
        assert!(!disabled);
        assert_eq!(account.integration(integration).await.expect("there"), before);
        assert_eq!(count(&db, PENDING).await, 1);

        let new_url = before.config.target_url.as_str();
        assert!(account.disable_integration(integration, new_url, "gone", NOW).await.expect("off"));
        let after = account.integration(integration).await.expect("there");
        assert_eq!(
            (after.state, after.disabled_reason.as_deref()),
            (IntegrationState::Inactive, Some("gone"))
        );
        let again =
            account.disable_integration(integration, new_url, "gone", NOW).await.expect("off already");
        assert!(!again);
    })
    .await;
}
