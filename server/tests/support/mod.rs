//! A server without a socket: the router over a fresh database, with accounts and keys to call it with.

pub mod operations;
pub mod receiver;
mod record_calls;
pub mod server_calls;
pub mod things;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use domain::account::{Permission, Role};
use domain::secret::SecretText;
use futures::FutureExt;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use server::state::{AppState, WebSettings};
use services::{ClientInfo, Clock, Engine, Retention, Services, ServicesConfig, SignUpPolicy, Workers};
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};
use storage::{AccountScope, Db, MasterKey};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use url::Url;

/// What everybody signs in with.
pub const PASSWORD: &str = "correct horse battery";

/// A target that nobody listens at.
pub const NOWHERE: &str = "http://127.0.0.1:9/";

/// A server over one database.
pub struct Server {
    pub router: Router,
    pub services: Services,
    pub closing: CancellationToken,
    engine: Engine,
}

/// An account and one API key a role.
pub struct Tenant {
    pub id: String,
    pub keys: HashMap<Role, String>,
    pub scope: AccountScope,
}

/// What a call was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
    pub headers: HeaderMap,
}

/// Runs `test` with a server on each kind of database.
pub async fn on_each_server(test: impl AsyncFn(&Server)) {
    on_each_server_at(Clock::System, test).await;
}

/// The same, with the time that `clock` says.
pub async fn on_each_server_at(clock: Clock, test: impl AsyncFn(&Server)) {
    install_crypto();
    storage::testing::on_each_backend(async |db: Db| {
        Server::start_at(clock.clone(), db, Workers::Here).await.outlive(&test).await;
    })
    .await;
}

/// Runs `test` with a server whose database can be taken away, and its URL. A SQLite file does not go away.
pub async fn on_a_server_that_may_lose_its_database(workers: Workers, test: impl AsyncFn(&Server, &str)) {
    install_crypto();
    storage::testing::on_each_url(async |url: String| {
        if url.starts_with("sqlite") {
            return;
        }
        let db = Db::connect(&url, MasterKey::generate()).await.expect("it connects");
        db.migrate().await.expect("up");
        Server::start(db, workers).await.outlive(async |server| test(server, &url).await).await;
    })
    .await;
}

pub fn install_crypto() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        rustls::crypto::ring::default_provider().install_default().expect("only tests install one here")
    });
}

/// Asks again until `is_so`; only a test that fails waits the whole 30 s.
pub async fn eventually(what: &str, is_so: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < Duration::from_secs(30), "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

impl Server {
    /// A process of its own on a database that may have others.
    pub async fn start(db: Db, workers: Workers) -> Self {
        Self::start_at(Clock::System, db, workers).await
    }

    async fn start_at(clock: Clock, db: Db, workers: Workers) -> Self {
        db.check_master_key().await.expect("all processes on a database have one key");
        let public_url = Url::parse("http://127.0.0.1:3000").expect("a URL");
        let config = ServicesConfig {
            public_url: public_url.clone(),
            allow_networks: vec!["127.0.0.0/8".parse().expect("a network")],
            sign_up: SignUpPolicy::FirstAccountOnly,
            workers,
            retention: Retention::default(),
        };
        let services = Services::open(db, config, clock).expect("services open");
        services.prepare().await.expect("the database is there");
        let engine = services.start_engine();
        let closing = CancellationToken::new();
        let web = Arc::new(WebSettings { public_url, metrics: None, metrics_token: None });
        let state = AppState { services: services.clone(), web, closing: closing.clone() };
        Self { router: server::web::router(state), services, closing, engine }
    }

    /// Runs `test` and stops. A test that failed would else wait for its server's threads for ever.
    async fn outlive(self, test: impl AsyncFn(&Self)) {
        let outcome = AssertUnwindSafe(test(&self)).catch_unwind().await;
        self.stop().await;
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    }

    /// Lets what is under way end.
    pub async fn stop(self) {
        self.engine.shutdown(Duration::from_secs(5)).await;
    }

    /// A new account with one key a role.
    pub async fn tenant(&self, name: &str) -> Tenant {
        let email = format!("{}@example.com", name.to_lowercase());
        let password = SecretText::new(PASSWORD);
        let created =
            self.services.create_account(name, &email, password.clone()).await.expect("an account is made");
        let admin = created.api_key.reveal().to_owned();
        let scope = self.services.enter_with_api_key(&admin).await.expect("the key is new");
        // Only an owner makes a key with the role owner, and only a person is one at first.
        let client = ClientInfo { user_agent: "test".into() };
        let owner =
            self.services.sign_in(&email, password, client).await.expect("the password is right").user;
        let entered = self.services.enter(&owner, &created.account.slug, Permission::EditAccount).await;
        let entered = entered.expect("its owner");
        let mut keys = HashMap::from([(Role::Admin, admin)]);
        for role in [Role::Owner, Role::Operator, Role::Viewer] {
            let made = self.services.create_api_key(&entered.scope, role.as_str(), role).await;
            keys.insert(role, made.expect("a key is made").1.reveal().to_owned());
        }
        Tenant { id: created.account.id.to_string(), keys, scope }
    }

    /// The session token of somebody who signs in.
    pub async fn sign_in(&self, email: &str) -> String {
        let client = ClientInfo { user_agent: "test".into() };
        let signed_in = self.services.sign_in(email, SecretText::new(PASSWORD), client).await;
        signed_in.expect("the password is right").token.reveal().to_owned()
    }

    /// A page of the console, whole, as the holder of a session sees it.
    pub async fn page(&self, token: &str, path: &str) -> Answer {
        let request = Request::get(path)
            .header(header::HOST, "127.0.0.1:3000")
            .header(header::COOKIE, format!("__Host-hookloft={token}"));
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("the router answers everything");
        Answer::of(response).await
    }

    /// Calls the REST API; `path` begins after `/api/v1`.
    pub async fn call(&self, key: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::CONTENT_TYPE, "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send(request.body(body).expect("a request")).await
    }

    /// The rows of a list.
    pub async fn rows(&self, tenant: &Tenant, path: &str) -> Vec<Value> {
        let list = self.call(tenant.admin(), "GET", path, None).await;
        assert_eq!(list.status, StatusCode::OK, "{path}: {list:?}");
        list.body["data"].as_array().expect("a list").clone()
    }

    /// Sends JSON to an inbound URL.
    pub async fn inbound(&self, tenant: &Tenant, endpoint: &str, body: &Value) -> Answer {
        let request = Request::post(format!("/in/{}/{endpoint}", tenant.id))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()));
        self.send(request.expect("a request")).await
    }

    /// An active source that publishes `demo.received`.
    pub async fn source(&self, tenant: &Tenant, endpoint: &str) -> Value {
        let action = json!({ "type": "publish_event", "event_type": "demo.received" });
        self.active_source(tenant, json!({ "name": endpoint, "endpoint": endpoint, "action": action })).await
    }

    /// A source that is set up so, active.
    pub async fn active_source(&self, tenant: &Tenant, config: Value) -> Value {
        let source = self.call(tenant.admin(), "POST", "/sources", Some(config)).await;
        assert_eq!(source.status, StatusCode::CREATED, "{source:?}");
        let path = format!("/sources/{}/activate", source.id());
        assert_eq!(self.call(tenant.admin(), "POST", &path, None).await.status, StatusCode::OK);
        source.body
    }

    /// An integration that points at `target_url`, with a subscription to all events; active.
    pub async fn integration(&self, tenant: &Tenant, target_url: &str) -> Value {
        let config = json!({ "name": "Target", "target_url": target_url });
        let created = self.call(tenant.admin(), "POST", "/integrations", Some(config)).await;
        assert_eq!(created.status, StatusCode::CREATED, "{created:?}");
        let path = format!("/integrations/{}/activate", created.id());
        assert_eq!(self.call(tenant.admin(), "POST", &path, None).await.status, StatusCode::OK);
        let subscription = json!({ "event_types": ["*"], "integration_id": created.id() });
        let subscribed = self.call(tenant.admin(), "POST", "/subscriptions", Some(subscription)).await;
        assert_eq!(subscribed.status, StatusCode::CREATED, "{subscribed:?}");
        created.body
    }
}

impl Tenant {
    /// The key with the role admin.
    pub fn admin(&self) -> &str {
        &self.keys[&Role::Admin]
    }
}

impl Answer {
    async fn of(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("the body ends").to_bytes();
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        Self { status: parts.status, body, headers: parts.headers }
    }

    /// The id in the body.
    pub fn id(&self) -> String {
        self.body["id"].as_str().unwrap_or_else(|| panic!("no id in {self:?}")).to_owned()
    }

    /// `error.code` in the body.
    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }
}
