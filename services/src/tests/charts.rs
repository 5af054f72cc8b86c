use super::{on_each, owner, send_to, source_config};
use crate::{Clock, Services, SignUpPolicy};
use domain::activity::{Span, Subject};
use domain::source::SourceConfig;
use std::time::Duration;

#[tokio::test]
async fn repeats_are_counted_as_requests_that_were_taken() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let engine = services.start_engine();
        let scope = owner(&services, "Acme").await.scope;
        let config = SourceConfig { idempotency_key: Some("body.id".into()), ..source_config("shop") };
        let source = services.create_source(&scope, config).await.expect("a source").id;
        services.activate_source(&scope, source).await.expect("active");
        for _ in 0..3 {
            assert_eq!(send_to(&services, &scope, "shop", &[], r#"{"id":"one"}"#).await, 200);
        }
        // What was counted in memory is written when the engine ends.
        engine.shutdown(Duration::from_secs(5)).await;
        for subject in [Subject::AllRequests, Subject::Source(source)] {
            let points = services.chart(&scope, subject, Span::Hour).await.expect("a chart");
            let taken: i64 = points.iter().map(|point| point.tally.succeeded).sum();
            let failed: i64 = points.iter().map(|point| point.tally.failed).sum();
            assert_eq!((taken, failed), (3, 0), "{subject:?}");
        }
    })
    .await;
}
