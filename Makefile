# Every way to run, test and check this project. `make` alone lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# The locks are resolved for 3.11 and marked for newer versions; `make PYTHON=… setup` picks one.
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3,\
	$(shell $(name) -c 'import ensurepip, sys, venv; (3, 11) <= sys.version_info < (3, 15) and print("$(name)")' 2>/dev/null)))

BIN := .venv/bin
# Stamps carry the content they stand for in their name: a changed lock is a missing stamp.
PACKAGES := .venv/packages-$(shell cksum < requirements.lock | tr -d ' ')
EDITABLE := .venv/editable-$(shell cksum < pyproject.toml | tr -d ' ')
TOOLS := .venv/tools-$(shell cksum < requirements-dev.lock | tr -d ' ')
READY := $(PACKAGES) $(EDITABLE)
DEV_READY := $(READY) $(TOOLS)

# Shows one line for each package, keeps pip's errors, and lets pip's exit status through.
PIP := $(BIN)/python -m pip install --disable-pip-version-check
INSTALL := $(PIP) --require-hashes --no-compile --progress-bar off
# All cores compile in half the time pip takes; a file that does not compile is nobody's loss.
COMPILE := $(BIN)/python -m compileall -q -j 0 .venv/lib || true
SHOW_NAMES := sed -u -n 's/^Collecting \([^ ]*\).*/  \1/p'

.PHONY: help
help: ## List every target with one line
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: $(READY) ## Create .venv with the locked packages (1.1 GB, about a minute; nothing when unchanged)

$(PACKAGES):
	@if [[ -z "$(PYTHON)" ]]; then \
		echo "setup stopped: no Python 3.11 to 3.14 with the venv module was found."; \
		echo "  Debian 12:  apt install python3 python3-venv"; \
		echo "  elsewhere:  make PYTHON=/path/to/python3.11 setup"; \
		exit 1; \
	fi
	@echo "Setting up .venv with $$($(PYTHON) --version) from requirements.lock: a minute or more."
	@$(PYTHON) -m venv --clear .venv
	@$(INSTALL) -r requirements.lock | $(SHOW_NAMES)
	@$(COMPILE)
	@touch $@

# Nothing is fetched here: the build tool is in the lock.
$(EDITABLE): $(PACKAGES)
	@$(PIP) --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(TOOLS): $(PACKAGES)
	@echo "Adding the tools for tests and checks from requirements-dev.lock."
	@$(INSTALL) -r requirements-dev.lock | $(SHOW_NAMES)
	@$(COMPILE)
	@touch $@

.PHONY: nightly
nightly: $(READY) ## Run the night: simulate drops if the inbox is empty, then publish the indicators
	@$(BIN)/insight nightly

.PHONY: simulate
simulate: $(READY) ## Write a synthetic borough's provider drops into the inbox
	@$(BIN)/insight simulate

.PHONY: ui
ui: $(READY) ## Open the Dagster UI with its daemon: asset graph, checks, schedule, sensors
	@$(BIN)/insight ui

.PHONY: test
test: $(DEV_READY) ## Run the fast tests
	@# A third worker: they also wait for disk and servers. Files in their order: xdist would start
	@# those with one long test last, when nothing is left to run beside them.
	@$(BIN)/pytest -m "not slow" -n 3 --dist loadfile --no-loadscope-reorder

.PHONY: test-slow
test-slow: $(DEV_READY) ## Run the tests that take long
	@$(BIN)/pytest -m slow || [[ $$? == 5 ]]  # 5: no test is that slow today

.PHONY: browser
browser: ## Install Chromium for the tests of pages (Debian; needs root)
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium; }

.PHONY: explore
explore: $(READY) ## Fetch DuckDB-WASM (35 MB, once) so that releases get the query page: docs/explore.md
	@$(BIN)/insight explore $(REGISTRY)

.PHONY: bench
bench: $(DEV_READY) ## Measure against named peers on this machine: benchmarks/README.md (minutes)
	@failed=0; for script in benchmarks/*.py; do $(BIN)/python "$$script" || failed=1; done; exit $$failed

.PHONY: bench-linkage
bench-linkage: $(DEV_READY) ## Link the open data sets as docs/linkage.md shows and hold the results against their bars
	@$(BIN)/python benchmarks/linkage_quality.py

.PHONY: bench-linkage-speed
bench-linkage-speed: $(DEV_READY) ## Linking against Splink by hand, a night against a full run, a million records in 4 GB
	@$(BIN)/python benchmarks/linkage_speed.py

.PHONY: check
check: check-format check-lint check-types check-imports check-sql check-definitions ## The one gate: format, lint, types, imports, SQL, definitions
	@echo "All checks passed."

# $(1) what is checked, $(2) the command, $(3) how to mend it.
define step
	@echo "== $(1)"
	@$(2) || { echo; echo "$@ failed. To mend it: $(3)"; exit 1; }
endef

.PHONY: check-format
check-format: $(DEV_READY)
	$(call step,format,$(BIN)/ruff format --quiet --check .,run 'make format')

.PHONY: check-lint
check-lint: $(DEV_READY)
	$(call step,lint,$(BIN)/ruff check --quiet .,run 'make format' for what can be mended by itself; the rest is listed above with its rule)

.PHONY: check-types
check-types: $(DEV_READY)
	$(call step,types,$(BIN)/mypy --no-error-summary,correct the annotation or the call named above; do not add 'Any' or 'ignore' without a reason beside it)

.PHONY: check-imports
check-imports: $(DEV_READY)
	$(call step,imports,$(BIN)/lint-imports --no-logo,move the code to the room that may import it; the order stands in pyproject.toml under [tool.importlinter])

.PHONY: check-sql
check-sql: $(DEV_READY)
	$(call step,SQL,$(BIN)/sqlfluff lint --disable-progress-bar dbt_like_sql,run '$(BIN)/sqlfluff fix dbt_like_sql'; the rules stand in pyproject.toml under [tool.sqlfluff])

.PHONY: check-definitions
check-definitions: $(DEV_READY)
	$(call step,definitions,$(BIN)/python -W ignore -m dagster definitions validate --log-level warning --workspace workspace.yaml,correct the contract or SQL file named above; definitions are built from those files alone)

.PHONY: format
format: $(DEV_READY) ## Format the code and mend what the linters can mend by themselves
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

.PHONY: lock
lock: ## Resolve the three locks anew from pyproject.toml (needs uv)
	@command -v uv >/dev/null || { echo "lock stopped: uv was not found; install it with 'pip install uv'."; exit 1; }
	@uv pip compile pyproject.toml --extra setup --upgrade $(LOCK_OPTIONS) --output-file requirements.lock
	@uv pip compile pyproject.toml --extra setup --extra remote --extra production --constraint requirements.lock --upgrade $(LOCK_OPTIONS) --output-file requirements-production.lock
	@uv pip compile pyproject.toml --extra setup --extra remote --extra production --extra dev --constraint requirements.lock --upgrade $(LOCK_OPTIONS) --output-file requirements-dev.lock

LOCK_OPTIONS := --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet

.PHONY: clean
clean: ## Remove .venv and caches (never the home folder with its data)
	@rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
