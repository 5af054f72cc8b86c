//! Replays of all requests that match.

use super::*;

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

#[tokio::test]
async fn a24_a_replay_that_cannot_go_on_ends_as_failed() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let engine = services.start_engine();
        let scope = owner(&services, "Acme").await.scope;
        shop(&services, &scope, json!({})).await;
        assert_eq!(send(&services, &scope, &[], "{}").await, 200);
        let begun = services.replay_requests(&scope, RequestFilter::default()).await.expect("begun");
        // What is to be replayed cannot be read any more.
        execute(services.db(), "UPDATE replays SET filter = 'x'").await;
        let is_through = async || queued_jobs(services.db()).await.iter().all(is_done);
        work_until(&[&services], QUICK, is_through).await;
        execute(services.db(), "UPDATE replays SET filter = '{}'").await;
        let failed = services.replay(&scope, begun.id).await.expect("it is there");
        assert_eq!((failed.state, failed.done), (ReplayState::Failed, 0));
        assert_eq!(failed.finished_at, Some(services.now()));
        assert_eq!(events(&services).await, 1);
        // Another one may begin.
        let second = services.replay_requests(&scope, RequestFilter::default()).await.expect("begun");
        let second = worked(&services, &scope, second.id).await;
        assert_eq!((second.accepted, second.state), (1, ReplayState::Finished));
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}
