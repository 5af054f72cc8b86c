#!/usr/bin/env bash
# Makes bench/profile/, which release builds are optimised by: a server that counts what it runs is driven by the bench
# on both databases.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
counting="$hookloft_cache/counting"
counts="$counting/counts"

say "Building a server that counts"
cargo build --locked --release -p server --features embed --target-dir "$counting" \
  --config "build.rustflags=['-Cprofile-generate=$counts']"
cargo build --locked --release -p bench
# Build scripts and macros were built the same way, and counted what they ran.
rm -rf "$counts"
for measurement in "relay --seconds 10 --rate-seconds 5" "fanout --seconds 5"; do
  say "Counting: bench $measurement"
  # shellcheck disable=SC2086 # It is a command line.
  "$CARGO_TARGET_DIR/release/bench" $measurement --binary "$counting/release/hookloft" >/dev/null
done
"llvm-profdata-$(llvm_version rustc)" merge --sparse --output "$counting/server.profdata" "$counts"
xz -9 --stdout "$counting/server.profdata" >bench/profile/server.profdata.xz
rustc --version | cut -d' ' -f2 >bench/profile/rustc
say "Wrote bench/profile/"
