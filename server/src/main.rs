//! The binary `hookloft`.

// The console's views are one deep type.
#![recursion_limit = "512"]

use clap::Parser;
use server::commands::{CommandLine, run};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    rustls::crypto::ring::default_provider()
        .install_default()
        .expect("nothing else installs a provider before main");
    let runtime = tokio::runtime::Runtime::new().expect("without threads there is nothing to run");
    match runtime.block_on(run(command_line)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hookloft: {error}");
            ExitCode::FAILURE
        }
    }
}
