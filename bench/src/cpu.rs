//! What processors were used for.

use std::ops::{Add, Sub};

use serde_json::{Value, json};

use crate::{process, report::rounded, stage::Stage};

/// CPU seconds.
#[derive(Debug, Clone, Copy)]
pub struct Cpu {
    /// Of the first server.
    pub server: f64,
    /// Of PostgreSQL.
    pub database: Option<f64>,
    /// Of the sender and the receiver.
    pub bench: f64,
}

impl Cpu {
    /// What has been used until now.
    pub fn so_far(stage: &Stage) -> Self {
        Self {
            server: stage.servers[0].cpu_seconds(),
            database: stage.database_cpu_seconds(),
            bench: process::cpu_seconds(std::process::id()),
        }
    }

    /// What has been used since `before`.
    pub fn since(stage: &Stage, before: Self) -> Self {
        Self::so_far(stage) - before
    }

    /// The figures.
    pub fn json(self) -> Value {
        json!({
            "server_cpu_seconds": rounded(self.server),
            "database_cpu_seconds": self.database.map(rounded),
            "bench_cpu_seconds": rounded(self.bench),
        })
    }

    fn combined(self, other: Self, combine: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            server: combine(self.server, other.server),
            database: self.database.zip(other.database).map(|(mine, others)| combine(mine, others)),
            bench: combine(self.bench, other.bench),
        }
    }
}

impl Add for Cpu {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.combined(other, f64::add)
    }
}

impl Sub for Cpu {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.combined(other, f64::sub)
    }
}
