//! The rows that `bench lists` has copies made of, as the product makes them when it is called.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{
    clock,
    connection::Connection,
    copies::{GROUP, NUMBER, Originals},
    message::RequestTemplate,
    preload,
    receiver::Receiver,
    rest::{self, Api, Source},
    server::free_port,
    stage::Stage,
};

/// Sources that nearly all requests are for.
pub const BUSY_SOURCES: usize = 9;
const EVENT_TYPE: &str = "bench.received";
const LOG_PATIENCE: Duration = Duration::from_secs(30);

/// Makes a module with one item; their ids.
///
/// # Errors
/// When the server refuses.
pub async fn make_item(api: &Api) -> Result<(String, String)> {
    let field = |key: &str| json!({"key": key, "label": key, "type": "string", "path": key});
    let config = json!({"name": "Bench", "fields": [field("city"), field("email"), field("origin")]});
    let module = id_of(&api.post("modules", &config).await?)?;
    let item = json!({
        "key": format!("item-{NUMBER}"),
        "title": format!("Item {NUMBER}"),
        "data": {
            "city": format!("city-{GROUP}"),
            "email": format!("person{NUMBER}@example.test"),
            "origin": format!("city-{GROUP}"),
            "note": "ring the bell twice and leave it with the neighbours on the left, or with those on the right",
        },
    });
    let item = api.post(&format!("modules/{module}/items"), &item).await?;
    Ok((module, id_of(&item)?))
}

/// Makes a customer; the id.
///
/// # Errors
/// When the server refuses.
pub async fn make_customer(api: &Api) -> Result<String> {
    let customer = json!({
        "key": format!("customer-{NUMBER}"),
        "fields": {
            "first_name": format!("First{NUMBER}"),
            "last_name": format!("Last{GROUP}"),
            "email": format!("person{NUMBER}@example.test"),
            "city": format!("city-{GROUP}"),
        },
        "labels": [format!("label-{GROUP}")],
        "external_account_numbers": [format!("account-{NUMBER}")],
    });
    id_of(&api.post("customers", &customer).await?)
}

/// What sending something left in the logs.
#[derive(Debug)]
pub struct Logged {
    /// Of the busy sources, a fifth refused; seldom of the other.
    pub requests: Originals,
    /// A fifth failed.
    pub deliveries: Originals,
    /// Id of one of the busy sources.
    pub busy_source: String,
    /// Id of the other source.
    pub seldom_source: String,
}

impl Logged {
    /// Busy sources get a request each that is delivered to one integration and not to another; one of them gets two
    /// that are refused, and another source one.
    ///
    /// # Errors
    /// When the server refuses, or its logs are not what they should be.
    pub async fn make(stage: &Stage, api: &Api) -> Result<Self> {
        let receiver = Receiver::start(1).await?;
        let nobody = format!("http://127.0.0.1:{}/", free_port()?);
        for integration in
            [api.add_integration(&receiver.url(0), None).await?, api.add_failing_integration(&nobody).await?]
        {
            api.subscribe(&integration, EVENT_TYPE).await?;
        }
        let mut busy = Vec::new();
        for number in 0..BUSY_SOURCES {
            busy.push(api.add_source(&rest::relaying(&format!("bench{number}"), EVENT_TYPE)).await?);
        }
        let seldom = api.add_source(&rest::relaying("seldom", EVENT_TYPE)).await?;
        send(stage, &busy, &seldom).await?;
        preload::wait_until_all_finished(stage).await?;
        let requests = rows_once_there(api, "requests", BUSY_SOURCES + 3).await?;
        let deliveries = rows_once_there(api, "deliveries", 2 * BUSY_SOURCES).await?;
        let of = |outcome: &str| ids_with(&requests, "outcome", outcome);
        let requests = Originals {
            usual: of("accepted")?,
            every_fifth: [of("filtered")?, of("invalid_json")?].concat(),
            seldom: of("wrong_content_type")?.pop(),
        };
        let deliveries = Originals {
            usual: ids_with(&deliveries, "status", "succeeded")?,
            every_fifth: ids_with(&deliveries, "status", "failed")?,
            seldom: None,
        };
        let busy_source = busy.swap_remove(0).id;
        Ok(Self { requests, deliveries, busy_source, seldom_source: seldom.id })
    }
}

async fn send(stage: &Stage, busy: &[Source], seldom: &Source) -> Result<()> {
    let address = stage.servers[0].address;
    let mut connection = Connection::open(address).await?;
    for (sequence, source) in (0..).zip(busy) {
        let mut accepted = RequestTemplate::post(address, &source.path, None);
        let status = connection.exchange(accepted.stamp(sequence, clock::now_micros())).await?;
        ensure!(status == 200, "{} answers {status}", source.path);
    }
    for (path, content_type, body, expected) in [
        (&busy[0].path, "application/json", "{}", 422),
        (&busy[0].path, "application/json", "{", 400),
        (&seldom.path, "text/plain", "{}", 415),
    ] {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let status = connection.exchange(request.as_bytes()).await?;
        ensure!(status == expected, "{path} answers {status} to {body} as {content_type}");
    }
    Ok(())
}

/// The rows of a list, once there are so many.
async fn rows_once_there(api: &Api, noun: &str, rows: usize) -> Result<Vec<Value>> {
    let until = Instant::now() + LOG_PATIENCE;
    loop {
        let mut page = api.get(&format!("{noun}?limit=200")).await?;
        let found = page["data"].as_array_mut().map(std::mem::take).unwrap_or_default();
        if found.len() == rows {
            return Ok(found);
        }
        ensure!(Instant::now() < until, "there are {} {noun}, not {rows}", found.len());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The ids of those rows whose `field` is `value`; there must be some.
fn ids_with(rows: &[Value], field: &str, value: &str) -> Result<Vec<String>> {
    let ids = rows.iter().filter(|row| row[field] == value).map(id_of).collect::<Result<Vec<_>>>()?;
    ensure!(!ids.is_empty(), "no row has the {field} {value}");
    Ok(ids)
}

fn id_of(made: &Value) -> Result<String> {
    Ok(made["id"].as_str().with_context(|| format!("there is no `id` in {made}"))?.to_owned())
}
