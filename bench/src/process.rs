//! Other processes: run one to its end, and read what Linux knows about one.

use std::{
    fs,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use tokio::process::{Child, Command};

use crate::report::float;

/// Runs `program` and gives its trimmed stdout.
///
/// # Errors
/// When it cannot be started or fails; the message ends with its stderr.
pub async fn output(program: &str, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new(program);
    finish(command.args(arguments)).await
}

/// Runs a prepared command and gives its trimmed stdout.
///
/// # Errors
/// When it cannot be started or fails; the message ends with its stderr.
pub async fn finish(command: &mut Command) -> Result<String> {
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = command.output().await.with_context(|| format!("cannot start {program}"))?;
    succeeded(&program, &output)
}

/// The trimmed stdout of a finished process.
///
/// # Errors
/// When it failed; the message ends with its stderr.
pub fn succeeded(program: &str, output: &std::process::Output) -> Result<String> {
    let stderr = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{program} failed ({}): {}", output.status, stderr.trim());
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Waits, without a runtime, until a process that was told to end has ended; for `Drop`.
pub fn reap(child: &mut Child, patience: Duration) {
    let until = Instant::now() + patience;
    while matches!(child.try_wait(), Ok(None)) && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// SIGKILL, and waits until the process is gone; for `Drop`.
pub fn end(child: &mut Child) {
    // It fails only for a process that has ended already.
    drop(child.start_kill());
    reap(child, Duration::from_secs(5));
}

/// CPU seconds (user and system) that the process has used, without its children.
pub fn cpu_seconds(pid: u32) -> f64 {
    stat(pid).map_or(0.0, |stat| seconds(stat.ticks))
}

/// CPU seconds of the process and of its children, those that have ended included.
pub fn family_cpu_seconds(pid: u32) -> f64 {
    let Some(parent) = stat(pid) else { return 0.0 };
    let Ok(processes) = fs::read_dir("/proc") else { return 0.0 };
    let pids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let children = pids.filter_map(stat).filter(|child| child.parent == pid).map(|child| child.ticks);
    seconds(parent.ticks + parent.ended_children_ticks + children.sum::<u64>())
}

/// The most memory the process has had resident, in MiB.
pub fn peak_memory_mb(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    kibibytes(&status, "VmHWM:").unwrap_or_default() / 1024
}

/// The number behind `label` in a file like `/proc/meminfo`.
pub fn kibibytes(text: &str, label: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(label))?.split_whitespace().next()?.parse().ok()
}

struct Stat {
    parent: u32,
    ticks: u64,
    ended_children_ticks: u64,
}

/// Fields 4 and 14 to 17 of `/proc/PID/stat`; the name before them may contain anything, so they are counted
/// from its closing bracket.
fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        ticks: ticks(14)? + ticks(15)?,
        ended_children_ticks: ticks(16)? + ticks(17)?,
    })
}

fn seconds(ticks: u64) -> f64 {
    float(ticks) / float(rustix::param::clock_ticks_per_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn own_process_is_known_and_failures_carry_stderr() {
        assert!(peak_memory_mb(std::process::id()) > 0);
        assert!(stat(std::process::id()).is_some());
        assert_eq!(kibibytes("A: 3 kB\nMemTotal:  2048 kB\n", "MemTotal:"), Some(2048));
        assert_eq!(output("echo", &["hi"]).await.unwrap(), "hi");
        let error = output("sh", &["-c", "echo broken >&2; exit 3"]).await.unwrap_err();
        assert!(error.to_string().ends_with("broken"), "{error}");
    }
}
