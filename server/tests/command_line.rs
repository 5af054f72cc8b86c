//! The binary itself: commands, a server that is asked to stop, and what is printed.

use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

fn hookloft(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hookloft"));
    command
        .env_clear()
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = hookloft(folder, arguments).spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(input.as_bytes()).expect("it is read");
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

const CREATE: [&str; 8] =
    ["account", "create", "--name", "Acme", "--email", "ada@example.com", "--password-stdin", "--json"];

/// A running server and the URL it answers at.
struct Serving {
    child: Child,
    url: String,
}

impl Serving {
    fn start(folder: &Path, command: &str) -> Self {
        let mut child = hookloft(folder, &[command, "--listen", "127.0.0.1:0", "--log-format", "json"])
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
        let address = self.url.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = std::net::TcpStream::connect(address).expect("it listens");
        let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("it reads");
        std::io::read_to_string(stream).expect("it answers")
    }

    /// Asks it to stop; answers whether it did so well, and how long it took.
    fn stop(mut self) -> (bool, Duration) {
        let begun = Instant::now();
        let kill = Command::new("kill").arg(self.child.id().to_string()).status().expect("kill is there");
        assert!(kill.success());
        let ended = self.child.wait().expect("it ends");
        (ended.success(), begun.elapsed())
    }
}

#[test]
fn account_create_prints_what_a_script_needs() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = run(folder.path(), &CREATE, "correct horse battery\n");
    assert!(output.status.success(), "{output:?}");
    let printed: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    let mut fields: Vec<_> = printed.as_object().expect("an object").keys().cloned().collect();
    fields.sort();
    assert_eq!(fields, ["account_id", "api_key", "slug"]);
    assert_eq!(printed["slug"], "acme");
    let empty = tempfile::tempdir().expect("a folder");
    let short = run(empty.path(), &CREATE, "short");
    assert!(!short.status.success());
    assert!(String::from_utf8_lossy(&short.stderr).contains("password"), "{short:?}");
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

#[test]
fn migrate_down_asks_first_and_up_brings_all_back() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(run(folder.path(), &["migrate"], "").status.success());
    assert!(!run(folder.path(), &["migrate", "down"], "").status.success());
    assert!(run(folder.path(), &["migrate", "down", "--yes"], "").status.success());
    assert!(run(folder.path(), &["migrate", "up"], "").status.success());
}

#[test]
fn migrate_status_says_which_migrations_are_applied() {
    let folder = tempfile::tempdir().expect("a folder");
    let states = || {
        let output = run(folder.path(), &["migrate", "status"], "");
        assert!(output.status.success(), "{output:?}");
        let printed = String::from_utf8(output.stdout).expect("text");
        let states: Vec<_> =
            printed.lines().map(|line| line.split_once(' ').expect("two words").0.to_owned()).collect();
        assert!(printed.contains("m20261122_000001_accounts"), "{printed}");
        states
    };
    let before = states();
    assert!(before.len() >= 4 && before.iter().all(|state| state == "pending"), "{before:?}");
    assert!(run(folder.path(), &["migrate", "up"], "").status.success());
    assert_eq!(states(), vec!["applied"; before.len()]);
    assert!(run(folder.path(), &["migrate", "down", "--yes"], "").status.success());
    assert_eq!(states(), before);
}

#[test]
fn every_setting_is_in_the_help() {
    let folder = tempfile::tempdir().expect("a folder");
    let help = String::from_utf8(run(folder.path(), &["serve", "--help"], "").stdout).expect("text");
    for variable in [
        "HOOKLOFT_DATABASE_URL",
        "HOOKLOFT_MASTER_KEY",
        "HOOKLOFT_DATA_DIR",
        "HOOKLOFT_LISTEN",
        "HOOKLOFT_PUBLIC_URL",
        "HOOKLOFT_METRICS_TOKEN",
        "HOOKLOFT_ALLOW_NETWORKS",
        "HOOKLOFT_SIGNUP",
        "HOOKLOFT_LOG_FORMAT",
        "HOOKLOFT_KEEP_BODIES_DAYS",
        "HOOKLOFT_KEEP_LOGS_DAYS",
        "RUST_LOG",
    ] {
        assert!(help.contains(variable), "{variable}");
    }
}
