//! Messages as receivers get them.

use crate::delivery::send::testing::{NOW, SIGNING_SECRET, message, oauth2, render, sender, target};
use crate::delivery::send::{RenderError, Rendered, example};
use crate::outbound_http::testing::{Receiver, http};
use domain::event::envelope;
use domain::ids::AccountId;
use domain::integration::{Auth, BodyFormat, Header, Method, Signing, SigningSecret};
use domain::secret::SecretText;
use domain::signature::{Signed, SigningKey, verify};

const OTHER_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

fn text_of<'a>(rendered: &'a Rendered, name: &str) -> &'a str {
    rendered.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
}

#[test]
fn d21_messages_are_signed_over_the_bytes_sent_current_secret_first() {
    let mut target = target("https://example.com/hook");
    target
        .signing_secrets
        .push(SigningSecret { secret: SecretText::new(OTHER_SECRET), expires_at: Some(NOW.plus_ms(1)) });
    let mut message = message(target);
    let rendered = render(&message).expect("a message");

    assert_eq!(text_of(&rendered, "webhook-id"), message.delivery_id.to_string());
    assert_eq!(text_of(&rendered, "webhook-timestamp"), NOW.seconds().to_string());
    assert_eq!(text_of(&rendered, "x-hookloft-attempt"), "2");
    let signatures = text_of(&rendered, "webhook-signature");
    let (current, old) = signatures.split_once(' ').expect("two signatures");
    for (signature, secret) in [(current, SIGNING_SECRET), (old, OTHER_SECRET), (signatures, OTHER_SECRET)] {
        let key = SigningKey::new(&SecretText::new(secret)).expect("a key");
        let (id, timestamp) = (text_of(&rendered, "webhook-id"), text_of(&rendered, "webhook-timestamp"));
        let signed = Signed { id, timestamp, signatures: signature };
        assert_eq!(verify(&[key], signed, &rendered.body, NOW), Ok(()), "{signature}");
    }

    message.now = NOW.plus_ms(1);
    let rendered = render(&message).expect("a message");
    assert_eq!(
        text_of(&rendered, "webhook-signature").split(' ').count(),
        1,
        "the second secret has expired"
    );
}

#[test]
fn signing_can_be_switched_off_but_not_be_missing() {
    let mut target = target("https://example.com/hook");
    target.signing_secrets.clear();
    assert_eq!(
        render(&message(target.clone())).expect_err("no secret"),
        RenderError::MissingSecret("signing secret")
    );
    target.config.signing = Signing::Off;
    let rendered = render(&message(target)).expect("a message");
    assert!(rendered.headers.keys().all(|name| !name.as_str().starts_with("webhook-")));
}

#[test]
fn bodies_are_envelope_json_or_form() {
    let body_of = |body| {
        let mut target = target("https://example.com/hook");
        target.config.body = body;
        let message = message(target);
        let rendered = render(&message).expect("a message");
        assert_eq!(text_of(&rendered, "content-type"), rendered.content_type);
        (rendered.content_type, String::from_utf8(rendered.body.to_vec()).expect("UTF-8"), message)
    };
    let (content_type, body, message) = body_of(BodyFormat::Envelope);
    let config = &message.target.config;
    let expected = envelope(&message.event, message.account_id, config.action, config.entity);
    assert_eq!((content_type, body.as_bytes()), ("application/json", &*expected));

    let template = r#"{"name":"[data.first_name]","kind":"[event.type]"}"#.to_owned();
    let (content_type, body, _) = body_of(BodyFormat::JsonTemplate { template });
    assert_eq!((content_type, &*body), ("application/json", r#"{"name":"Ada","kind":"example.event"}"#));

    let template = "Name=[data.first_name] [data.last_name]&Email=[data.email]".to_owned();
    let (content_type, body, _) = body_of(BodyFormat::FormTemplate { template });
    assert_eq!(content_type, "application/x-www-form-urlencoded");
    assert_eq!(body, "Name=Ada+Lovelace&Email=ada%40example.com");
}

#[tokio::test]
async fn the_receiver_gets_method_headers_and_body() {
    let receiver = Receiver::saying(http(200, r#"{"ok":true}"#)).await;
    let mut target = target(receiver.url("/hooks?shop=1").as_str());
    target.config.method = Method::Put;
    target.config.headers = vec![Header { name: "X-Shop".into(), value: "blue".into() }];
    let message = message(target);
    let report = sender().send(&message).await;

    assert_eq!(report.exchange.status(), Some(200));
    assert_eq!(report.exchange.body, br#"{"ok":true}"#);
    let [received] = &receiver.received()[..] else { panic!("one request") };
    assert!(received.head.starts_with("PUT /hooks?shop=1 HTTP/1.1\r\n"));
    assert_eq!(received.header("x-shop"), Some("blue"));
    assert!(received.header("user-agent").is_some_and(|agent| agent.starts_with("Hookloft/")));
    let rendered = render(&message).expect("a message");
    assert_eq!(received.body, rendered.body);
    assert_eq!(received.header("webhook-signature"), Some(text_of(&rendered, "webhook-signature")));
}

#[tokio::test]
async fn a_changed_target_is_prepared_anew() {
    let (old, new) = (Receiver::saying(http(200, "")).await, Receiver::saying(http(200, "")).await);
    let sender = sender();
    for receiver in [&old, &new, &new] {
        sender.send(&message(target(receiver.url("/").as_str()))).await;
    }
    assert_eq!((old.received().len(), new.received().len()), (1, 2));
}

#[test]
fn k14_the_example_shows_the_message_with_secrets_masked() {
    let account_id = AccountId::new(NOW, &[1; 10]);
    let mut config = target("").config;
    config.auth = oauth2("https://example.com/token");
    let shown = example(&config, account_id, NOW).expect("an example");
    assert_eq!((&*shown.method, &*shown.url), ("POST", ""));
    let header =
        |name: &str| shown.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert_eq!(header("authorization"), Some("Bearer ***"));
    assert_eq!(header("webhook-signature"), Some("v1,***"));
    assert_eq!(header("webhook-timestamp"), Some(&*NOW.seconds().to_string()));
    assert_eq!(header("content-type"), Some("application/json"));
    assert_eq!(header("x-hookloft-attempt"), Some("1"));
    assert!(shown.body.contains(r#""type":"example.event""#), "{}", shown.body);
    assert!(!format!("{shown:?}").contains("canary"));

    config.auth = Auth::ApiKey { header: "X-Key".into(), value: None };
    let shown = example(&config, account_id, NOW).expect("needs no secret");
    assert!(shown.headers.contains(&("x-key".into(), "***".into())));
}

#[tokio::test]
async fn k15_the_sample_event_can_be_sent() {
    let receiver = Receiver::saying(http(202, "")).await;
    let report = sender().send(&message(target(receiver.url("/").as_str()))).await;
    assert_eq!(report.exchange.status(), Some(202));
}
