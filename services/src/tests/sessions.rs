use super::{PASSWORD, on_each, sign_up};
use crate::sessions::{ClientInfo, Session, UsedSession};
use crate::{Clock, Error, Services, SignUpPolicy};
use domain::secret::SecretText;

const DAY_MS: i64 = 24 * 3_600_000;

async fn sign_in(services: &Services, password: &str) -> crate::Result<crate::sessions::SignedIn> {
    let client = ClientInfo { user_agent: "Chromium".repeat(100) };
    services.sign_in(" Ada@example.com", SecretText::new(password), client).await
}

#[tokio::test]
async fn h2_the_right_password_signs_in_and_nothing_else_does() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let signed_up = sign_up(&services, "Acme", "ada@example.com").await;
        let signed_in = sign_in(&services, PASSWORD).await.expect("signed in");
        assert_ne!(signed_in.token, signed_up.token);
        assert_eq!(signed_in.user.id, signed_up.user.id);
        let seen = services.current_user(signed_in.token.reveal()).await.expect("an answer");
        assert_eq!(seen, Some(signed_in.user));
        for wrong in ["", "correct horse ", "Correct horse"] {
            assert!(matches!(sign_in(&services, wrong).await, Err(Error::Unauthorized)), "{wrong}");
        }
        let nobody =
            services.sign_in("eve@example.com", SecretText::new(PASSWORD), ClientInfo::default()).await;
        assert!(matches!(nobody, Err(Error::Unauthorized)));
        for wrong in ["", "x", &signed_up.token.reveal().to_lowercase()] {
            assert_eq!(services.current_user(wrong).await.expect("an answer"), None);
        }
    })
    .await;
}

#[tokio::test]
async fn h2_too_many_tries_for_one_address_have_to_wait() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        sign_up(&services, "Acme", "ada@example.com").await;
        sign_up(&services, "Other", "bob@example.com").await;
        for _ in 0..10 {
            assert!(matches!(sign_in(&services, "wrong").await, Err(Error::Unauthorized)));
        }
        let refused = sign_in(&services, PASSWORD).await;
        let Err(Error::TooManyAttempts { retry_after_s }) = refused else {
            panic!("not held back: {refused:?}")
        };
        assert!((1..=11).contains(&retry_after_s), "{retry_after_s}");
        let bob = services.sign_in("bob@example.com", SecretText::new(PASSWORD), ClientInfo::default()).await;
        assert!(bob.is_ok(), "others are not held back");
    })
    .await;
}

#[tokio::test]
async fn h2_a_session_ends_14_days_after_its_last_use() {
    on_each(SignUpPolicy::Open, async |services: Services, clock: Clock| {
        let token = sign_up(&services, "Acme", "ada@example.com").await.token;
        let is_signed_in = async || services.use_session(token.reveal()).await.expect("an answer").is_some();
        for _ in 0..3 {
            clock.advance_ms(14 * DAY_MS - 1);
            assert!(is_signed_in().await);
        }
        clock.advance_ms(14 * DAY_MS - 1);
        let looked_at = services.current_user(token.reveal()).await.expect("an answer");
        assert!(looked_at.is_some(), "not over yet, and no use");
        clock.advance_ms(1);
        assert!(!is_signed_in().await);
        clock.advance_ms(-14 * DAY_MS);
        assert!(is_signed_in().await, "only time ended it");
    })
    .await;
}

#[tokio::test]
async fn h2_use_is_noted_at_most_once_a_minute() {
    on_each(SignUpPolicy::Open, async |services: Services, clock: Clock| {
        let signed_in = sign_up(&services, "Acme", "ada@example.com").await;
        let began = clock.now();
        for (wait_ms, seen_ms) in [(59_999, 0), (1, 60_000), (59_999, 60_000), (1, 120_000)] {
            clock.advance_ms(wait_ms);
            let used = services.use_session(signed_in.token.reveal()).await.expect("an answer");
            let is_extended = clock.now() == began.plus_ms(seen_ms);
            assert_eq!(used, Some(UsedSession { user: signed_in.user.clone(), is_extended }));
            let sessions = services.sessions(&signed_in.user).await.expect("a list");
            assert_eq!(sessions[0].last_seen_at, began.plus_ms(seen_ms));
        }
    })
    .await;
}

#[tokio::test]
async fn h2_sessions_are_listed_and_revoked_by_their_owner_only() {
    on_each(SignUpPolicy::Open, async |services: Services, clock: Clock| {
        let first = sign_up(&services, "Acme", "ada@example.com").await;
        let eve = sign_up(&services, "Other", "eve@example.com").await;
        clock.advance_ms(1);
        let second = sign_in(&services, PASSWORD).await.expect("signed in");
        let listed = services.sessions(&first.user).await.expect("a list");
        let shown = |session: &Session| (session.id, session.is_current, session.user_agent.len());
        let expected = [(second.user.session_id, false, 300), (first.user.session_id, true, 7)];
        assert_eq!(listed.iter().map(shown).collect::<Vec<_>>(), expected);

        let stolen = services.revoke_session(&eve.user, first.user.session_id).await;
        assert!(matches!(stolen, Err(Error::NotFound)));
        services.revoke_session(&first.user, second.user.session_id).await.expect("revoked");
        assert_eq!(services.current_user(second.token.reveal()).await.expect("an answer"), None);
        let third = sign_in(&services, PASSWORD).await.expect("signed in");
        assert_eq!(services.revoke_other_sessions(&third.user).await.expect("revoked"), 1);
        assert_eq!(services.current_user(first.token.reveal()).await.expect("an answer"), None);
        for _ in 0..2 {
            services.sign_out(&third.user).await.expect("signed out");
            assert_eq!(services.current_user(third.token.reveal()).await.expect("an answer"), None);
        }
        assert_eq!(services.current_user(eve.token.reveal()).await.expect("an answer"), Some(eve.user));
    })
    .await;
}
