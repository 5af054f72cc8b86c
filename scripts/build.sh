#!/usr/bin/env bash
# Builds the console and puts it into one optimised binary: <target folder>/release/hookloft.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh

scripts/console.sh
# What `make profile` counted: the compiler lays out and inlines the code that is hot for that. Another compiler gives
# functions other names, so to it the counts say nothing. The path names the contents, because cargo does not look there.
optimise=()
if [ "$(rustc --version | cut -d' ' -f2)" = "$(cat bench/profile/rustc)" ]; then
  counts="$hookloft_cache/profiles/$(sha256sum bench/profile/server.profdata.xz | cut -c-16).profdata"
  mkdir -p "$hookloft_cache/profiles"
  [ -s "$counts" ] || { xz -dc bench/profile/server.profdata.xz >"$counts.new" && mv "$counts.new" "$counts"; }
  optimise=(--config "build.rustflags=['-Cprofile-use=$counts', '-Cllvm-args=-no-pgo-warn-mismatch']")
else
  say "This compiler is not the one that bench/profile was made with; the server is built without it (make profile)"
fi
say "Building the server, optimised (minutes)"
cargo build --locked --release -p server --features embed "${optimise[@]}"
say "Built $CARGO_TARGET_DIR/release/hookloft"
