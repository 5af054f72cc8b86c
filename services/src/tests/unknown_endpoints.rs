//! Requests to where a source was until it was given another endpoint: what proves their senders is not kept.

use super::{on_each, owner, send_to, source_config};
use crate::{Clock, Services, SignUpPolicy};
use domain::activity::{PageRequest, RequestDetail, RequestFilter};
use domain::inbound::Outcome;
use domain::source::SourceConfig;
use serde_json::{Value, json};
use std::time::Duration;
use storage::AccountScope;

/// What is kept of a request to `shop` after its source, which verifies so, has moved to `store`.
async fn kept(
    services: &Services,
    scope: &AccountScope,
    verification: Value,
    headers: &[(&str, &str)],
    body: &str,
) -> RequestDetail {
    let verification = serde_json::from_value(verification).expect("a verification");
    let config = SourceConfig { verification, ..source_config("shop") };
    let source = services.create_source(scope, config).await.expect("a source").id;
    services.activate_source(scope, source).await.expect("active");
    assert_eq!(send_to(services, scope, "shop", headers, body).await, 200, "it is the sender's token");
    services.patch_source(scope, source, None, json!({"endpoint": "store"})).await.expect("renamed");
    assert_eq!(send_to(services, scope, "shop", headers, body).await, 404);
    let filter = RequestFilter::default();
    let newest =
        services.requests(scope, filter, PageRequest::default()).await.expect("a list").data.remove(0);
    assert_eq!((newest.source_id, newest.outcome), (None, Outcome::UnknownEndpoint));
    services.request(scope, newest.id).await.expect("it is in the log")
}

#[tokio::test]
async fn a_token_in_a_header_is_masked() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let engine = services.start_engine();
        let scope = owner(&services, "Acme").await.scope;
        let token = json!({"type": "header_token", "header": "X-Token", "token": "canary"});
        let kept = kept(&services, &scope, token, &[("x-token", "canary"), ("x-n", "1")], "{\"n\":1}").await;
        let header =
            |name: &str| kept.headers.iter().find(|header| header.0 == name).map(|header| &*header.1);
        assert_eq!((header("x-token"), header("x-n")), (Some("***"), Some("1")));
        assert_eq!(kept.body.as_deref(), Some("{\"n\":1}"));
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test]
async fn a_body_that_may_hold_a_token_is_not_kept() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let engine = services.start_engine();
        let scope = owner(&services, "Acme").await.scope;
        let token = json!({"type": "body_token", "path": "auth.token", "token": "canary"});
        let kept = kept(&services, &scope, token, &[], r#"{"auth":{"token":"canary"}}"#).await;
        assert_eq!(kept.body.unwrap_or_default(), "");
        assert!(kept.headers.iter().any(|header| header.0 == "content-type"), "{:?}", kept.headers);
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}
