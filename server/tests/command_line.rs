//! The binary's commands that end by themselves, and what they print.

use crate::binary::{CREATE, run};
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
        "RUST_LOG",
    ] {
        assert!(help.contains(variable), "{variable}");
    }
}
