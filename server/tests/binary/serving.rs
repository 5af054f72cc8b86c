//! The binary as a process that answers.

use super::{CREATE, hookloft, run_to_end};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Longer than anything here takes; only a test that fails waits for it.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A running process and the URL it answers at.
pub struct Serving {
    pub child: Child,
    url: String,
    settings: Vec<(String, String)>,
}

/// What it answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

impl Serving {
    pub fn start(folder: &Path, command: &str) -> Self {
        Self::start_with(folder, &[command], &[])
    }

    pub fn start_with(folder: &Path, command: &[&str], settings: &[(&str, &str)]) -> Self {
        let mut child = hookloft(folder, command)
            .args(["--listen", "127.0.0.1:0", "--log-format", "json"])
            .envs(settings.iter().copied())
            .spawn()
            .expect("it starts");
        let mut lines =
            BufReader::new(child.stderr.take().expect("it is piped")).lines().map_while(Result::ok);
        let url = lines
            .find_map(|line| serde_json::from_str::<Value>(&line).ok()?["url"].as_str().map(str::to_owned))
            .expect("the log says where it answers");
        std::thread::spawn(move || lines.for_each(drop));
        let settings = settings.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { child, url, settings }
    }

    pub fn get(&self, path: &str) -> String {
        self.call("GET", path, "", "").body
    }

    /// Host and port it listens at.
    pub fn address(&self) -> &str {
        self.url.trim_start_matches("http://").trim_end_matches('/')
    }

    /// Calls it; without a `token` as a stranger.
    pub fn call(&self, method: &str, path: &str, token: &str, body: &str) -> Answer {
        let address = self.address();
        let mut stream = TcpStream::connect(address).expect("it listens");
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let answer = std::io::read_to_string(stream).expect("it answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Answer { status, body: body.to_owned() }
    }

    /// Posts to the REST API, which does it.
    pub fn post(&self, path: &str, key: &str, body: &Value) -> Value {
        let answer = self.call("POST", &format!("/api/v1{path}"), key, &body.to_string());
        assert!((200..300).contains(&answer.status), "{path}: {answer:?}");
        answer.json()
    }

    /// Asks it to stop; answers whether it did so well, and how long it took.
    pub fn stop(mut self) -> (bool, Duration) {
        let begun = Instant::now();
        self.ask_to_stop();
        let ended = self.child.wait().expect("it ends");
        (ended.success(), begun.elapsed())
    }

    pub fn ask_to_stop(&self) {
        let kill = Command::new("kill").arg(self.child.id().to_string()).status().expect("kill is there");
        assert!(kill.success());
    }

    /// Waits until it takes no connections any more.
    pub fn wait_until_closed(&self) {
        let begun = Instant::now();
        while TcpStream::connect(self.address()).is_ok() {
            assert!(begun.elapsed() < PATIENCE, "it still takes connections");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// A receiver that tells of each message and answers once it may.
pub fn receiver(may_answer: Receiver<()>) -> (String, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/hook", listener.local_addr().expect("it is bound"));
    let (came, messages) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let read = stream.read(&mut [0; 16_384]).expect("a message");
            assert_ne!(read, 0, "a connection brings a message");
            if came.send(()).is_err() || may_answer.recv().is_err() {
                return;
            }
            let answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(answer).expect("it waits for the answer");
        }
    });
    (url, messages)
}

/// An account that was made on the command line.
pub struct Account {
    pub id: String,
    pub key: String,
}

/// An account whose events all go to `target`.
pub fn furnish(folder: &Path, serving: &Serving, target: &str) -> Account {
    let mut create = hookloft(folder, &CREATE);
    create.envs(serving.settings.iter().map(|(name, value)| (name, value)));
    let output = run_to_end(create, "correct horse battery");
    let created: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no JSON: {output:?}"));
    let text = |field: &str| created[field].as_str().expect("text").to_owned();
    let account = Account { id: text("account_id"), key: text("api_key") };
    let made =
        serving.post("/integrations", &account.key, &json!({ "name": "Target", "target_url": target }));
    let id = made["id"].as_str().expect("an id");
    serving.post(&format!("/integrations/{id}/activate"), &account.key, &json!({}));
    serving.post("/subscriptions", &account.key, &json!({ "event_types": ["*"], "integration_id": id }));
    account
}

pub fn publish(serving: &Serving, key: &str) {
    let event = json!({ "type": "order.created", "data": {} }).to_string();
    assert_eq!(serving.call("POST", "/api/v1/events", key, &event).status, 200);
}
