# One command per chore; `make` alone lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
READING ?= ../shared/data/reading
CONVERSATION ?= ../shared/data/conversation
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --quiet --custom-compile-command "make lock"

.PHONY: help run test check lint types fix lock benchmarks campaigns clean

help:  ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: .venv/installed  ## set up, index seeds/ and serve the chat page
	$(BIN)/seedbed serve

test: .venv/installed-for-development  ## set up and run the tests
	$(BIN)/python -m pytest

check: lint types test  ## everything that must pass before a commit

lint: .venv/installed-for-development  ## look at format and style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/installed-for-development  ## check the types
	$(BIN)/mypy

fix: .venv/installed-for-development  ## format, and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/installed-for-development  ## choose the newest versions and pin them
	$(BIN)/$(LOCK) --upgrade -o requirements.lock
	$(BIN)/$(LOCK) --upgrade --group dev -o requirements-dev.lock

benchmarks: .venv/installed-for-development  ## print every figure of the README (about an hour)
	$(BIN)/python -m tests.benchmarks.reading $(READING)
	$(BIN)/python -m tests.benchmarks.retrieval $(READING)
	$(BIN)/python -m tests.benchmarks.encoding $(READING)
	$(BIN)/python -m tests.benchmarks.abstention $(READING)
	$(BIN)/python -m tests.benchmarks.conversation $(CONVERSATION)
	$(BIN)/python -m tests.benchmarks.behaviours
	$(BIN)/python -m tests.benchmarks.tables
	$(BIN)/seedbed eval $(READING)/squad_v1.1_dev.json.gz --sample 2000
	$(BIN)/python -m tests.benchmarks.speed
	$(BIN)/python -m tests.benchmarks.size

campaigns: .venv/installed-for-development  ## kill builders, fill disks and read hostile files, hundreds of times
	$(BIN)/python -m tests.campaigns.crashes
	$(BIN)/python -m tests.campaigns.full_disks
	$(BIN)/python -m tests.campaigns.hostile_files

clean:  ## remove the environment, the index and caches
	rm -rf .venv .seedbed .mypy_cache .pytest_cache .ruff_cache .hypothesis

# Versions come from the lock alone; the project itself is installed last, so that `seedbed` runs from anywhere.
.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Seedbed needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --disable-pip-version-check --quiet -r requirements.lock
	$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --editable .
	touch $@

.venv/installed-for-development: requirements-dev.lock .venv/installed
	$(BIN)/pip install --disable-pip-version-check --quiet -r requirements-dev.lock
	touch $@
