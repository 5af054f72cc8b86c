use super::jobs::{QUICK, is_done, work_until};
use super::{on_each, owner};
use crate::{BodyRoom, Clock, Error, InboundBody, InboundCall, Services, SignUpPolicy};
use bytes::Bytes;
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

/// Sends a body to `shop`, in a millisecond of its own, and answers the status.
async fn send(services: &Services, scope: &AccountScope, headers: &[(&str, &str)], body: &str) -> u16 {
    services.inner.clock.advance_ms(1);
    let path = format!("/in/{}/shop", scope.account_id());
    let own = [("content-type", "application/json")];
    let headers = own.iter().chain(headers).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let bytes = Bytes::from(body.to_owned());
    let call = InboundCall {
        received_at: services.now(),
        method: "POST".into(),
        path_and_query: path.clone(),
        path,
        endpoint: "shop".into(),
        headers: headers.collect(),
        body: InboundBody::Complete { raw: bytes.clone(), decoded: bytes },
        room: BodyRoom::unshared(),
    };
    let status = services.receive(Some(scope.account_id()), call).await.status;
    services.inner.clock.advance_ms(1);
    status
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

#[tokio::test]
async fn a24_a_request_is_replayed_as_its_source_is_set_up_now() {
    on_each(SignUpPolicy::Open, async |services: Services, clock: Clock| {
        let engine = services.start_engine();
        let scope = owner(&services, "Acme").await.scope;
        let filter = json!({"filter": {"path": "body.n", "op": "greater_than", "value": 5}});
        let source = shop(&services, &scope, filter).await;
        assert_eq!(send(&services, &scope, &[("authorization", "secret")], r#"{"n": 1}"#).await, 422);
        let original = newest(&services, &scope).await;
        let same = services.replay_request(&scope, original).await.expect("replayed");
        assert_eq!((same.request.outcome, events(&services).await), (Outcome::Filtered, 0));

        // It finds its source also under another address.
        change(&services, &scope, &source, json!({"filter": null, "endpoint": "moved"})).await;
        clock.advance_ms(DAY_MS);
        let replayed = services.replay_request(&scope, original).await.expect("replayed");
        let RequestRow { outcome, status, replay_of, replay_id, received_at, ref path, .. } =
            replayed.request;
        assert_eq!((outcome, status, replay_of, replay_id), (Outcome::Accepted, 200, Some(original), None));
        assert_eq!(received_at, services.now());
        assert!(path.ends_with("/shop"), "{path}");
        assert_eq!((replayed.events.len(), replayed.body.as_deref()), (1, Some(r#"{"n": 1}"#)));
        assert!(replayed.headers.contains(&("authorization".to_owned(), "***".to_owned())));

        let shown = services.request(&scope, original).await.expect("it is there");
        assert_eq!((shown.replays.count, shown.request.outcome), (2, Outcome::Filtered));
        let filter = RequestFilter { replay_of: Some(original), ..RequestFilter::default() };
        let ids: Vec<_> = requests(&services, &scope, filter).await.into_iter().map(|row| row.id).collect();
        assert_eq!(ids, [same.request.id, replayed.request.id]);
        // A replay can be replayed.
        let again = services.replay_request(&scope, replayed.request.id).await.expect("replayed");
        assert_eq!(again.request.replay_of, Some(replayed.request.id));
        let log = services.db().account(&scope).audit_log(None, 10).await.expect("a log");
        let by = log.iter().filter(|line| line.action == "request.replayed").map(|line| line.actor);
        assert_eq!(by.collect::<Vec<_>>(), [scope.actor(); 3]);
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test]
async fn a24_a_replay_leaves_idempotency_keys_alone() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let engine = services.start_engine();
        let scope = owner(&services, "Acme").await.scope;
        let mut keyed = demanding("n");
        keyed["idempotency_key"] = "body.id".into();
        let source = shop(&services, &scope, keyed).await;
        assert_eq!(send(&services, &scope, &[], r#"{"id": "a", "n": 1}"#).await, 200);
        assert_eq!(send(&services, &scope, &[], r#"{"id": "a", "n": 1}"#).await, 200);
        let duplicate = requests(&services, &scope, RequestFilter::default()).await[1].clone();
        assert_eq!((duplicate.outcome, events(&services).await), (Outcome::Duplicate, 1));
        let replayed = services.replay_request(&scope, duplicate.id).await.expect("replayed");
        assert_eq!((replayed.request.outcome, events(&services).await), (Outcome::Accepted, 2));

        // What is replayed takes no key: its sender may still send the first of it.
        assert_eq!(send(&services, &scope, &[], r#"{"id": "b"}"#).await, 422);
        change(&services, &scope, &source, json!({"filter": null})).await;
        let refused = newest(&services, &scope).await;
        services.replay_request(&scope, refused).await.expect("replayed");
        let keys = async || count(services.db(), "SELECT count(*) FROM idempotency_keys").await;
        assert_eq!((keys().await, events(&services).await), (1, 3));
        assert_eq!(send(&services, &scope, &[], r#"{"id": "b"}"#).await, 200);
        assert_eq!((keys().await, events(&services).await), (2, 4));
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test]
async fn a24_what_cannot_be_replayed_says_why() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let engine = services.start_engine();
        let scope = owner(&services, "Acme").await.scope;
        let token = json!({"verification": {"type": "header_token", "header": "x-token", "token": "secret"}});
        let source = shop(&services, &scope, token).await;
        let known = [("x-token", "secret")];
        assert_eq!(send(&services, &scope, &[("x-token", "wrong")], "{}").await, 401);
        assert!(why_not(&services, &scope).await.contains("did not prove who it is"));
        assert_eq!(send(&services, &scope, &known, "{}").await, 200);
        let believed = newest(&services, &scope).await;
        let again = services.replay_request(&scope, believed).await.expect("it was believed");
        assert_eq!(again.request.outcome, Outcome::Accepted);

        services.deactivate_source(&scope, source.id).await.expect("inactive");
        assert!(why_not(&services, &scope).await.contains("inactive"));
        // What came to it meanwhile was never asked for proof, and its token is not kept.
        services.open_capture_window(&scope, source.id).await.expect("open");
        assert_eq!(send(&services, &scope, &known, r#"{"n": 2}"#).await, 404);
        services.activate_source(&scope, source.id).await.expect("active");
        let unproven = newest(&services, &scope).await;
        let unproven = services.replay_request(&scope, unproven).await.expect("it is asked now");
        assert_eq!(unproven.request.outcome, Outcome::VerificationFailed);

        execute(services.db(), "DELETE FROM payloads").await;
        let gone = services.replay_request(&scope, believed).await;
        assert!(matches!(&gone, Err(Error::InUse(why)) if why.contains("not kept")), "{gone:?}");
        // Of what comes to an inactive source nothing is kept.
        services.deactivate_source(&scope, source.id).await.expect("inactive");
        execute(services.db(), "UPDATE sources SET capture_until = 0").await;
        services.inner.routing_changed(scope.account_id());
        assert_eq!(send(&services, &scope, &known, r#"{"n": 3}"#).await, 404);
        services.activate_source(&scope, source.id).await.expect("active");
        assert!(why_not(&services, &scope).await.contains("not kept"));

        let other = owner(&services, "Other").await.scope;
        for id in [believed, RequestId(Uuid::nil())] {
            assert!(matches!(services.replay_request(&other, id).await, Err(Error::NotFound)));
        }
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test]
async fn a24_all_that_match_are_replayed_in_their_order() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let engine = services.start_engine();
        let scope = owner(&services, "Acme").await.scope;
        let source = shop(&services, &scope, demanding("number")).await;
        for n in 0..40 {
            assert_eq!(send(&services, &scope, &[], &format!(r#"{{"n": {n}}}"#)).await, 422);
        }
        assert_eq!(send(&services, &scope, &[], r#"{"number": "fits"}"#).await, 200);
        assert_eq!(send(&services, &scope, &[], r#"{"m": 1}"#).await, 422);
        change(&services, &scope, &source, demanding("n")).await;
        let filter = RequestFilter { outcome: Some(Outcome::Filtered), ..RequestFilter::default() };
        let found = services.count_replayable(&scope, filter.clone()).await.expect("counted");
        assert_eq!((found.count, found.more), (41, false));
        let begun = services.replay_requests(&scope, filter.clone()).await.expect("begun");
        assert_eq!((begun.state, begun.total, begun.done), (ReplayState::Running, 41, 0));
        let second = services.replay_requests(&scope, filter).await;
        assert!(matches!(&second, Err(Error::InUse(why)) if why.contains("running")), "{second:?}");

        let through = worked(&services, &scope, begun.id).await;
        assert_eq!((through.state, through.done), (ReplayState::Finished, 41));
        assert_eq!((through.accepted, through.refused, through.not_replayed), (40, 1, 0));
        assert_eq!(through.finished_at, Some(services.now()));
        let made = RequestFilter { replay_id: Some(begun.id), ..RequestFilter::default() };
        let made = requests(&services, &scope, made).await;
        let originals: Vec<_> = made.iter().filter_map(|row| row.replay_of).collect();
        let mut in_order = originals.clone();
        in_order.sort();
        assert_eq!((originals.len(), &originals), (41, &in_order));
        assert_eq!(events(&services).await, 41);
        // Run once more, a job that is through does nothing.
        let stop = CancellationToken::new();
        crate::replays::run(&services, (scope.account_id(), begun.id), &stop).await.expect("nothing to do");
        assert_eq!(events(&services).await, 41);
        let nothing = RequestFilter { outcome: Some(Outcome::TooDeep), ..RequestFilter::default() };
        assert!(matches!(services.replay_requests(&scope, nothing).await, Err(Error::InUse(_))));
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test]
async fn a24_a_replay_goes_on_where_it_was_cut_off() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let engine = services.start_engine();
        let scope = owner(&services, "Acme").await.scope;
        shop(&services, &scope, json!({})).await;
        for n in 0..20 {
            assert_eq!(send(&services, &scope, &[], &format!(r#"{{"n": {n}}}"#)).await, 200);
        }
        let begun = services.replay_requests(&scope, RequestFilter::default()).await.expect("begun");
        // As if a process had died after it stored some, and before it moved the cursor.
        let routing = services.inner.routings.get(scope.account_id()).await.expect("read").expect("there");
        let account = services.db().account(&scope);
        for row in &requests(&services, &scope, RequestFilter::default()).await[..5] {
            let kept = account.kept_request(row.id).await.expect("kept");
            services.replay_kept(&routing, kept, Some(begun.id)).await.expect("replayed");
        }
        let stop = CancellationToken::new();
        stop.cancel();
        let job = (scope.account_id(), begun.id);
        assert!(matches!(crate::replays::run(&services, job, &stop).await, Err(Error::Unavailable)));
        let through = worked(&services, &scope, begun.id).await;
        assert_eq!((through.accepted, through.done, through.state), (20, 20, ReplayState::Finished));
        assert_eq!(events(&services).await, 40, "nothing is replayed twice");
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test]
async fn a24_a_replay_that_is_stopped_does_no_more() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let engine = services.start_engine();
        let scope = owner(&services, "Acme").await.scope;
        let source = shop(&services, &scope, json!({})).await;
        assert_eq!(send(&services, &scope, &[], "{}").await, 200);
        let begun = services.replay_requests(&scope, RequestFilter::default()).await.expect("begun");
        let stopped = services.stop_replay(&scope, begun.id).await.expect("stopped");
        assert_eq!((stopped.state, stopped.finished_at), (ReplayState::Stopped, Some(services.now())));
        assert_eq!(worked(&services, &scope, begun.id).await, stopped);
        assert_eq!(services.stop_replay(&scope, begun.id).await.expect("as before"), stopped);
        assert_eq!(events(&services).await, 1);

        // Another one may begin now, which is listed before it; what cannot be replayed is counted, too.
        services.deactivate_source(&scope, source.id).await.expect("inactive");
        services.inner.clock.advance_ms(1);
        let second = services.replay_requests(&scope, RequestFilter::default()).await.expect("begun");
        let second = worked(&services, &scope, second.id).await;
        assert_eq!((second.not_replayed, second.done, second.state), (1, 1, ReplayState::Finished));
        let listed = services.replays(&scope, PageRequest::default()).await.expect("a list").data;
        assert_eq!(listed, [second, stopped]);

        let other = owner(&services, "Other").await.scope;
        assert!(matches!(services.replay(&other, begun.id).await, Err(Error::NotFound)));
        assert!(matches!(services.stop_replay(&other, begun.id).await, Err(Error::NotFound)));
        let theirs = services.replays(&other, PageRequest::default()).await.expect("a list").data;
        assert_eq!(theirs, []);
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}
