//! Making a source from a blueprint by pages and forms alone, as before wasm has loaded.

use crate::support::{Server, on_each_server};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use leptos::server_fn::axum::server_fn_paths;

async fn dialog(server: &Server, token: &str, query: &str) -> String {
    let page = server.page(token, &format!("/a/acme/sources?{query}")).await;
    assert_eq!(page.status, StatusCode::OK, "{query}");
    page.body.as_str().expect("a page").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a2_k2_the_dialog_lists_blueprints_and_is_prefilled_by_a_link() {
    on_each_server(async |server| {
        server.tenant("Acme").await;
        let token = server.sign_in("acme@example.com").await;
        let blank = dialog(server, &token, "create").await;
        let first = blank.find("?create=blank").expect("it is there");
        assert!(blank.find("?create=twilio_sms").is_some_and(|place| first < place), "Blank is first");
        assert!(blank.contains(r#"name="blueprint" value="blank""#), "{blank}");
        let chosen = dialog(server, &token, "create=github_push").await;
        for part in [r#"value="github_push""#, r#"value="github-push""#, r#"value="code.pushed""#] {
            assert!(chosen.contains(part), "{part} is not in {chosen}");
        }
        let found = dialog(server, &token, "create=&find=text+message").await;
        assert!(found.contains("?create=twilio_sms") && !found.contains("?create=github_push"), "{found}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a2_a_posted_form_makes_a_source_from_a_blueprint() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let token = server.sign_in("acme@example.com").await;
        let (path, _) =
            server_fn_paths().find(|(path, _)| path.contains("/create_source")).expect("it is there");
        let form = "slug=acme&blueprint=github_push&name=Pushes&endpoint=pushes&event_type=code.pushed";
        let request = Request::post(path)
            .header(header::HOST, "127.0.0.1:3000")
            .header(header::COOKIE, format!("__Host-hookloft={token}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "text/html")
            .body(Body::from(form));
        let answer = server.send(request.expect("a request")).await;
        let [source] = server.rows(&tenant, "/sources?state=all").await.try_into().expect("one source");
        let page = format!("/a/acme/sources/{}", source["id"].as_str().expect("an id"));
        let location = answer.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
        assert_eq!(location, Some(page.as_str()), "{answer:?}");
        assert_eq!(source["name"], "Pushes");
        assert_eq!(source["blueprint"], "github_push", "its page shows the steps of it");
        assert_eq!(source["verification"]["header"], "x-hub-signature-256", "{source}");
    })
    .await;
}
