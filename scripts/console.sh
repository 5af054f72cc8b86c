#!/usr/bin/env bash
# Builds the console (WebAssembly and styles) into $HOOKLOFT_SITE; `quick` leaves its files larger than they need be.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
export PATH="$PWD/frontend/node_modules/.bin:$PATH"

say "Building the console (WebAssembly and styles)"
cargo build --locked -p frontend --lib --target wasm32-unknown-unknown --profile wasm-release
node frontend/build.mjs "$CARGO_TARGET_DIR/wasm32-unknown-unknown/wasm-release/frontend.wasm" "$HOOKLOFT_SITE" "$@"
