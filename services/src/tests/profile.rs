use super::{PASSWORD, fields, on_each, sign_up};
use crate::sessions::{ClientInfo, SignedIn};
use crate::{Clock, Error, Result, Services, SignUpPolicy};
use domain::secret::SecretText;

const OTHER: &str = "battery staple";

async fn sign_in(services: &Services, password: &str) -> Result<SignedIn> {
    services.sign_in("ada@example.com", SecretText::new(password), ClientInfo::default()).await
}

async fn change(services: &Services, who: &SignedIn, current: &str, new: &str) -> Result<()> {
    services.change_password(&who.user, SecretText::new(current), SecretText::new(new)).await
}

#[tokio::test]
async fn h2_a_password_is_replaced_by_who_knows_it_and_other_sessions_end() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let ada = sign_up(&services, "Acme", "ada@example.com").await;
        let eve = sign_up(&services, "Other", "eve@example.com").await;
        let elsewhere = sign_in(&services, PASSWORD).await.expect("signed in");
        let is_signed_in = async |who: &SignedIn| {
            services.current_user(who.token.reveal()).await.expect("an answer").is_some()
        };

        assert_eq!(fields(change(&services, &ada, "guess", OTHER).await), ["current_password"]);
        assert!(is_signed_in(&elsewhere).await, "a refused change changes nothing");
        sign_in(&services, PASSWORD).await.expect("the password is what it was");

        change(&services, &ada, PASSWORD, OTHER).await.expect("changed");
        assert!(matches!(sign_in(&services, PASSWORD).await, Err(Error::Unauthorized)));
        assert!(is_signed_in(&ada).await, "the one that asked goes on");
        assert!(!is_signed_in(&elsewhere).await);
        assert!(is_signed_in(&eve).await, "others are let be");
        sign_in(&services, OTHER).await.expect("the new one signs in");
        services
            .sign_in("eve@example.com", SecretText::new(PASSWORD), ClientInfo::default())
            .await
            .expect("others keep theirs");
        assert_eq!(fields(change(&services, &ada, PASSWORD, "one more try").await), ["current_password"]);
    })
    .await;
}

#[tokio::test]
async fn h2_a_new_password_obeys_the_rules_of_signing_up() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let ada = sign_up(&services, "Acme", "ada@example.com").await;
        for wrong in ["", "short", &"x".repeat(1025)] {
            assert_eq!(fields(change(&services, &ada, PASSWORD, wrong).await), ["new_password"], "{wrong}");
        }
        sign_in(&services, PASSWORD).await.expect("the password is what it was");
    })
    .await;
}

#[tokio::test]
async fn h2_guesses_at_ones_current_password_count_like_those_of_signing_in() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let ada = sign_up(&services, "Acme", "ada@example.com").await;
        for _ in 0..5 {
            assert_eq!(fields(change(&services, &ada, "guess", OTHER).await), ["current_password"]);
            assert!(matches!(sign_in(&services, "guess").await, Err(Error::Unauthorized)));
        }
        for refused in
            [change(&services, &ada, PASSWORD, OTHER).await, sign_in(&services, PASSWORD).await.map(drop)]
        {
            assert!(matches!(refused, Err(Error::TooManyAttempts { .. })), "{refused:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn h2_of_two_changes_at_once_one_happens() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let ada = sign_up(&services, "Acme", "ada@example.com").await;
        let both = futures::join!(
            change(&services, &ada, PASSWORD, OTHER),
            change(&services, &ada, PASSWORD, "another one")
        );
        let kept = match both {
            (Ok(()), Err(_)) => OTHER,
            (Err(_), Ok(())) => "another one",
            both => panic!("{both:?}"),
        };
        sign_in(&services, kept).await.expect("what was said to be the password is it");
    })
    .await;
}

#[tokio::test]
async fn somebody_is_called_what_they_want_to_be_called() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let ada = sign_up(&services, "Acme", "ada@example.com").await;
        let eve = sign_up(&services, "Other", "eve@example.com").await;
        for wrong in ["", " ", "\u{7}"] {
            assert_eq!(fields(services.rename_user(&ada.user, wrong).await), ["name"], "{wrong:?}");
        }
        services.rename_user(&ada.user, "Ada Lovelace").await.expect("renamed");
        let name = async |who: &SignedIn| {
            services.current_user(who.token.reveal()).await.expect("an answer").expect("signed in").name
        };
        assert_eq!((name(&ada).await, name(&eve).await), ("Ada Lovelace".into(), eve.user.name.clone()));
    })
    .await;
}
