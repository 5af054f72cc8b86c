//! One of everything that an account can have.

use super::{Server, Tenant};
use domain::account::Role;
use domain::secret::SecretText;
use serde_json::{Value, json};

/// Ids of what is there to be found, by noun.
#[derive(Debug, Default)]
pub struct Things {
    pub integration: String,
    pub source: String,
    pub subscription: String,
    pub event: String,
    pub request: String,
    pub delivery: String,
    pub replay: String,
    pub api_key: String,
    pub customer: String,
    pub note: String,
    pub lookup_list: String,
    pub module: String,
    pub item: String,
    /// An outgoing webhook of the module, by its subscription.
    pub webhook: String,
    /// A source that feeds the module.
    pub data_source: String,
    /// Another one than the owner, whom only owners change.
    pub member: String,
    /// The e-mail of somebody who can sign in and is in no account.
    pub outsider: String,
}

/// A form by which customers have a city and nothing else.
pub fn customer_form() -> Value {
    let city = json!({ "key": "city", "label": "City", "type": "string" });
    json!({ "sections": [{ "title": "Address", "fields": [city] }] })
}

impl Things {
    /// Makes all but people, beside what was made before; the source is at `endpoint`, the integration sends to `target_url`.
    pub async fn make(server: &Server, tenant: &Tenant, endpoint: &str, target_url: &str) -> Self {
        let mut things = Self::default();
        things.make_integration(server, tenant, target_url).await;
        things.make_arrival(server, tenant, endpoint).await;
        (things.customer, things.note) = server.customer(tenant, endpoint).await;
        things.lookup_list = server.decisions(tenant).await;
        things.api_key = server.spare_key(tenant).await;
        things
    }

    async fn make_integration(&mut self, server: &Server, tenant: &Tenant, target_url: &str) {
        let integration = server.integration(tenant, target_url).await;
        self.integration = integration["id"].as_str().expect("an id").into();
        self.subscription = server.newest(tenant, "/subscriptions").await;
    }

    /// A source and what comes of a request to it.
    async fn make_arrival(&mut self, server: &Server, tenant: &Tenant, endpoint: &str) {
        let source = server.source(tenant, endpoint).await;
        self.source = source["id"].as_str().expect("an id").into();
        let accepted = server.inbound(tenant, endpoint, &json!({ "n": 1 })).await;
        assert!(accepted.status.is_success(), "{accepted:?}");
        self.event = server.newest(tenant, "/events").await;
        self.request = server.newest(tenant, "/requests").await;
        self.delivery = server.newest(tenant, "/deliveries").await;
        // Refused while the one of things made before is running, which then serves these, too.
        let own = json!({ "source_id": source["id"] });
        server.call(tenant.admin(), "POST", "/requests/replay", Some(own)).await;
        self.replay = server.newest(tenant, "/replays").await;
    }

    /// Makes anew what a call that was obeyed names, as it may have used that up: each noun by itself, as to make all of
    /// them takes many times as long.
    pub async fn renew(&mut self, server: &Server, tenant: &Tenant, call: &str) {
        let is_named = |id: &String| !id.is_empty() && call.contains(id.as_str());
        let Self { integration, source, subscription, event, request, delivery, replay, api_key, .. } =
            &*self;
        let Self { customer, note, lookup_list, module, item, webhook, data_source, .. } = &*self;
        let Self { member, outsider, .. } = &*self;
        let people = [member, outsider].into_iter().any(is_named);
        let sends = [integration, subscription].into_iter().any(is_named);
        let arrives = [source, event, request, delivery, replay].into_iter().any(is_named);
        let records = [customer, note].into_iter().any(is_named);
        let decides = is_named(lookup_list) || call.contains("visit");
        let keys = is_named(api_key);
        let modules = [module, item, webhook, data_source].into_iter().any(is_named);
        let tag = format!("e{:x}", rand::random::<u64>());
        if sends {
            self.make_integration(server, tenant, super::NOWHERE).await;
        }
        if arrives {
            self.make_arrival(server, tenant, &tag).await;
        }
        if records {
            (self.customer, self.note) = server.customer(tenant, &tag).await;
        }
        if decides {
            self.lookup_list = server.decisions(tenant).await;
        }
        if keys {
            self.api_key = server.spare_key(tenant).await;
        }
        if modules {
            *self = std::mem::take(self).with_module(server, tenant, &tag).await;
        }
        if people {
            *self = std::mem::take(self).with_people(server, tenant).await;
        }
        if self.ids().into_iter().any(|id| call.contains(id)) {
            // A noun that is not told apart above.
            let tag = format!("{tag}-all");
            let all =
                Self::make(server, tenant, &tag, super::NOWHERE).await.with_people(server, tenant).await;
            *self = all.with_module(server, tenant, &tag).await;
        }
    }

    /// People, too; they take long, as their passwords are hashed.
    pub async fn with_people(self, server: &Server, tenant: &Tenant) -> Self {
        let (member, outsider) = (server.spare_member(tenant).await, server.outsider(tenant).await);
        Self { member, outsider, ..self }
    }

    /// A module, too, with an item, an outgoing webhook and a source that feeds it; `tag` tells it from others.
    pub async fn with_module(self, server: &Server, tenant: &Tenant, tag: &str) -> Self {
        let make = async |path: &str, draft: Value| {
            let made = server.call(tenant.admin(), "POST", path, Some(draft)).await;
            assert!(made.status.is_success(), "{path}: {made:?}");
            made
        };
        let module = make("/modules", json!({ "name": tag })).await.id();
        let below = |noun: &str| format!("/modules/{module}/{noun}");
        let item = make(&below("items"), json!({ "key": "1", "title": "First" })).await.id();
        let hook = json!({ "name": tag, "url": super::NOWHERE, "activities": [{ "type": "item_created" }] });
        let webhook = make(&below("webhooks"), hook).await;
        let webhook = webhook.body["subscription_id"].as_str().expect("an id").to_owned();
        let feeding = json!({
            "name": tag, "endpoint": format!("{tag}-items"),
            "action": { "type": "upsert_item", "module_id": module },
        });
        let data_source = make("/sources", feeding).await.id();
        Self { module, item, webhook, data_source, ..self }
    }
}

impl Things {
    /// All of them.
    pub fn ids(&self) -> Vec<&str> {
        let Self { integration, source, subscription, event, request, delivery, api_key, member, .. } = self;
        let Self { customer, note, lookup_list, module, item, webhook, data_source, replay, .. } = self;
        let always = [integration, source, subscription, event, request, delivery, api_key, member];
        let records = [customer, note, lookup_list, module, item, webhook, data_source, replay];
        let all = always.into_iter().chain(records).map(String::as_str);
        // An id that was not made would be found everywhere.
        all.filter(|id| !id.is_empty()).collect()
    }
}

impl Server {
    /// The id of what was made last, by its list.
    async fn newest(&self, tenant: &Tenant, path: &str) -> String {
        let rows = self.rows(tenant, path).await;
        let newest = rows.first().unwrap_or_else(|| panic!("{path} is empty"));
        newest["id"].as_str().expect("an id").to_owned()
    }

    /// A key of the account that nobody uses.
    pub async fn spare_key(&self, tenant: &Tenant) -> String {
        let draft = json!({ "name": "Spare", "role": "viewer" });
        self.call(tenant.admin(), "POST", "/api-keys", Some(draft)).await.id()
    }

    /// A customer of that key with a note: the ids of both.
    pub async fn customer(&self, tenant: &Tenant, key: &str) -> (String, String) {
        let draft = json!({ "key": key, "fields": { "city": "Bonn" } });
        let customer = self.call(tenant.admin(), "POST", "/customers", Some(draft)).await.id();
        let (path, note) = (format!("/customers/{customer}/notes"), json!({ "text": "called" }));
        let note = self.call(tenant.admin(), "POST", &path, Some(note)).await.id();
        (customer, note)
    }

    /// What an account can decide about its customers: an event `visit`, a form, and a lookup list, whose id it answers.
    pub async fn decisions(&self, tenant: &Tenant) -> String {
        let visit = json!({ "event_type": "visit", "name": "Visit" });
        for (path, body) in [("/event-definitions/visit", visit), ("/customer-form", customer_form())] {
            let decided = self.call(tenant.admin(), "PUT", path, Some(body)).await;
            assert!(decided.status.is_success(), "{path}: {decided:?}");
        }
        let list = json!({ "name": "Day parts" });
        self.call(tenant.admin(), "POST", "/lookup-lists", Some(list)).await.id()
    }

    /// The e-mail of somebody who was in the account and is no more.
    pub async fn outsider(&self, tenant: &Tenant) -> String {
        let (id, email) = self.spare_viewer(tenant).await;
        let removed = self.call(tenant.admin(), "DELETE", &format!("/members/{id}"), None).await;
        assert!(removed.status.is_success(), "{removed:?}");
        email
    }

    /// A viewer of the account who does nothing.
    pub async fn spare_member(&self, tenant: &Tenant) -> String {
        self.spare_viewer(tenant).await.0
    }

    async fn spare_viewer(&self, tenant: &Tenant) -> (String, String) {
        let email = self.add_member(tenant, Role::Viewer).await;
        let list = self.call(tenant.admin(), "GET", "/members", None).await;
        let members = list.body["data"].as_array().expect("a list").clone();
        let member = members.iter().find(|member| member["email"] == email.as_str()).expect("the new one");
        (member["id"].as_str().expect("an id").to_owned(), email)
    }

    /// The session of a new member with that role.
    pub async fn member(&self, tenant: &Tenant, role: Role) -> String {
        let email = self.add_member(tenant, role).await;
        self.sign_in(&email).await
    }

    /// Answers the e-mail of a new member with that role.
    pub async fn add_member(&self, tenant: &Tenant, role: Role) -> String {
        let email = format!("{:x}@example.com", rand::random::<u64>());
        let slug = self.services.account(&tenant.scope).await.expect("it is there").slug;
        let password = SecretText::new(super::PASSWORD);
        self.services.add_member(&slug, &email, password, role).await.expect("a member");
        email
    }
}
