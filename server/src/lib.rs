//! The door for machines: inbound URLs, REST, live tail, health, metrics, and the console's pages around `app`.
//!
//! `main.rs` is the command line; [`web::router`] is everything that is served, in reading order.

// The console's views are one deep type.
#![recursion_limit = "512"]

pub mod commands;
pub mod config;
pub mod demo;
pub mod listen;
pub mod routes;
pub mod state;
pub mod web;
