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
scripts/console.sh
# The console as it is released, and the server that the tests have built: another one would take as long as all of them.
HOOKLOFT_BINARY="$CARGO_TARGET_DIR/debug/hookloft" scripts/end2end.sh
