//! The binary as a server or a worker, from its start until it is asked to stop.

use crate::binary::{CREATE, hookloft, run};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Longer than anything here takes; only a test that fails waits for it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running process and the URL it answers at.
struct Serving {
    child: Child,
    url: String,
}

/// What it answered.
#[derive(Debug)]
struct Answer {
    status: u16,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

impl Serving {
    fn start(folder: &Path, command: &str) -> Self {
        Self::start_with(folder, command, &[])
    }

    fn start_with(folder: &Path, command: &str, settings: &[(&str, &str)]) -> Self {
        let mut child = hookloft(folder, &[command, "--listen", "127.0.0.1:0", "--log-format", "json"])
            .envs(settings.iter().copied())
            .spawn()
            .expect("it starts");
        let mut lines =
            BufReader::new(child.stderr.take().expect("it is piped")).lines().map_while(Result::ok);
        let url = lines
            .find_map(|line| serde_json::from_str::<Value>(&line).ok()?["url"].as_str().map(str::to_owned))
            .expect("the log says where it answers");
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url }
    }

    fn get(&self, path: &str) -> String {
        self.call("GET", path, "", "").body
    }

    /// Calls it; without a `token` as a stranger.
    fn call(&self, method: &str, path: &str, token: &str, body: &str) -> Answer {
        let address = self.url.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = std::net::TcpStream::connect(address).expect("it listens");
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

    /// Asks it to stop; answers whether it did so well, and how long it took.
    fn stop(mut self) -> (bool, Duration) {
        let begun = Instant::now();
        self.ask_to_stop();
        let ended = self.child.wait().expect("it ends");
        (ended.success(), begun.elapsed())
    }

    fn ask_to_stop(&self) {
        let kill = Command::new("kill").arg(self.child.id().to_string()).status().expect("kill is there");
        assert!(kill.success());
    }
}

#[test]
fn a_server_answers_until_it_is_asked_to_stop() {
    let folder = tempfile::tempdir().expect("a folder");
    let serving = Serving::start(folder.path(), "serve");
    assert!(serving.get("/readyz").contains("\"status\":\"ready\""));
    assert_private(&folder.path().join("data"));
    let second = run(folder.path(), &["serve", "--listen", "127.0.0.1:0"], "");
    assert!(String::from_utf8_lossy(&second.stderr).contains("another Hookloft process"), "{second:?}");
    assert!(
        run(folder.path(), &CREATE, "correct horse battery").status.success(),
        "a command works beside it"
    );
    let (went_well, took) = serving.stop();
    assert!(went_well && took < Duration::from_secs(5), "{took:?}");
}

/// Nobody but the owner can look into the folder or read what is in it while the server runs.
fn assert_private(folder: &Path) {
    let mode = |path: &Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(folder), 0o700);
    let mut names = Vec::new();
    for file in std::fs::read_dir(folder).expect("a folder") {
        let path = file.expect("an entry").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().expect("a name").to_string_lossy().into_owned());
    }
    names.sort();
    assert_eq!(names, ["hookloft.db", "hookloft.db-shm", "hookloft.db-wal", "hookloft.lock", "master.key"]);
}

#[test]
fn demo_seeds_once_and_shows_its_receiver() {
    let folder = tempfile::tempdir().expect("a folder");
    for expected in ["Password", "was printed"] {
        let mut demo = Serving::start(folder.path(), "demo");
        assert!(demo.get("/demo/receiver").contains("Demo receiver"));
        let stdout = demo.child.stdout.take().expect("it is piped");
        assert!(demo.stop().0);
        let printed = std::io::read_to_string(stdout).expect("text");
        assert!(printed.contains(expected) && printed.contains("curl -d"), "{printed}");
    }
}

/// A receiver that tells of each message and answers once it may.
fn receiver(may_answer: Receiver<()>) -> (String, Receiver<()>) {
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

/// An account whose events all go to `target`; its API key.
fn furnish(folder: &Path, serving: &Serving, target: &str) -> String {
    let output = run(folder, &CREATE, "correct horse battery");
    let created: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    let key = created["api_key"].as_str().expect("a key").to_owned();
    let post = |path: &str, body: Value| {
        let answer = serving.call("POST", &format!("/api/v1{path}"), &key, &body.to_string());
        assert!((200..300).contains(&answer.status), "{path}: {answer:?}");
        answer.json()
    };
    let made = post("/integrations", json!({ "name": "Target", "target_url": target }));
    let id = made["id"].as_str().expect("an id");
    post(&format!("/integrations/{id}/activate"), json!({}));
    post("/subscriptions", json!({ "event_types": ["*"], "integration_id": id }));
    key
}

fn publish(serving: &Serving, key: &str) {
    let event = json!({ "type": "order.created", "data": {} }).to_string();
    assert_eq!(serving.call("POST", "/api/v1/events", key, &event).status, 200);
}

#[test]
fn deliveries_in_flight_end_before_the_process_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let (answer, may_answer) = channel();
    let (target, messages) = receiver(may_answer);
    let allowed = [("HOOKLOFT_ALLOW_NETWORKS", "127.0.0.0/8")];
    let mut serving = Serving::start_with(folder.path(), "serve", &allowed);
    let key = furnish(folder.path(), &serving, &target);
    publish(&serving, &key);
    messages.recv_timeout(PATIENCE).expect("the message comes");

    serving.ask_to_stop();
    let address = serving.url.trim_start_matches("http://").trim_end_matches('/');
    let begun = Instant::now();
    while std::net::TcpStream::connect(address).is_ok() {
        assert!(begun.elapsed() < PATIENCE, "it still takes connections");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(serving.child.try_wait().expect("it is ours").is_none(), "it waits for the answer");
    answer.send(()).expect("the receiver waits");
    assert!(serving.child.wait().expect("it ends").success());

    let again = Serving::start_with(folder.path(), "serve", &allowed);
    let deliveries = again.call("GET", "/api/v1/deliveries", &key, "").json();
    let delivery = &deliveries["data"][0];
    assert_eq!((&delivery["status"], &delivery["attempts"]), (&json!("succeeded"), &json!(1)));
    publish(&again, &key);
    messages.recv_timeout(PATIENCE).expect("the next message comes");
    assert!(messages.try_recv().is_err(), "the first is not sent again");
    answer.send(()).expect("the receiver waits");
    assert!(again.stop().0);
}

#[test]
fn metrics_show_a_relayed_event_to_who_has_the_token() {
    let folder = tempfile::tempdir().expect("a folder");
    let (answer, may_answer) = channel();
    let (target, messages) = receiver(may_answer);
    let settings = [("HOOKLOFT_ALLOW_NETWORKS", "127.0.0.0/8"), ("HOOKLOFT_METRICS_TOKEN", "s3cret")];
    let serving = Serving::start_with(folder.path(), "serve", &settings);
    let key = furnish(folder.path(), &serving, &target);
    answer.send(()).expect("the receiver waits");
    publish(&serving, &key);
    messages.recv_timeout(PATIENCE).expect("the message comes");
    let nowhere = "/in/00000000-0000-0000-0000-000000000000/none";
    assert_eq!(serving.call("POST", nowhere, "", "{}").status, 404);

    for wrong in ["", "guess", &key] {
        let refused = serving.call("GET", "/metrics", wrong, "");
        let error = &refused.json()["error"];
        assert_eq!((refused.status, &error["code"]), (401, &json!("unauthorized")));
        assert!(error["message"].is_string(), "{refused:?}");
        assert!(!refused.body.contains("hookloft"), "{refused:?}");
    }
    let begun = Instant::now();
    let expected = [
        "hookloft_requests_total{outcome=\"unknown_endpoint\"} 1",
        "hookloft_request_seconds_count 1",
        "hookloft_attempts_total{outcome=\"succeeded\"} 1",
        "hookloft_attempt_seconds_count 1",
        "hookloft_attempts_in_flight 0",
        "hookloft_due_integrations",
        "hookloft_oldest_due_seconds",
        "hookloft_pending_deliveries{state=\"due\"}",
        "hookloft_pending_deliveries{state=\"leased\"}",
        "hookloft_pending_deliveries{state=\"scheduled\"}",
        "hookloft_commit_seconds_count",
        "hookloft_commit_intakes_bucket{le=\"512\"} 1",
        "hookloft_commit_outcomes_count 1",
    ];
    loop {
        let shown = serving.call("GET", "/metrics", "s3cret", "");
        assert_eq!(shown.status, 200);
        let missing = expected.iter().find(|line| !shown.body.contains(**line));
        let Some(missing) = missing else { break };
        assert!(begun.elapsed() < PATIENCE, "{missing} is missing: {}", shown.body);
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(serving.stop().0);
}

#[test]
fn a_worker_answers_nothing_but_health_and_metrics() {
    let folder = tempfile::tempdir().expect("a folder");
    let worker = Serving::start(folder.path(), "work");
    for (path, expected) in
        [("/healthz", 200), ("/readyz", 200), ("/metrics", 200), ("/", 404), ("/api", 404)]
    {
        let answer = worker.call("GET", path, "", "");
        assert_eq!(answer.status, expected, "{path}: {answer:?}");
    }
    let inbound = worker.call("POST", "/in/00000000-0000-0000-0000-000000000000/a", "", "{}");
    assert_eq!((inbound.status, &inbound.json()["error"]["code"]), (404, &json!("not_found")));
    assert!(worker.stop().0);
}
