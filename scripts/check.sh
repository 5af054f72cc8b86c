#!/usr/bin/env bash
# What must hold before the tests: formatting, lints on both targets, documentation, licences and banned crates.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh

say "Formatting"
cargo fmt --all --check
say "Lints (server side)"
cargo clippy --locked --workspace --exclude frontend --all-targets -- -D warnings
say "Lints (browser side)"
cargo clippy --locked -p frontend --target wasm32-unknown-unknown -- -D warnings
# These docs are for contributors, so links to private items are right.
say "Documentation"
RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --locked --workspace --exclude frontend --no-deps --document-private-items --quiet
say "Licences and banned crates"
cargo deny --locked --log-level error check bans licenses sources
