#!/usr/bin/env bash
# The journeys of end2end/ in Chromium, against HOOKLOFT_BINARY (the release build) on a database of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
say "Journeys in the browser"
cd end2end
HOOKLOFT_BINARY="${HOOKLOFT_BINARY:-$CARGO_TARGET_DIR/release/hookloft}" npx playwright test "$@"
