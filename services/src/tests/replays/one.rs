//! Replays of one request.

use super::*;

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
