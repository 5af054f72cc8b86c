//! Health, metrics, the OpenAPI document and its page.

use crate::support::{Answer, Server, on_each_server};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};

async fn get(server: &Server, path: &str) -> Answer {
    server.send(Request::get(path).body(Body::empty()).expect("a request")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_works_says_so_until_it_stops() {
    on_each_server(async |server| {
        assert_eq!(get(server, "/healthz").await.status, StatusCode::OK);
        assert_eq!(get(server, "/readyz").await.status, StatusCode::OK);
        server.closing.cancel();
        assert_eq!(get(server, "/healthz").await.status, StatusCode::OK);
        assert_eq!(get(server, "/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_page_loads_nothing_from_elsewhere() {
    on_each_server(async |server| {
        let page = get(server, "/api").await;
        assert_eq!(page.status, StatusCode::OK);
        let html = page.body.as_str().expect("a page").to_owned();
        assert!(!html.contains("//"), "{html}");
        assert!(
            page.headers[header::CONTENT_SECURITY_POLICY]
                .to_str()
                .expect("text")
                .contains("script-src 'self'")
        );
        for link in html.split(['"']).filter(|part| part.starts_with("/api/docs/")) {
            assert_eq!(get(server, link).await.status, StatusCode::OK, "{link}");
        }
        assert_eq!(get(server, "/api/docs/nothing.js").await.status, StatusCode::NOT_FOUND);
        let document = get(server, "/api/openapi.json").await.body;
        assert_eq!(document["openapi"], "3.1.0");
        assert!(document["paths"]["/api/v1/integrations/{id}"]["patch"].is_object());
    })
    .await;
}

#[test]
fn every_operation_with_a_body_says_how_unreadable_ones_are_refused() {
    let document = serde_json::to_value(server::routes::api::document()).expect("plain data");
    let operations = document["paths"].as_object().expect("paths").values().flat_map(|item| {
        item.as_object().expect("operations").values().filter(|operation| operation.is_object())
    });
    let (with_body, others): (Vec<_>, Vec<_>) =
        operations.partition(|operation| operation["requestBody"].is_object());
    assert!(with_body.len() > 30 && others.len() > 30);
    for status in ["400", "413", "415"] {
        for operation in &with_body {
            let schema = &operation["responses"][status]["content"]["application/json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/ErrorBody", "{status} of {}", operation["operationId"]);
        }
        assert!(others.iter().all(|operation| operation["responses"][status].is_null()), "{status}");
    }
}

#[test]
fn every_reference_of_the_document_resolves() {
    let document = serde_json::to_value(server::routes::api::document()).expect("plain data");
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"").skip(1) {
        let pointer = reference.split('"').next().expect("split gives one").trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{pointer} is nowhere");
    }
}
