//! The binary itself.

pub mod serving;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Makes an account; the password is read from the standard input.
pub const CREATE: [&str; 8] =
    ["account", "create", "--name", "Acme", "--email", "ada@example.com", "--password-stdin", "--json"];

/// The binary in an empty environment, in `folder`.
pub fn hookloft(folder: &Path, arguments: &[&str]) -> Command {
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

/// Runs a command to its end.
pub fn run(folder: &Path, arguments: &[&str], input: &str) -> Output {
    run_to_end(hookloft(folder, arguments), input)
}

/// The same, of a command that has more settings.
pub fn run_to_end(mut command: Command, input: &str) -> Output {
    let mut child = command.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(input.as_bytes()).expect("it is read");
    drop(stdin);
    child.wait_with_output().expect("it ends")
}
