//! What every report says: the machine, and figures rounded to what they mean.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Write,
    path::Path,
    time::Instant,
};

use anyhow::{Context, Result};
use hdrhistogram::Histogram;
use serde_json::{Map, Value, json};

use crate::process;

/// What a subcommand hands back.
#[derive(Debug)]
pub struct Report {
    /// The object to print.
    pub json: Value,
    /// Whether everything that must hold did hold.
    pub is_ok: bool,
}

/// Says on stderr what is being done.
pub fn say(what: impl AsRef<str>) {
    eprintln!("==> {}", what.as_ref());
}

/// Cores, memory, kernel, and the disk under `folder`.
///
/// # Errors
/// When `/proc` or the folder cannot be read.
pub async fn machine(folder: &Path) -> Result<Value> {
    let filesystem = process::output("stat", &["-f", "-c", "%T", &folder.to_string_lossy()]).await?;
    if filesystem == "tmpfs" {
        say(format!(
            "{} is a tmpfs: nothing is ever flushed to a disk, so the figures say nothing (see --folder)",
            folder.display()
        ));
    }
    let kernel =
        fs::read_to_string("/proc/sys/kernel/osrelease").context("cannot read the kernel's release")?;
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").context("cannot read the CPU's name")?;
    let cpu = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map(|rest| rest.trim_start_matches(['\t', ':', ' ']));
    let meminfo = fs::read_to_string("/proc/meminfo").context("cannot read the memory's size")?;
    Ok(json!({
        "cores": std::thread::available_parallelism()?.get(),
        "memory_mb": process::kibibytes(&meminfo, "MemTotal:").unwrap_or_default() / 1024,
        "kernel": kernel.trim(),
        "cpu": cpu,
        "filesystem": filesystem,
        "fsync_p50_us": fsync_p50_micros(folder)?,
    }))
}

/// An empty histogram of microseconds, up to an hour.
pub fn micros_histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 3_600_000_000, 3).expect("the bounds are in order and 3 digits are allowed")
}

/// p50, p99 and maximum of a histogram of microseconds, in milliseconds.
pub fn latency(micros: &Histogram<u64>) -> Value {
    let ms = |micros| rounded(float(micros) / 1000.0);
    json!({
        "p50": ms(micros.value_at_quantile(0.5)),
        "p99": ms(micros.value_at_quantile(0.99)),
        "max": ms(micros.max()),
        "samples": micros.len(),
    })
}

/// Counts by HTTP status.
pub fn by_status(counts: &BTreeMap<u16, u64>) -> Value {
    Value::Object(
        counts.iter().map(|(status, count)| (status.to_string(), json!(count))).collect::<Map<_, _>>(),
    )
}

/// Puts the members of one object behind those of another.
pub fn merge(object: &mut Value, more: &Value) {
    for (name, value) in more.as_object().into_iter().flatten() {
        object[name] = value.clone();
    }
}

/// A figure with as many decimals as it deserves: none from 1000 up, else at most three.
pub fn rounded(figure: f64) -> Value {
    if figure >= 1000.0 { json!(figure.round()) } else { json!((figure * 1000.0).round() / 1000.0) }
}

/// A count as a number to divide.
#[expect(clippy::cast_precision_loss, reason = "counts and microseconds of a bench stay far below 2^53")]
pub fn float(count: u64) -> f64 {
    count as f64
}

/// How long the disk takes to make 8 kB durable: what bounds every commit.
fn fsync_p50_micros(folder: &Path) -> Result<u64> {
    let path = folder.join("hookloft-bench-fsync");
    let mut file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut micros = micros_histogram();
    for _ in 0..100 {
        let started = Instant::now();
        file.write_all(&[1; 8192])?;
        file.sync_data()?;
        micros.saturating_record(u64::try_from(started.elapsed().as_micros())?);
    }
    fs::remove_file(&path)?;
    Ok(micros.value_at_quantile(0.5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_of_microseconds_and_of_minutes_keep_three_digits() {
        let mut micros = micros_histogram();
        for value in [150, 3_000_000, 240_000_000] {
            micros.saturating_record(value);
        }
        let figures = latency(&micros);
        assert_eq!(figures["samples"], 3);
        assert!((figures["p50"].as_f64().unwrap() / 3000.0 - 1.0).abs() < 0.001, "{figures}");
        assert!((figures["max"].as_f64().unwrap() / 240_000.0 - 1.0).abs() < 0.001, "{figures}");
    }

    #[test]
    fn large_figures_are_whole_and_small_ones_keep_three_decimals() {
        assert_eq!((rounded(12_345.678), rounded(0.123_45)), (json!(12346.0), json!(0.123)));
    }
}
