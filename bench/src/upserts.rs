//! Items as a data source's sender sends them, and what each of its answers must say.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::Instant};

use crate::{connection::Connection, report};

const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// How items are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One object a request. The source's success response must be [`single_response`].
    Single,
    /// An array of so many objects a request. The source must have no success response of its own.
    Arrays(u64),
}

/// What a round has to do to each item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// There was none of its key.
    Created,
    /// One field is another.
    Updated,
    /// It is as it was.
    Unchanged,
}

/// A success response that tells whether something changed: only then there is an event.
pub fn single_response() -> Value {
    json!({"event_id": "[Event ID]"})
}

/// What is sent of item `number`, whose field `revision` is the only one that differs from revision to revision.
pub fn item(number: u64, revision: u64) -> Value {
    json!({
        "id": key(number),
        "title": title(number),
        "amount": number,
        "revision": revision,
        "customer": {"email": format!("person{number:07}@example.test"), "city": format!("City {:03}", number % 1000)},
        "note": "ring the bell twice and leave it with the neighbours on the left, or with those on the right",
    })
}

/// The key of item `number`.
pub fn key(number: u64) -> String {
    format!("item-{number:07}")
}

/// The title of item `number`.
pub fn title(number: u64) -> String {
    format!("Item {number:07}")
}

/// One round: each of the items `0..items` once.
#[derive(Debug, Clone)]
pub struct Upserts {
    /// The server.
    pub address: SocketAddr,
    /// The source's path.
    pub path: String,
    /// How.
    pub form: Form,
    /// How many.
    pub items: u64,
    /// What [`item`] is given.
    pub revision: u64,
    /// What it has to do.
    pub effect: Effect,
    /// How many connections send at once.
    pub connections: usize,
}

/// A round that did what it had to.
#[derive(Debug)]
pub struct Sent {
    /// From the first request to the last answer.
    pub took: Duration,
    /// How many items the answers say were made or changed.
    pub changed: u64,
    /// From send to the end of the answer, in microseconds, of each request.
    pub answered_after: Histogram<u64>,
}

impl Upserts {
    /// Sends all and reads each answer.
    ///
    /// # Errors
    /// At the first answer that does not say what it must.
    pub async fn send(self) -> Result<Sent> {
        let (round, next) = (Arc::new(self), Arc::new(AtomicU64::new(0)));
        let mut senders = JoinSet::new();
        let started = Instant::now();
        for _ in 0..round.connections {
            senders.spawn(sender(Arc::clone(&round), Arc::clone(&next)));
        }
        let (mut changed, mut answered_after) = (0, report::micros_histogram());
        while let Some(sender) = senders.join_next().await {
            let (by_sender, of_sender) = sender.context("a sender ended")??;
            changed += by_sender;
            answered_after.add(&of_sender).context("both have the same bounds")?;
        }
        Ok(Sent { took: started.elapsed(), changed, answered_after })
    }

    fn per_request(&self) -> u64 {
        match self.form {
            Form::Single => 1,
            Form::Arrays(size) => size,
        }
    }

    /// The items of a request; none when there are no more.
    fn numbers(&self, request: u64) -> std::ops::Range<u64> {
        let first = self.items.min(request.saturating_mul(self.per_request()));
        first..self.items.min(first + self.per_request())
    }

    fn request(&self, numbers: std::ops::Range<u64>) -> Vec<u8> {
        let body = match self.form {
            Form::Single => item(numbers.start, self.revision),
            Form::Arrays(_) => numbers.map(|number| item(number, self.revision)).collect(),
        };
        let body = body.to_string();
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.path,
            self.address,
            body.len()
        );
        [head.into_bytes(), body.into_bytes()].concat()
    }

    /// How many items were made or changed, by the answer to a request with so many.
    fn changed(&self, items: u64, status: u16, answer: &[u8]) -> Result<u64> {
        let text = || String::from_utf8_lossy(answer).into_owned();
        ensure!(status == 200, "answered {status}: {}", text());
        let said: Value = serde_json::from_slice(answer).with_context(|| format!("answered {}", text()))?;
        let of = |effect| if self.effect == effect { items } else { 0 };
        let (created, updated) = (of(Effect::Created), of(Effect::Updated));
        let (changed, is_right) = match self.form {
            Form::Single => {
                let changed =
                    u64::from(said.get("event_id").context("the answer has no `event_id`")?.is_string());
                (changed, changed == created + updated)
            }
            Form::Arrays(_) => {
                let counts = ["accepted", "rejected", "created", "updated"].map(|name| said[name].as_u64());
                let changed = counts[2].unwrap_or_default() + counts[3].unwrap_or_default();
                (changed, counts == [items, 0, created, updated].map(Some))
            }
        };
        ensure!(is_right, "{items} items should be {:?}, but the answer is {}", self.effect, text());
        Ok(changed)
    }
}

async fn sender(round: Arc<Upserts>, next: Arc<AtomicU64>) -> Result<(u64, Histogram<u64>)> {
    let (mut changed, mut answered_after) = (0, report::micros_histogram());
    let mut connection = Connection::open(round.address).await?;
    loop {
        let numbers = round.numbers(next.fetch_add(1, Ordering::Relaxed));
        let items = numbers.end - numbers.start;
        if items == 0 {
            return Ok((changed, answered_after));
        }
        if connection.closes() {
            connection = Connection::open(round.address).await?;
        }
        let request = round.request(numbers);
        let sent_at = Instant::now();
        let answer = tokio::time::timeout(ANSWER_TIMEOUT, connection.fetch(&request)).await;
        let (status, body) = answer.context("a request is not answered")??;
        answered_after.saturating_record(u64::try_from(sent_at.elapsed().as_micros())?);
        changed += round.changed(items, status, &body)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(form: Form, effect: Effect) -> Upserts {
        let address = "127.0.0.1:80".parse().unwrap();
        Upserts { address, path: "/in/a/b".into(), form, items: 250, revision: 0, effect, connections: 1 }
    }

    #[test]
    fn every_item_is_in_one_request() {
        for (form, requests) in [(Form::Single, 250), (Form::Arrays(100), 3)] {
            let round = round(form, Effect::Created);
            let sent: Vec<u64> = (0..requests).flat_map(|request| round.numbers(request)).collect();
            assert_eq!(sent, (0..250).collect::<Vec<_>>());
            assert!(round.numbers(requests).is_empty());
        }
    }

    #[test]
    fn revisions_differ_in_one_field() {
        let (mut first, second) = (item(7, 0), item(7, 1));
        assert_ne!(first, second);
        first["revision"] = 1.into();
        assert_eq!(first, second);
    }

    #[test]
    fn answers_that_do_not_say_what_they_must_are_errors() {
        let (event, none) = (r#"{"event_id":"x"}"#, r#"{"event_id":null}"#);
        let counts = |created: u64, updated: u64| {
            format!(
                r#"{{"ok":true,"accepted":100,"rejected":0,"errors":[],"created":{created},"updated":{updated}}}"#
            )
        };
        for (form, items, effect, answer, expected) in [
            (Form::Single, 1, Effect::Created, event, Some(1)),
            (Form::Single, 1, Effect::Updated, none, None),
            (Form::Single, 1, Effect::Unchanged, none, Some(0)),
            (Form::Single, 1, Effect::Unchanged, event, None),
            (Form::Single, 1, Effect::Created, r#"{"ok":true}"#, None),
            (Form::Arrays(100), 100, Effect::Created, &counts(100, 0), Some(100)),
            (Form::Arrays(100), 100, Effect::Updated, &counts(100, 0), None),
            (Form::Arrays(100), 100, Effect::Updated, &counts(0, 100), Some(100)),
            (Form::Arrays(100), 100, Effect::Updated, &counts(0, 99), None),
            (Form::Arrays(100), 100, Effect::Unchanged, &counts(0, 0), Some(0)),
            (Form::Arrays(100), 100, Effect::Unchanged, &counts(0, 1), None),
        ] {
            let changed = |status| round(form, effect).changed(items, status, answer.as_bytes()).ok();
            assert_eq!(changed(200), expected, "{form:?} {effect:?} {answer}");
            assert_eq!(changed(503), None);
        }
    }
}
