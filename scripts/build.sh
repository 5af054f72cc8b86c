#!/usr/bin/env bash
# Builds the console and puts it into one optimised binary: <target folder>/release/hookloft.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
export PATH="$PWD/frontend/node_modules/.bin:$PATH"

say "Building the console (WebAssembly and styles)"
LEPTOS_SITE_ROOT="$HOOKLOFT_SITE" cargo leptos build --release --frontend-only --precompress
say "Building the server"
cargo build --locked --release -p server --features embed
say "Built $CARGO_TARGET_DIR/release/hookloft"
