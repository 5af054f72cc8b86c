//! Configuration over REST, as an administrator's script would do it.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use reqwest::{Client, RequestBuilder, Url};
use serde_json::{Value, json};

use crate::server::Account;

/// The REST API as one account's API key sees it.
#[derive(Debug)]
pub struct Api {
    client: Client,
    base: String,
    api_key: String,
}

/// A source that was made.
#[derive(Debug)]
pub struct Source {
    /// Its id.
    pub id: String,
    /// The path that it takes requests at.
    pub path: String,
}

impl Api {
    /// An API client for `account` at the server that listens on `address`.
    ///
    /// # Errors
    /// When there is no HTTP client.
    pub fn new(address: SocketAddr, account: &Account) -> Result<Self> {
        Ok(Self {
            client: Client::builder().build()?,
            base: format!("http://{address}/api/v1"),
            api_key: account.api_key.clone(),
        })
    }

    /// Makes and activates an integration that POSTs to `target_url`; its id. `max_in_flight` `None` leaves
    /// the server's default.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn add_integration(&self, target_url: &str, max_in_flight: Option<u32>) -> Result<String> {
        let mut config =
            json!({"name": format!("Receiver {target_url}"), "target_url": target_url, "retry": "standard"});
        if let Some(max_in_flight) = max_in_flight {
            config["max_in_flight"] = max_in_flight.into();
        }
        self.add_active("integrations", &config).await.map(|(id, _)| id)
    }

    /// Makes and activates an integration whose target nobody listens at, and whose deliveries fail at once; its id.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn add_failing_integration(&self, target_url: &str) -> Result<String> {
        let config = json!({"name": "Nobody", "target_url": target_url, "retry": "none"});
        self.add_active("integrations", &config).await.map(|(id, _)| id)
    }

    /// Makes and activates a source.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn add_source(&self, config: &Value) -> Result<Source> {
        let (id, source) = self.add_active("sources", config).await?;
        let url = source["url"].as_str().context("the source has no `url`")?;
        let url = Url::parse(url).with_context(|| format!("the source's `url` {url} is none"))?;
        Ok(Source { id, path: url.path().to_owned() })
    }

    /// Subscribes an integration to an event type.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn subscribe(&self, integration_id: &str, event_type: &str) -> Result<()> {
        let name = format!("{event_type} to {integration_id}");
        let config = json!({"name": name, "event_types": [event_type], "integration_id": integration_id});
        self.post("subscriptions", &config).await.map(drop)
    }

    async fn add_active(&self, noun: &str, config: &Value) -> Result<(String, Value)> {
        let created = self.post(noun, config).await?;
        let id = created["id"]
            .as_str()
            .with_context(|| format!("POST /{noun} answers without `id`: {created}"))?
            .to_owned();
        self.post(&format!("{noun}/{id}/activate"), &json!({})).await?;
        Ok((id, created))
    }

    /// What is at `path`, under `/api/v1/`.
    ///
    /// # Errors
    /// When the server refuses, or answers no JSON.
    pub async fn get(&self, path: &str) -> Result<Value> {
        let request = self.client.get(format!("{}/{path}", self.base));
        let answer = self.call(&format!("GET /{path}"), request).await?;
        serde_json::from_str(&answer).with_context(|| format!("GET /{path} was answered {answer}"))
    }

    /// What a `POST` to `path`, under `/api/v1/`, is answered; `null` where that is no JSON.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = self.client.post(format!("{}/{path}", self.base)).json(body);
        let answer = self.call(&format!("POST /{path} with {body}"), request).await?;
        Ok(serde_json::from_str(&answer).unwrap_or_default())
    }

    async fn call(&self, what: &str, request: RequestBuilder) -> Result<String> {
        let response =
            request.bearer_auth(&self.api_key).send().await.with_context(|| format!("cannot {what}"))?;
        let status = response.status();
        let text = response.text().await?;
        if !status.is_success() {
            bail!("{what} was answered {status}: {text}");
        }
        Ok(text)
    }
}

/// The configuration of a source with one filter and three mappings that publishes events of `event_type`.
pub fn relaying(endpoint: &str, event_type: &str) -> Value {
    let mapping = ["n", "sent_at", "payload"].map(|name| json!({"from": name, "to": format!("data.{name}")}));
    json!({
        "name": format!("Bench {endpoint}"),
        "endpoint": endpoint,
        "filter": {"all": [{"path": "body.n", "op": "exists"}]},
        "mapping": mapping,
        "action": {"type": "publish_event", "event_type": event_type},
    })
}
