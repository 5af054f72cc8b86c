#!/usr/bin/env bash
# Measures the release build on this machine and prints one JSON object per measurement.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
cargo build --locked --release -p bench
for measurement in relay "relay --sources 10 --signed" crash fanout slow items lists; do
  say "bench $measurement"
  # shellcheck disable=SC2086 # the measurement's options
  "$CARGO_TARGET_DIR/release/bench" $measurement
done
