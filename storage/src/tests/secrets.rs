use super::{add_integration, add_source, integration_config, source_config};
use crate::testing::{NOW, new_account, on_each_backend};
use crate::{AccountScope, Db, StorageError};
use domain::ids::AccountId;
use domain::integration::Integration;
use domain::secret::SecretText;
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

const CANARY: &str = "canary-7f3a";
const HOUR_MS: i64 = 3_600_000;

fn api_key(value: Option<&str>) -> Value {
    match value {
        Some(value) => json!({"type": "api_key", "header": "x-key", "value": value}),
        None => json!({"type": "api_key", "header": "x-other-key"}),
    }
}

/// The secret with which deliveries to the integration authenticate.
async fn auth_secret(db: &Db, account: AccountId, integration: &Integration) -> Option<String> {
    let routing = db.load_routing(account).await.expect("a routing").expect("of an account");
    let secret = routing.integrations[&integration.id].config.auth.secret();
    secret.map(|secret| secret.reveal().to_owned())
}

/// The secrets an integration signs with, and until when.
async fn signing(db: &Db, account: AccountId, integration: &Integration) -> Vec<(String, Option<Timestamp>)> {
    let routing = db.load_routing(account).await.expect("a routing").expect("of an account");
    let secrets = routing.integrations[&integration.id].signing_secrets.iter();
    secrets.map(|secret| (secret.secret.reveal().to_owned(), secret.expires_at)).collect()
}

async fn execute(db: &Db, sql: &str) -> u64 {
    db.writer.execute_unprepared(sql).await.expect("the statement runs").rows_affected()
}

async fn change(db: &Db, scope: &AccountScope, id: &Integration, auth: Value) -> Integration {
    let change = |_: &_| Ok::<_, StorageError>(integration_config(auth));
    db.account(scope).update_integration(id.id, None, NOW, change).await.expect("changed")
}

#[tokio::test]
async fn a_secret_left_out_is_kept_until_the_kind_of_authentication_changes() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let id = acme.account.id;
        let integration = add_integration(&db, &acme.scope, api_key(Some(CANARY))).await;
        assert!(integration.auth_secret_set && integration.config.auth.secret().is_none());
        let kept = change(&db, &acme.scope, &integration, api_key(None)).await;
        assert!(kept.auth_secret_set);
        assert_eq!(auth_secret(&db, id, &integration).await.as_deref(), Some(CANARY));
        change(&db, &acme.scope, &integration, api_key(Some("new"))).await;
        assert_eq!(auth_secret(&db, id, &integration).await.as_deref(), Some("new"));
        let basic = json!({"type": "basic", "username": "ada"});
        let dropped = change(&db, &acme.scope, &integration, basic).await;
        assert!(!dropped.auth_secret_set);
        assert_eq!(auth_secret(&db, id, &integration).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_sources_secret_left_out_is_kept_until_the_kind_of_verification_changes() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let token = json!({"type": "header_token", "header": "x-token", "token": CANARY});
        let source = add_source(&db, &acme.scope, "orders", token).await.expect("a source");
        assert!(source.verification_secret_set && source.config.verification.secret().is_none());
        let drafts = [
            (json!({"type": "header_token", "header": "x-other"}), Some(CANARY)),
            (json!({"type": "body_token", "path": "token"}), None),
        ];
        for (verification, expected) in drafts {
            let change = |_: &_| Ok::<_, StorageError>(source_config("orders", verification));
            let changed =
                db.account(&acme.scope).update_source(source.id, None, NOW, change).await.expect("changed");
            assert_eq!(changed.verification_secret_set, expected.is_some());
            let routing = db.load_routing(acme.account.id).await.expect("a routing").expect("of an account");
            let secret = routing.sources["orders"].config.verification.secret();
            assert_eq!(secret.map(SecretText::reveal), expected);
        }
    })
    .await;
}

#[tokio::test]
async fn secrets_stand_in_no_column_unsealed() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let auths = [
            api_key(Some(CANARY)),
            json!({"type": "basic", "username": "ada", "password": CANARY}),
            json!({"type": "oauth2", "client_id": "id", "client_secret": CANARY, "token_url": "https://example.com"}),
        ];
        for auth in auths {
            let integration = add_integration(&db, &acme.scope, auth).await;
            let signing = SecretText::new(CANARY);
            db.account(&acme.scope).rotate_signing_secret(integration.id, &signing, NOW).await.expect("rotated");
        }
        let verifications = [
            json!({"type": "header_token", "header": "x", "token": CANARY}),
            json!({"type": "body_token", "path": "x", "token": CANARY}),
            json!({"type": "basic", "username": "x", "password": CANARY}),
            json!({"type": "standard_webhooks", "secret": CANARY}),
        ];
        for (number, verification) in verifications.into_iter().enumerate() {
            add_source(&db, &acme.scope, &format!("e{number}"), verification).await.expect("a source");
        }
        for (texts, sealed, rows) in [
            ("SELECT name || config AS t FROM integrations", "SELECT auth_secret AS b FROM integrations", 3),
            ("SELECT name || config AS t FROM sources", "SELECT verification_secret AS b FROM sources", 4),
            ("SELECT changes || config AS t FROM source_revisions", "SELECT verification_secret AS b FROM sources", 4),
            ("SELECT actor || action || subject_name AS t FROM audit_log", "SELECT secret AS b FROM signing_secrets", 6),
        ] {
            let texts: Vec<String> = column(&db, texts).await;
            assert!(!texts.is_empty() && !texts.concat().contains(CANARY), "{texts:?}");
            let sealed: Vec<Vec<u8>> = column(&db, sealed).await;
            assert_eq!(sealed.len(), rows);
            assert!(sealed.iter().all(|value| !String::from_utf8_lossy(value).contains(CANARY)));
        }
    })
    .await;
}

async fn column<T: sea_orm::TryGetable>(db: &Db, sql: &str) -> Vec<T> {
    let statement = Statement::from_string(db.reader.get_database_backend(), sql);
    let rows = db.reader.query_all_raw(statement).await.expect("rows");
    rows.iter().map(|row| row.try_get_by_index(0).expect("a value")).collect()
}

#[tokio::test]
async fn a_secret_copied_into_anothers_row_does_not_open() {
    on_each_backend(async |db: Db| {
        let (acme, other) = (new_account(&db, "Acme").await, new_account(&db, "Other").await);
        add_integration(&db, &acme.scope, api_key(Some(CANARY))).await;
        add_integration(&db, &other.scope, api_key(Some("theirs"))).await;
        let copied = execute(
            &db,
            "UPDATE integrations SET auth_secret = (SELECT a.auth_secret FROM integrations a \
             JOIN accounts o ON o.id = a.account_id WHERE o.slug = 'acme') \
             WHERE account_id = (SELECT id FROM accounts WHERE slug = 'other')",
        )
        .await;
        assert_eq!(copied, 1);
        let stolen = db.load_routing(other.account.id).await;
        assert!(matches!(stolen, Err(StorageError::Corrupt(_))), "{stolen:?}");
        assert!(db.load_routing(acme.account.id).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_replaced_signing_secret_signs_for_a_day_beside_the_new_one() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let (id, account) = (acme.account.id, db.account(&acme.scope));
        let integration = add_integration(&db, &acme.scope, json!({"type": "none"})).await;
        assert_eq!(signing(&db, id, &integration).await, [("whsec_first".into(), None)]);
        let rotate = async |secret: &str, hours: i64| {
            let at = NOW.plus_ms(hours * HOUR_MS);
            let secret = SecretText::new(secret);
            account.rotate_signing_secret(integration.id, &secret, at).await.expect("rotated");
        };
        let until = |hours: i64| Some(NOW.plus_ms(hours * HOUR_MS));
        rotate("second", 1).await;
        let expected = [("second".into(), None), ("whsec_first".into(), until(25))];
        assert_eq!(signing(&db, id, &integration).await, expected);
        rotate("third", 2).await;
        let expected =
            [("third".into(), None), ("second".into(), until(26)), ("whsec_first".into(), until(25))];
        assert_eq!(signing(&db, id, &integration).await, expected);
        rotate("fourth", 25).await;
        let expected = [("fourth".into(), None), ("third".into(), until(49)), ("second".into(), until(26))];
        assert_eq!(signing(&db, id, &integration).await, expected);
        account.delete_integration(integration.id, NOW).await.expect("deleted");
        assert_eq!(execute(&db, "DELETE FROM signing_secrets").await, 0, "they went with it");
    })
    .await;
}

/// The secret that senders to the source `orders` are believed by, and the one before it with its end.
async fn believed(db: &Db, account: AccountId) -> (Option<String>, Option<(String, Timestamp)>) {
    let routing = db.load_routing(account).await.expect("a routing").expect("of an account");
    let source = &routing.sources["orders"];
    let current = source.config.verification.secret().map(|secret| secret.reveal().to_owned());
    let previous = source.previous_secret.as_ref();
    (current, previous.map(|previous| (previous.secret.reveal().to_owned(), previous.expires_at)))
}

#[tokio::test]
async fn a7_a_sources_replaced_secret_is_believed_for_a_day_beside_the_new_one() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let token = |token: &str| json!({"type": "header_token", "header": "x-token", "token": token});
        let without = || json!({"type": "header_token", "header": "x-other"});
        let source = add_source(&db, &acme.scope, "orders", token("first")).await.expect("a source");
        assert_eq!(believed(&db, acme.account.id).await, (Some("first".into()), None));
        for (hour, verification, current, previous) in [
            (1, token("second"), Some("second"), Some(("first", 25))),
            (2, without(), Some("second"), Some(("first", 25))),
            (3, token("third"), Some("third"), Some(("second", 27))),
            (27, without(), Some("third"), None),
            (28, token("fourth"), Some("fourth"), Some(("third", 52))),
            (29, json!({"type": "body_token", "path": "token"}), None, None),
            (30, json!({"type": "body_token", "path": "token", "token": "fifth"}), Some("fifth"), None),
        ] {
            let change = |_: &_| Ok::<_, StorageError>(source_config("orders", verification));
            let at = NOW.plus_ms(hour * HOUR_MS);
            db.account(&acme.scope).update_source(source.id, None, at, change).await.expect("changed");
            let previous = previous.map(|(secret, hours)| (secret.to_owned(), NOW.plus_ms(hours * HOUR_MS)));
            let expected = (current.map(str::to_owned), previous);
            assert_eq!(believed(&db, acme.account.id).await, expected, "in hour {hour}");
        }
    })
    .await;
}
