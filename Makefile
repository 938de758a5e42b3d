# Every recipe is a script that can also be run by hand.

SHELL := /bin/bash

.PHONY: help serve build test check docs accuracy bench bench-page size setup

help: ## lists these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: ## builds the page for release and serves it on http://127.0.0.1:8080, rebuilding when a file changes
	scripts/setup.sh page
	scripts/serve.sh

build: ## builds the page for release into dist/
	scripts/setup.sh page
	scripts/build.sh

test: ## runs every check: formatting, lints, tests, build, size, the page in a browser
	@scripts/check.sh

check: ## runs the fast checks: formatting, lints, tests without a browser
	@scripts/check.sh fast

docs: ## writes docs/parameters.md anew from the parameter table
	source scripts/env.sh && UPDATE_DOCS=1 cargo test --no-default-features --test docs

accuracy: ## writes docs/accuracy.md anew, unless a case became worse; ACCEPT="reason" writes it then too
	source scripts/env.sh && cargo run --release --no-default-features --bin accuracy

bench: ## measures the estimator
	source scripts/env.sh && cargo bench --no-default-features

bench-page: ## measures the built page's latency in a browser
	scripts/setup.sh
	scripts/bench-page.sh

size: ## reports the size of the built page
	scripts/size.sh

setup: ## installs what is missing for all of the above
	scripts/setup.sh
