//! What the pages of customers and items show, and lists of which there never was a row.

use crate::pages::{created, html};
use crate::support::on_each_server;
use axum::http::StatusCode;
use domain::account::Role;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn d28_lists_that_never_had_a_row_say_what_to_do_and_others_keep_their_filters() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let token = server.sign_in("acme@example.com").await;
        let module = created(server, &tenant, "/modules", json!({ "name": "Orders" })).await;
        let (items, nowhere) = (format!("modules/{module}"), uuid::Uuid::nil());
        for (path, words, filter) in [
            ("customers", "No customers yet", "q=ada"),
            (items.as_str(), "No items yet", "q=ada"),
            ("sources", "No sources yet", "state=archived"),
            ("activity/requests", "No requests yet", "outcome=refused"),
            ("activity/events", "No events yet", "type=a.b"),
            ("activity/deliveries", "No deliveries yet", "status=failed"),
        ] {
            let page = html(server, &token, &format!("/a/acme/{path}")).await;
            assert!(page.contains(words) && page.contains("never-any"), "{path}");
            for (query, words) in [
                (filter.to_owned(), "Nothing matches"),
                (format!("after={nowhere}"), "Nothing here any more"),
            ] {
                let page = html(server, &token, &format!("/a/acme/{path}?{query}")).await;
                assert!(page.contains(words) && !page.contains("never-any"), "{path}?{query}");
            }
        }
        for (path, words) in [
            ("integrations", "No integrations yet"),
            ("subscriptions", "No subscriptions yet"),
            ("data-sources", "No data sources yet"),
            ("customer-form?tab=lists", "No lookup lists yet"),
        ] {
            assert!(html(server, &token, &format!("/a/acme/{path}")).await.contains(words), "{path}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn k9_the_form_of_an_item_has_the_modules_fields() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let fields =
            json!([{ "key": "city", "label": "Home town", "type": "string", "path": "merges.CITY" }]);
        let module =
            created(server, &tenant, "/modules", json!({ "name": "Orders", "fields": fields })).await;
        let draft = json!({ "key": "7", "title": "Ada", "data": { "merges": { "CITY": "Bonn" } } });
        let item = created(server, &tenant, &format!("/modules/{module}/items"), draft).await;
        let items = format!("/a/acme/modules/{module}/items");
        for (role, may) in [(Role::Operator, true), (Role::Viewer, false)] {
            let token = server.member(&tenant, role).await;
            let new = html(server, &token, &format!("{items}/new")).await;
            let edit = html(server, &token, &format!("{items}/{item}/edit")).await;
            let itself = html(server, &token, &format!("{items}/{item}")).await;
            for page in [&new, &edit] {
                assert!(page.contains("Home town"), "{page}");
                assert_eq!(page.contains("Your role may look at this"), !may, "{role:?}");
            }
            assert!(edit.contains(r#"value="Bonn""#), "{edit}");
            assert_eq!(itself.contains(&format!("items/{item}/edit")), may, "{role:?}");
        }
        let token = server.sign_in("acme@example.com").await;
        let missing = server.page(&token, &format!("{items}/{}/edit", uuid::Uuid::nil())).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
    })
    .await;
}
