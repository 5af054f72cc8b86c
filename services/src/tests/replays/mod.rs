mod many;
mod one;

use super::jobs::{QUICK, is_done, work_until};
use super::{on_each, owner, send_to};
use crate::{Clock, Error, Services, SignUpPolicy};
use domain::activity::{PageRequest, Replay, ReplayState, RequestFilter, RequestRow};
use domain::ids::{ReplayId, RequestId};
use domain::inbound::Outcome;
use domain::source::Source;
use serde_json::{Value, json};
use std::time::Duration;
use storage::AccountScope;
use storage::testing::{count, execute, queued_jobs};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const DAY_MS: i64 = 24 * 3_600_000;

/// An active source at `shop` that is set up so.
async fn shop(services: &Services, scope: &AccountScope, config: Value) -> Source {
    let mut whole = json!({
        "name": "Shop", "endpoint": "shop", "action": {"type": "publish_event", "event_type": "order.created"},
    });
    for (name, value) in config.as_object().expect("fields") {
        whole[name.as_str()] = value.clone();
    }
    let config = serde_json::from_value(whole).expect("a source");
    let source = services.create_source(scope, config).await.expect("made");
    services.activate_source(scope, source.id).await.expect("active")
}

async fn change(services: &Services, scope: &AccountScope, source: &Source, patch: Value) {
    services.patch_source(scope, source.id, None, patch).await.expect("changed");
}

/// Sends a body to `shop`, and answers the status.
async fn send(services: &Services, scope: &AccountScope, headers: &[(&str, &str)], body: &str) -> u16 {
    send_to(services, scope, "shop", headers, body).await
}

/// The requests that match, the oldest first.
async fn requests(services: &Services, scope: &AccountScope, filter: RequestFilter) -> Vec<RequestRow> {
    let page = PageRequest { limit: Some(200), ..PageRequest::default() };
    let mut rows = services.requests(scope, filter, page).await.expect("a list").data;
    rows.reverse();
    rows
}

async fn newest(services: &Services, scope: &AccountScope) -> RequestId {
    requests(services, scope, RequestFilter::default()).await.last().expect("a request").id
}

/// The text of the conflict that a replay of the newest request ends in.
async fn why_not(services: &Services, scope: &AccountScope) -> String {
    match services.replay_request(scope, newest(services, scope).await).await {
        Err(Error::InUse(why)) => why,
        other => panic!("it was not refused: {other:?}"),
    }
}

async fn events(services: &Services) -> i64 {
    count(services.db(), "SELECT count(*) FROM events").await
}

/// The replay once its job is done.
async fn worked(services: &Services, scope: &AccountScope, id: ReplayId) -> Replay {
    let is_through = async || queued_jobs(services.db()).await.iter().all(is_done);
    work_until(&[services], QUICK, is_through).await;
    services.replay(scope, id).await.expect("it is there")
}

/// A filter that nothing passes which has no such field.
fn demanding(field: &str) -> Value {
    json!({"filter": {"path": format!("body.{field}"), "op": "exists"}})
}
