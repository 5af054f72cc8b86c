#!/usr/bin/env bash
# Everything: checks, tests on SQLite and PostgreSQL, and the browser's journeys against the release build.
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
scripts/build.sh
scripts/end2end.sh
