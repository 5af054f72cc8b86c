//! What is kept of requests to no source: a sender may not know yet that its source has another endpoint.

use super::tests::{request, routing, source};
use crate::fan_out::Routing;
use crate::inbound::{kept_body, masked_headers};
use serde_json::{Value, json};

/// The routing of a source that was at `shop` and is at `store`, and of another one that asks for nothing.
fn renamed(verification: &Value) -> Routing {
    let renamed = source(&json!({"endpoint": "store", "verification": verification}));
    routing(vec![renamed, source(&json!({"endpoint": "open"}))])
}

#[test]
fn headers_that_any_source_verifies_by_are_masked_where_no_source_is() {
    let token = json!({"type": "header_token", "header": "X-Token", "token": "canary"});
    let basic = json!({"type": "basic", "username": "u", "password": "canary"});
    let sent = request(&[("x-token", "canary"), ("authorization", "canary"), ("x-other", "n")], "{}");
    for (verification, expected) in [
        (token, vec!["X-Token"]),
        (basic, vec!["authorization"]),
        (json!({"type": "header_token", "header": "x-absent", "token": "canary"}), vec![]),
        (json!({"type": "none"}), vec![]),
    ] {
        let mut routing = renamed(&verification);
        assert_eq!(masked_headers(&routing, &sent), expected, "{verification}");
        routing.sources.insert("shop".to_owned(), routing.sources["open"].clone());
        assert!(masked_headers(&routing, &sent).is_empty(), "the source that is there asks for nothing");
    }
}

#[test]
fn no_body_is_kept_where_no_source_is_and_any_finds_its_token_in_the_body() {
    let sent = request(&[], r#"{"token":"canary"}"#);
    let in_body = renamed(&json!({"type": "body_token", "path": "token", "token": "canary"}));
    assert_eq!(kept_body(&in_body, &sent), "");
    let in_header = renamed(&json!({"type": "header_token", "header": "x-token", "token": "canary"}));
    assert_eq!(kept_body(&in_header, &sent), sent.body);
}
