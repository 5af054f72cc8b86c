//! What senders and operators see while the database is away, and that it passes by itself.

use crate::support::receiver::Receiver;
use crate::support::{Server, Tenant, eventually, on_a_server_that_may_lose_its_database};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;
use services::Workers;
use storage::testing::{bring_back, take_away};

async fn readiness(server: &Server) -> StatusCode {
    server.send(Request::get("/readyz").body(Body::empty()).expect("a request")).await.status
}

async fn logged_requests(server: &Server, tenant: &Tenant) -> Option<usize> {
    let list = server.call(tenant.admin(), "GET", "/requests", None).await;
    list.body["data"].as_array().map(Vec::len)
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_away_senders_are_put_off_and_nothing_accepted_is_lost() {
    on_a_server_that_may_lose_its_database(Workers::Here, async |server, url| {
        let receiver = Receiver::start(&[]).await;
        let tenant = server.tenant("Acme").await;
        server.source(&tenant, "orders").await;
        server.integration(&tenant, &receiver.url).await;
        let send = async |n: u32| server.inbound(&tenant, "orders", &json!({ "n": n })).await;

        assert_eq!(send(1).await.status, StatusCode::OK);
        assert_eq!(readiness(server).await, StatusCode::OK);
        take_away(url).await;
        eventually("senders are put off", async || {
            let answer = send(2).await;
            assert!(answer.status == StatusCode::OK || answer.body["error"]["code"] == "unavailable");
            answer.status == StatusCode::SERVICE_UNAVAILABLE
        })
        .await;
        assert_eq!(readiness(server).await, StatusCode::SERVICE_UNAVAILABLE);
        bring_back(url).await;

        eventually("it takes requests again", async || send(3).await.status == StatusCode::OK).await;
        eventually("it is ready again", async || readiness(server).await == StatusCode::OK).await;
        eventually("what was accepted is logged, and nothing else", async || {
            logged_requests(server, &tenant).await == Some(2)
        })
        .await;
        eventually("what was accepted is delivered", async || receiver.received().len() >= 2).await;
    })
    .await;
}
