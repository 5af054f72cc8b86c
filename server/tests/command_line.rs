//! The binary's commands that end by themselves, and what they print.

use crate::binary::{CREATE, hookloft, run};
use serde_json::Value;

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
fn the_log_filter_is_a_setting_like_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let logged = |variables: &[(&str, &str)]| {
        let mut command = hookloft(folder.path(), &["migrate", "--log-format", "json"]);
        let output = command.envs(variables.iter().copied()).output().expect("it ends");
        assert!(output.status.success(), "{output:?}");
        !output.stderr.is_empty()
    };
    assert!(logged(&[("HOOKLOFT_LOG", "debug")]));
    assert!(!logged(&[("HOOKLOFT_LOG", "error")]));
    assert!(logged(&[("RUST_LOG", "debug")]));
    assert!(!logged(&[("HOOKLOFT_LOG", "error"), ("RUST_LOG", "debug")]), "ours comes first");
}

#[test]
fn a_password_that_is_not_encoded_is_not_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    for url in ["postgres://ada:s3/cret@127.0.0.1:9/d", "postgres://ada@127.0.0.1:9/d?password=s3cret#cret"] {
        let mut command = hookloft(folder.path(), &["serve"]);
        let command =
            command.env("HOOKLOFT_DATABASE_URL", url).env("HOOKLOFT_MASTER_KEY", "A".repeat(43) + "=");
        let refused = command.output().expect("it ends");
        let said = String::from_utf8(refused.stderr).expect("text");
        assert!(!refused.status.success() && said.contains("percent-encoded"), "{said}");
        assert!(!said.contains("cret"), "{said}");
    }
}

#[test]
fn a_server_alone_on_its_file_does_not_start_without_workers() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = run(folder.path(), &["serve", "--no-workers", "--listen", "127.0.0.1:0"], "");
    let said = String::from_utf8(refused.stderr).expect("text");
    assert!(!refused.status.success() && said.contains("nothing would be delivered"), "{said}");
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
        "HOOKLOFT_WORK_LISTEN",
        "HOOKLOFT_PUBLIC_URL",
        "HOOKLOFT_METRICS_TOKEN",
        "HOOKLOFT_ALLOW_NETWORKS",
        "HOOKLOFT_SIGNUP",
        "HOOKLOFT_LOG_FORMAT",
        "HOOKLOFT_KEEP_BODIES_DAYS",
        "HOOKLOFT_KEEP_LOGS_DAYS",
        "HOOKLOFT_LOG=",
        "RUST_LOG",
    ] {
        assert!(help.contains(variable), "{variable}");
    }
}
