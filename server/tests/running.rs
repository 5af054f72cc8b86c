//! The binary as a server or a worker, from its start until it is asked to stop.

use crate::binary::serving::{PATIENCE, Serving, furnish, publish, receiver};
use crate::binary::{CREATE, run};
use serde_json::json;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

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

#[test]
fn demo_says_so_where_it_makes_no_account_beside_others() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(run(folder.path(), &CREATE, "correct horse battery").status.success());
    let mut demo = Serving::start(folder.path(), "demo");
    let stdout = demo.child.stdout.take().expect("it is piped");
    assert!(demo.stop().0);
    let printed = std::io::read_to_string(stdout).expect("text");
    assert!(printed.contains("no demo account was made"), "{printed}");
    assert!(!printed.contains("was printed") && !printed.contains("curl -d"), "{printed}");
}

#[test]
fn deliveries_in_flight_end_before_the_process_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let (answer, may_answer) = channel();
    let (target, messages) = receiver(may_answer);
    let allowed = [("HOOKLOFT_ALLOW_NETWORKS", "127.0.0.0/8")];
    let mut serving = Serving::start_with(folder.path(), &["serve"], &allowed);
    let key = furnish(folder.path(), &serving, &target).key;
    publish(&serving, &key);
    messages.recv_timeout(PATIENCE).expect("the message comes");

    serving.ask_to_stop();
    serving.wait_until_closed();
    assert!(serving.child.try_wait().expect("it is ours").is_none(), "it waits for the answer");
    answer.send(()).expect("the receiver waits");
    assert!(serving.child.wait().expect("it ends").success());

    let again = Serving::start_with(folder.path(), &["serve"], &allowed);
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
fn a_request_that_was_begun_is_answered_and_stored_before_the_process_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut serving = Serving::start(folder.path(), "serve");
    let account = furnish(folder.path(), &serving, "http://127.0.0.1:9/");
    let action = json!({ "type": "publish_event", "event_type": "order.created" });
    let config = json!({ "name": "Orders", "endpoint": "orders", "action": action });
    let source = serving.post("/sources", &account.key, &config);
    serving.post(
        &format!("/sources/{}/activate", source["id"].as_str().expect("an id")),
        &account.key,
        &json!({}),
    );

    let (begin, end) = (r#"{"n":"#, "1}");
    let mut sender = std::net::TcpStream::connect(serving.address()).expect("it listens");
    let head = format!(
        "POST /in/{}/orders HTTP/1.1\r\nhost: hooks\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\n\r\n",
        account.id,
        begin.len() + end.len(),
    );
    sender.write_all(head.as_bytes()).expect("it reads");
    let mut go_on = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    sender.read_exact(&mut go_on).expect("it waits for the body");
    sender.write_all(begin.as_bytes()).expect("it reads");

    serving.ask_to_stop();
    serving.wait_until_closed();
    assert!(serving.child.try_wait().expect("it is ours").is_none(), "it waits for the body");
    sender.write_all(end.as_bytes()).expect("it reads on");
    let answer = std::io::read_to_string(sender).expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(serving.child.wait().expect("it ends").success());

    let again = Serving::start(folder.path(), "serve");
    let events = again.call("GET", "/api/v1/events", &account.key, "").json();
    assert_eq!(events["data"].as_array().map(Vec::len), Some(1), "{events}");
    assert!(again.stop().0);
}

#[test]
fn metrics_show_a_relayed_event_to_who_has_the_token() {
    let folder = tempfile::tempdir().expect("a folder");
    let (answer, may_answer) = channel();
    let (target, messages) = receiver(may_answer);
    let settings = [("HOOKLOFT_ALLOW_NETWORKS", "127.0.0.0/8"), ("HOOKLOFT_METRICS_TOKEN", "s3cret")];
    let serving = Serving::start_with(folder.path(), &["serve"], &settings);
    let key = furnish(folder.path(), &serving, &target).key;
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
