# The commands of the project. Each says what it does while it does it.
.PHONY: help run release check test end2end bench profile fmt

help: ## This list
	@grep -E '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## /  make \1\t/'

run: release ## Install what is missing, build, and start a demo on http://127.0.0.1:3000
	@. scripts/env.sh && exec "$$CARGO_TARGET_DIR/release/hookloft" demo

release: ## Leave one optimised binary `hookloft`, console inside, in the target folder's release/
	@scripts/setup.sh build
	@scripts/build.sh

check: ## Formatting, lints, documentation, licences
	@scripts/setup.sh test
	@scripts/check.sh

test: ## Everything: check, tests on SQLite and PostgreSQL, journeys in Chromium
	@scripts/test.sh

end2end: release ## Only the journeys in Chromium
	@scripts/setup.sh test
	@scripts/end2end.sh

bench: release ## Measure: relay, crash, fanout, slow, items, lists (takes a while; prints JSON)
	@scripts/setup.sh bench
	@scripts/bench.sh

profile: release ## Count which code is hot, for the next release builds to be optimised by
	@scripts/setup.sh profile
	@scripts/profile.sh

fmt: ## Format the code
	@scripts/setup.sh fmt
	@. scripts/env.sh && cargo fmt --all
