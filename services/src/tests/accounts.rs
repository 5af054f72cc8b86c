use super::{PASSWORD, fields, form, on_each, owner, sign_up};
use crate::accounts::{OwnerWas, SignUp};
use crate::sessions::ClientInfo;
use crate::{Clock, Error, Services, SignUpPolicy};
use domain::account::{Permission, Role};
use domain::secret::SecretText;

#[tokio::test]
async fn d27_sign_up_closes_after_the_first_account() {
    on_each(SignUpPolicy::FirstAccountOnly, async |services: Services, _: Clock| {
        assert!(services.sign_up_is_open().await.expect("an answer"));
        let first = sign_up(&services, "Acme", " Ada@Example.com ").await;
        assert_eq!(first.user.email, "ada@example.com");
        let [membership] = first.user.accounts.as_slice() else { panic!("one account") };
        assert_eq!((membership.account.slug.as_str(), membership.role), ("acme", Role::Owner));
        assert!(!services.sign_up_is_open().await.expect("an answer"));
        let second = services.sign_up(form("Other", "eve@example.com"), ClientInfo::default()).await;
        assert_eq!(fields(second), ["email"]);
        let nobody =
            services.sign_in("eve@example.com", SecretText::new(PASSWORD), ClientInfo::default()).await;
        assert!(matches!(nobody, Err(Error::Unauthorized)));
    })
    .await;
}

#[tokio::test]
async fn signing_up_as_somebody_who_is_known_is_refused() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        sign_up(&services, "Acme", "ada@example.com").await;
        let again = services.sign_up(form("Other", "ADA@example.com"), ClientInfo::default()).await;
        assert_eq!(fields(again), ["email"]);
        let other = sign_up(&services, "Acme", "bob@example.com").await;
        assert_eq!(other.user.accounts[0].account.slug, "acme-2");
    })
    .await;
}

#[tokio::test]
async fn a_form_is_refused_field_by_field() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let form = SignUp {
            account_name: String::new(),
            name: "\u{7}".into(),
            email: "nobody".into(),
            password: SecretText::new("short"),
        };
        let refused = services.sign_up(form, ClientInfo::default()).await;
        assert_eq!(fields(refused), ["account_name", "name", "email", "password"]);
    })
    .await;
}

#[tokio::test]
async fn the_command_line_makes_accounts_with_a_key_and_knows_who_is_there() {
    on_each(SignUpPolicy::FirstAccountOnly, async |services: Services, _: Clock| {
        let password = || SecretText::new(PASSWORD);
        let first = services.create_account("Acme", "ada@example.com", password()).await.expect("an account");
        assert_eq!(first.owner, OwnerWas::New);
        let second = services.create_account("Other", "Ada@example.com", SecretText::new("")).await;
        let second = second.expect("an account");
        assert_eq!(second.owner, OwnerWas::Known);
        for created in [&first, &second] {
            let scope = services.enter_with_api_key(created.api_key.reveal()).await.expect("it opens");
            assert_eq!((scope.account_id(), scope.role()), (created.account.id, Role::Admin));
        }
        let ada =
            services.sign_in("ada@example.com", password(), ClientInfo::default()).await.expect("signed in");
        let accounts: Vec<_> = ada.user.accounts.into_iter().map(|membership| membership.account).collect();
        assert_eq!(accounts, [first.account, second.account]);
        assert_eq!(
            fields(services.create_account("", "ada@example.com", password()).await),
            ["account_name"]
        );
        assert_eq!(
            fields(services.create_account("A", "b@example.com", SecretText::new("")).await),
            ["password"]
        );
    })
    .await;
}

#[tokio::test]
async fn an_account_is_not_found_by_anybody_but_members() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        owner(&services, "Acme").await;
        let eve = sign_up(&services, "Other", "eve@example.com").await.user;
        for slug in ["acme", "nowhere", ""] {
            let entered = services.enter(&eve, slug, Permission::ReadActivity).await;
            assert!(matches!(entered, Err(Error::NotFound)), "{slug}");
        }
        let mut forged = eve.clone();
        forged.accounts[0].account.slug = "acme".into();
        assert!(matches!(
            services.enter(&forged, "acme", Permission::ReadActivity).await,
            Err(Error::NotFound)
        ));
        let entered = services.enter(&eve, "other", Permission::EditAccount).await.expect("her own");
        assert_eq!(services.account(&entered.scope).await.expect("it is there"), entered.account);
    })
    .await;
}

#[tokio::test]
async fn h3_a_members_role_is_read_when_they_enter() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let acme = owner(&services, "Acme").await;
        let bob = sign_up(&services, "Other", "bob@example.com").await.user;
        let account = services.db().account(&acme.scope);
        account.add_member(bob.id, Role::Viewer, services.now()).await.expect("let in");
        for permission in Permission::ALL {
            let entered = services.enter(&bob, "acme", permission).await;
            if Role::Viewer.allows(permission) {
                assert_eq!(entered.expect("allowed").scope.role(), Role::Viewer);
            } else {
                assert!(
                    matches!(entered, Err(Error::Forbidden(missing)) if missing == permission),
                    "{permission:?}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn keys_look_like_keys_and_what_is_none_opens_nothing() {
    on_each(SignUpPolicy::Open, async |services: Services, clock: Clock| {
        let acme = owner(&services, "Acme").await;
        let (key, secret) = services.create_api_key(&acme.scope, "CI", Role::Operator).await.expect("a key");
        assert!(secret.reveal().starts_with("hk_") && secret.reveal().len() == 46, "{}", secret.reveal());
        assert!(secret.reveal().starts_with(&key.prefix));
        for wrong in ["", "hk_", &key.prefix, &secret.reveal().to_uppercase()] {
            assert!(matches!(services.enter_with_api_key(wrong).await, Err(Error::Unauthorized)), "{wrong}");
        }
        let used_at = async || services.list_api_keys(&acme.scope).await.expect("keys")[0].last_used_at;
        assert_eq!(used_at().await, None);
        let mut expected = Vec::new();
        for (wait_ms, is_written) in [(0, true), (59_999, false), (1, true)] {
            clock.advance_ms(wait_ms);
            services.enter_with_api_key(secret.reveal()).await.expect("it opens");
            if is_written {
                expected.push(clock.now());
            }
            assert_eq!(used_at().await, expected.last().copied());
        }
        services.revoke_api_key(&acme.scope, key.id).await.expect("revoked");
        assert!(matches!(services.enter_with_api_key(secret.reveal()).await, Err(Error::Unauthorized)));
    })
    .await;
}
