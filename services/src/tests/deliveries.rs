use super::{draft, integration_config, on_each, owner};
use crate::delivery::{claim, run_claimer};
use crate::{Clock, Retention, Services, ServicesConfig, SignUpPolicy, Workers};
use domain::activity::DeliveryFilter;
use domain::delivery::DeliveryStatus;
use domain::hops::Hops;
use domain::limits::DELIVERY_LIFETIME_MS;
use serde_json::json;
use std::time::Duration;
use storage::AccountScope;
use storage::testing::{count, execute};
use tokio_util::sync::CancellationToken;

/// Longer than anything here takes; only a test that fails waits for it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A process on the same database that claims.
fn claimer(services: &Services, clock: &Clock) -> Services {
    let config = ServicesConfig {
        public_url: "https://hooks.example.com/".parse().expect("a URL"),
        allow_networks: Vec::new(),
        sign_up: SignUpPolicy::Open,
        workers: Workers::Here,
        retention: Retention::default(),
    };
    Services::open(services.db().clone(), config, clock.clone()).expect("it opens")
}

/// An account with one delivery that nobody has a slot for.
async fn waiting_delivery(services: &Services) -> AccountScope {
    let scope = owner(services, "Acme").await.scope;
    let config = integration_config("Orders", json!({"type": "none"}));
    let integration = services.create_integration(&scope, config).await.expect("made").integration.id;
    services.activate_integration(&scope, integration).await.expect("active");
    services.create_subscription(&scope, draft(integration)).await.expect("a subscription");
    let event = serde_json::from_value(json!({"type": "order.created", "data": {}})).expect("an event");
    services.publish(&scope, vec![event], Hops::default()).await.expect("published");
    scope
}

#[tokio::test]
async fn d6_a_delivery_that_waited_for_7_days_fails_unsent_and_can_be_retried_by_hand() {
    on_each(SignUpPolicy::Open, async |services: Services, clock: Clock| {
        let engine = services.start_engine();
        let scope = waiting_delivery(&services).await;

        clock.advance_ms(DELIVERY_LIFETIME_MS + 1_000);
        let process = claimer(&services, &clock);
        let mut tickets = process.inner.claimer.take_tickets().expect("nobody took them");
        let stop = CancellationToken::new();
        let claiming = tokio::spawn(run_claimer(process, stop.clone()));
        let failed = async || {
            let sql = "SELECT count(*) FROM deliveries
                       WHERE status = 2 AND attempts = 0 AND ended_because = 'out_of_time' AND lease_token IS NULL";
            count(services.db(), sql).await
        };
        let has_failed = async {
            while failed().await == 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, has_failed).await.expect("it ends");
        assert!(tickets.try_recv().is_err(), "nothing is sent");

        let filter = DeliveryFilter { status: Some(DeliveryStatus::Failed), ..DeliveryFilter::default() };
        clock.advance_ms(1_000);
        assert_eq!(services.retry_deliveries(&scope, filter).await.expect("retried"), 1);
        let ticket = tokio::time::timeout(PATIENCE, tickets.recv()).await.expect("it is sent");
        assert!(ticket.is_some_and(|ticket| ticket.attempts == 0));
        stop.cancel();
        claiming.await.expect("it ends");
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test]
async fn what_was_claimed_while_routing_could_not_be_read_is_claimed_again_at_once() {
    on_each(SignUpPolicy::Open, async |services: Services, clock: Clock| {
        let engine = services.start_engine();
        let account = waiting_delivery(&services).await.account_id();
        let process = claimer(&services, &clock);
        let mut tickets = process.inner.claimer.take_tickets().expect("nobody took them");
        process.inner.routings.get(account).await.expect("it is there");
        execute(services.db(), "ALTER TABLE accounts RENAME TO accounts_away").await;
        claim(&process).await.expect_err("routing versions are columns of accounts");
        execute(services.db(), "ALTER TABLE accounts_away RENAME TO accounts").await;
        assert_eq!(claim(&process).await.expect("it is readable"), 1, "time stands still, so no lease ends");
        assert!(tickets.try_recv().is_ok());
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}
