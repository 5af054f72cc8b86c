#!/usr/bin/env bash
# Everything: checks, tests on SQLite and PostgreSQL, and the browser's journeys.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh test
source scripts/env.sh
source scripts/postgres.sh

scripts/check.sh
trap stop_postgres EXIT
start_postgres
say "Tests"
cargo nextest run --locked --workspace --exclude frontend
stop_postgres
# The console compiled as it is released, but not made as small, and the server that the tests have built: another one
# would take as long as all of them.
scripts/console.sh quick
HOOKLOFT_BINARY="$CARGO_TARGET_DIR/debug/hookloft" scripts/end2end.sh
