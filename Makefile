# Everything that a clone needs. `make run` and `make test` set up whatever is missing by themselves.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-bench run seed test test-fast test-browser test-postgres shots \
	check bench nightly vendor messages

PYTHON ?= python3
BIN := .venv/bin
# Two workers suit the small machine that the time budgets are made for.
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -q
PARALLEL := -n $(WORKERS) --dist worksteal

help: ## show this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## make .venv and install what the site needs (the second time: nothing to do)
	@$(PYTHON) scripts/environment.py requirements.txt

setup-dev: setup
	@$(PYTHON) scripts/environment.py requirements-dev.txt

setup-bench: setup ## make .venv-bench with what only benchmarks need
	@$(PYTHON) scripts/environment.py requirements-bench.txt --environment .venv-bench

run: setup ## set up, migrate, seed the demo on the first run, serve until Ctrl+C
	@exec $(BIN)/python manage.py up

seed: setup ## put the demo's people, projects and runs into the database (again: adds nothing)
	@$(BIN)/python manage.py seed

test: setup-dev ## all tests: under two minutes, under four with the browser's
	@$(MAKE) --no-print-directory test-fast
	@$(MAKE) --no-print-directory test-browser

test-fast: setup-dev ## the tests that need no browser
	@$(PYTEST) $(PARALLEL)

test-browser: setup-dev ## the tests in a real Chromium
	@$(BIN)/python -m scripts.chromium
	@$(PYTEST) -m "browser and not long" tests/browser

test-postgres: setup-dev ## the tests that touch the database, on a throw-away PostgreSQL
	@$(BIN)/python -m scripts.postgres $(PYTEST) $(PARALLEL) --only-database

shots: setup-dev ## pictures of every page, light and dark, wide and 390 px, into shots/
	@$(BIN)/python -m scripts.chromium
	@$(PYTEST) -m "browser and not long" tests/browser/test_every_page.py --shots shots

check: setup-dev ## format, lint, types, imports, templates, migrations, documentation
	@$(BIN)/python -m scripts.check

messages: setup-dev ## bring the Spanish catalogue up to what the code says, and compile it
	@$(BIN)/python -m scripts.messages

bench: setup-bench ## measure against the references
	@$(BIN)/python -m benchmarks main

nightly: setup-dev ## the proofs by volume with their full counts
	@$(PYTEST) -m "long and not browser" --full-counts
	@$(PYTEST) -m "long and browser" tests/browser

vendor: setup ## fetch the third-party files under static/vendor/ again and check their digests
	@$(BIN)/python -m scripts.vendor
