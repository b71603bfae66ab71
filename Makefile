# Two commands do everything: `make demo` and `make test`.
PYTHON ?= python3
PORT ?= 8710
VENV := .venv
BIN := $(VENV)/bin
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
TESTS_OF = $(BIN)/python -m pytest -n $(or $(WORKERS),$(shell expr $(CORES) + 1)) --dist worksteal
# A change is not to wait for ever on a slow machine: what is left out one time has its turn another.
IN_TIME = --for-minutes $(or $(MINUTES),7) --mixed-by $(or $(shell git rev-parse HEAD 2>/dev/null),all)
.DEFAULT_GOAL := help
# Hundreds of tests start a process, and each would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup setup-dev demo check test lint types contract unit test-postgres chaos bench lock clean

help: ## Say what can be done
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "Watchbell needs Python 3.11 or newer; this is %d.%d. Set PYTHON=/path/to/python3.11." % v[:2])'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.setup: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing the locked requirements into $(VENV) (once)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.setup-dev: requirements-dev.lock $(VENV)/.setup
	@echo "Installing the locked test requirements into $(VENV) (once)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.setup
setup-dev: $(VENV)/.setup-dev

demo: setup ## Show a Monday morning on http://127.0.0.1:8710 (PORT= changes it, KEEP=1 keeps its state)
	@exec $(BIN)/watchbell demo --port $(PORT) $(if $(KEEP),--keep,)

check: setup ## Play the same Monday without a page and compare it with its truth file
	@exec $(BIN)/watchbell demo --check

test: setup-dev lint types contract unit ## Check style, types, the import contract and the tests (ALL=1: the thorough ones too)

lint: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup-dev
	@$(BIN)/mypy

contract: setup-dev
	@$(BIN)/lint-imports --no-cache

unit: setup-dev
	@$(TESTS_OF) -m 'not chaos and not thorough'
	$(if $(ALL)$(filter true 1,$(CI)),@$(TESTS_OF) -m 'thorough and not chaos' $(if $(ALL),,$(IN_TIME)))

test-postgres: setup-dev ## Run the bot's tests on PostgreSQL (DATABASE=postgresql://… names another server, TESTS= fewer)
	@WATCHBELL_TEST_DATABASE=$(or $(DATABASE),postgresql://postgres@127.0.0.1:5432/) $(BIN)/python -m pytest -n $(or $(WORKERS),2) $(or $(TESTS),tests/bot)

chaos: setup-dev ## Kill, cut and overrun the bot for twenty minutes, and count what was lost or doubled
	@$(BIN)/python -m pytest -n $(or $(WORKERS),2) --maxschedchunk 1 -m chaos --timeout=1200

bench: setup-dev ## Time the bot beside floors measured in the same run
	@$(BIN)/python -m benchmarks

lock: ## Renew the requirement locks (needs uv on the PATH)
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -c requirements.lock -o requirements-dev.lock

clean: ## Remove the virtual environment and what a demo keeps, and leave a bot its database
	rm -rf $(VENV) .watchbell/demo .watchbell/demo.lock .pytest_cache .mypy_cache .ruff_cache .hypothesis artefacts
