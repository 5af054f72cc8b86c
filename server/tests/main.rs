//! The tests of the whole server, in one binary: each binary would be linked with the console again.

mod bad_input;
mod binary;
#[cfg(feature = "console")]
mod blueprint_pages;
mod command_line;
#[cfg(feature = "console")]
mod console;
mod customers;
mod data_sources;
mod database_down;
mod deleted_customers;
mod doors;
mod engine;
mod idempotency;
mod inbound_providers;
mod inbound_refusals;
mod injection;
mod integrations;
mod isolation;
mod lists;
#[cfg(feature = "console")]
mod live;
mod loops;
mod members;
mod modules;
mod one_bad_row;
mod order;
#[cfg(feature = "console")]
mod pages;
mod pasted_samples;
#[cfg(feature = "console")]
mod record_pages;
mod replays;
mod roles;
mod running;
mod secrets;
#[cfg(feature = "console")]
mod server_functions;
#[cfg(feature = "console")]
mod source_logs;
mod source_revisions;
mod sources;
mod support;
mod two_processes;
mod use_cases;
