#!/usr/bin/env bash
# Measures the release build on this machine and prints one JSON object per measurement.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
cargo build --locked --release -p bench
for measurement in relay crash fanout slow; do
  say "bench $measurement"
  "$CARGO_TARGET_DIR/release/bench" "$measurement"
done
