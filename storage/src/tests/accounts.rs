use crate::account_db::new_uuid;
use crate::testing::{NOW, new_account, on_each_backend};
use crate::unscoped::{self, NewAccount, Owner};
use crate::{Db, StorageError};
use domain::account::{Actor, ApiKey, Role};
use domain::ids::{AccountId, ApiKeyId, SessionId, UserId};
use domain::secret::SecretText;

fn account_of(owner: Owner) -> NewAccount {
    let id = AccountId(new_uuid(NOW));
    NewAccount { id, name: "Acme".into(), slug: "acme".into(), owner, made_by: Some(Actor::CommandLine) }
}

fn somebody(email: &str) -> Owner {
    Owner::New {
        id: UserId(new_uuid(NOW)),
        email: email.into(),
        name: "Ada".into(),
        password_hash: SecretText::new("$argon2id$"),
    }
}

#[tokio::test]
async fn an_account_comes_with_its_owner_and_its_first_audit_line() {
    on_each_backend(async |db: Db| {
        assert!(!unscoped::any_account_exists(&db).await.expect("an answer"));
        let new = account_of(somebody("ada@example.com"));
        let owned = unscoped::create_account_with_owner(&db, &new, NOW).await.expect("an account");
        assert!(unscoped::any_account_exists(&db).await.expect("an answer"));
        let account = db.account(&owned.scope);
        assert_eq!(account.account().await.expect("it is there"), owned.account);
        let members = account.members().await.expect("members");
        assert_eq!(
            members.iter().map(|member| (member.email.as_str(), member.role)).collect::<Vec<_>>(),
            [("ada@example.com", Role::Owner)]
        );
        let log = account.audit_log(None, 10).await.expect("lines");
        assert_eq!(
            log.iter().map(|line| (line.actor, line.action.as_str(), line.at)).collect::<Vec<_>>(),
            [(Actor::CommandLine, "account.created", NOW)]
        );
        let known =
            unscoped::user_by_email(&db, "ada@example.com").await.expect("an answer").expect("she is known");
        assert_eq!((known.id, known.password_hash.reveal()), (owned.owner, "$argon2id$"));
    })
    .await;
}

#[tokio::test]
async fn accounts_of_one_name_get_addresses_of_their_own() {
    on_each_backend(async |db: Db| {
        let mut slugs = Vec::new();
        for number in 0..3 {
            let new = account_of(somebody(&format!("{number}@example.com")));
            let owned = unscoped::create_account_with_owner(&db, &new, NOW).await.expect("an account");
            slugs.push(owned.account.slug);
        }
        assert_eq!(slugs, ["acme", "acme-2", "acme-3"]);
    })
    .await;
}

#[tokio::test]
async fn an_email_address_is_taken_once_and_its_user_may_own_more() {
    on_each_backend(async |db: Db| {
        let first = account_of(somebody("ada@example.com"));
        let first = unscoped::create_account_with_owner(&db, &first, NOW).await.expect("an account");
        let taken =
            unscoped::create_account_with_owner(&db, &account_of(somebody("ada@example.com")), NOW).await;
        assert!(matches!(taken, Err(StorageError::Taken)), "{taken:?}");
        let second = account_of(Owner::Known(first.owner));
        let second = unscoped::create_account_with_owner(&db, &second, NOW).await.expect("another account");
        assert_eq!(second.owner, first.owner);
    })
    .await;
}

#[tokio::test]
async fn d27_of_many_who_sign_up_first_one_succeeds() {
    on_each_backend(async |db: Db| {
        let tries = (0..5).map(|number| {
            let db = db.clone();
            tokio::spawn(async move {
                let new = account_of(somebody(&format!("{number}@example.com")));
                unscoped::create_first_account_with_owner(&db, &new, NOW).await.expect("an answer").is_some()
            })
        });
        let mut made = 0;
        for outcome in tries.collect::<Vec<_>>() {
            made += u32::from(outcome.await.expect("the task ends"));
        }
        assert_eq!(made, 1);
    })
    .await;
}

#[tokio::test]
async fn only_members_get_a_scope_and_it_has_their_role() {
    on_each_backend(async |db: Db| {
        let (acme, other) = (new_account(&db, "Acme").await, new_account(&db, "Other").await);
        let scope =
            unscoped::scope_of_member(&db, acme.owner, "acme").await.expect("an answer").expect("a member");
        assert_eq!((scope.0.id, scope.1.role()), (acme.account.id, Role::Owner));
        assert!(unscoped::scope_of_member(&db, acme.owner, "other").await.expect("an answer").is_none());
        db.account(&other.scope).add_member(acme.owner, Role::Viewer, NOW).await.expect("let in");
        let scope =
            unscoped::scope_of_member(&db, acme.owner, "other").await.expect("an answer").expect("a member");
        assert_eq!((scope.1.account_id(), scope.1.role()), (other.account.id, Role::Viewer));
        let again = db.account(&other.scope).add_member(acme.owner, Role::Admin, NOW).await;
        assert!(matches!(again, Err(StorageError::Taken)));
        let nobody = db.account(&other.scope).add_member(UserId(new_uuid(NOW)), Role::Admin, NOW).await;
        assert!(matches!(nobody, Err(StorageError::InUse)));
    })
    .await;
}

#[tokio::test]
async fn a_revoked_key_opens_nothing() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let key = ApiKey {
            id: ApiKeyId(new_uuid(NOW)),
            name: "CI".into(),
            role: Role::Operator,
            prefix: "hk_abc".into(),
            created_at: NOW,
            last_used_at: None,
            revoked_at: None,
        };
        account.create_api_key(&key, [7; 32], NOW).await.expect("a key");
        assert_eq!(account.api_keys().await.expect("keys"), std::slice::from_ref(&key));
        let known = unscoped::scope_of_api_key(&db, [7; 32]).await.expect("an answer").expect("it opens");
        assert_eq!((known.scope.account_id(), known.scope.role()), (acme.account.id, Role::Operator));
        assert!(unscoped::scope_of_api_key(&db, [8; 32]).await.expect("an answer").is_none());
        db.account(&known.scope).touch_api_key(key.id, NOW.plus_ms(5)).await.expect("touched");
        let later = NOW.plus_ms(9);
        account.revoke_api_key(key.id, later).await.expect("revoked");
        account.revoke_api_key(key.id, later.plus_ms(9)).await.expect("nothing happens");
        assert!(unscoped::scope_of_api_key(&db, [7; 32]).await.expect("an answer").is_none());
        let revoked = ApiKey { last_used_at: Some(NOW.plus_ms(5)), revoked_at: Some(later), ..key };
        assert_eq!(account.api_keys().await.expect("keys"), [revoked]);
    })
    .await;
}

#[tokio::test]
async fn expired_sessions_are_seen_by_nobody_and_cleaned_up() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        for (number, lifetime_ms) in [(1, 10), (2, 20)] {
            let session = unscoped::NewSession {
                id: SessionId(new_uuid(NOW)),
                user_id: acme.owner,
                token_hash: [number; 32],
                user_agent: "Firefox".into(),
                expires_at: NOW.plus_ms(lifetime_ms),
            };
            unscoped::create_session(&db, &session, NOW).await.expect("a session");
        }
        let is_seen = async |number: u8, at_ms: i64| {
            let found = unscoped::session_of_token(&db, [number; 32], NOW.plus_ms(at_ms)).await;
            found.expect("an answer").is_some()
        };
        assert!(is_seen(1, 9).await);
        assert!(!is_seen(1, 10).await);
        assert!(is_seen(2, 10).await);
        assert!(!is_seen(3, 0).await);
        assert_eq!(unscoped::delete_expired_sessions(&db, NOW.plus_ms(10)).await.expect("cleaned"), 1);
        assert_eq!(unscoped::delete_expired_sessions(&db, NOW.plus_ms(10)).await.expect("cleaned"), 0);
    })
    .await;
}
