# The front door. `make` or `make help` says what there is; `make run` and `make test` need Python 3.11 and make.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3.11
LANDING ?=
AS_AT ?=
RUN_DATES ?=
DATA_DIR ?= data
NOMINALS ?= 20000
RELEASE ?=
FILE ?=
WHEELS ?=

VENV := .venv
BIN := $(VENV)/bin
HHW := $(BIN)/hhw
# On every core, up to four; a file stays in one process, for its fixtures (tests/conftest.py).
PYTEST := $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# A stamp per content of the lock file: what is installed is installed once, and again only when a lock changes.
BOOT_STAMP := $(VENV)/.stamp-boot-$(shell sha256sum requirements-bootstrap.lock | cut -c1-12)
RUN_STAMP := $(VENV)/.stamp-run-$(shell sha256sum requirements.lock pyproject.toml | sha256sum | cut -c1-12)
PROD_STAMP := $(VENV)/.stamp-production-$(shell sha256sum requirements-production.lock pyproject.toml | sha256sum | cut -c1-12)
SPARK_VENV := .venv-spark
SPARK_STAMP := $(SPARK_VENV)/.stamp-spark-$(shell sha256sum requirements-spark.lock pyproject.toml | sha256sum | cut -c1-12)
DEV_STAMP := $(VENV)/.stamp-dev-$(shell sha256sum requirements-dev.lock pyproject.toml | sha256sum | cut -c1-12)

# With WHEELS the installers look into that folder and nowhere else: no index, no network.
from_folder = $(if $(WHEELS),--no-index --find-links $(call quoted,$(WHEELS)))
PIP_INSTALL = $(BIN)/python -m pip install --quiet $(from_folder) --require-hashes -r
UV_INSTALL = $(BIN)/uv pip install --quiet $(if $(WHEELS),--offline) $(from_folder) --python

# $(call quoted,TEXT): one shell word whatever the text holds, a path with spaces or quotes too.
quoted = '$(subst ','\'',$(1))'
# $(call option,--name,VALUE): the option if there is a value, else nothing.
option = $(if $(2),$(1) $(call quoted,$(2)))
data_dir = --data-dir $(call quoted,$(DATA_DIR))

# Compiled modules halve the start of Airflow, dbt and Great Expectations: they are made at installation, and kept even
# where the machine says that Python shall write none.
unexport PYTHONDONTWRITEBYTECODE
export DO_NOT_TRACK := 1
export SCARF_NO_ANALYTICS := true
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help: ## What there is
	@echo "High-harm offender warehouse"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'
	@echo
	@echo "  Variables of make run: LANDING (folder of deliveries; default: a synthetic force is generated),"
	@echo "  AS_AT=2026-09-20, RUN_DATES=2026-09-06,2026-09-20 or FROM:TO:DAYS, DATA_DIR (default data), NOMINALS,"
	@echo "  WHEELS=wheels (install from that folder alone, without a network)"

.PHONY: run
run: $(RUN_STAMP) ## Take in deliveries and publish the ranking
	@$(HHW) run $(data_dir) $(call option,--landing,$(LANDING)) $(call option,--as-at,$(AS_AT)) \
		$(call option,--run-dates,$(RUN_DATES)) --nominals $(call quoted,$(NOMINALS))

.PHONY: generate
generate: $(RUN_STAMP) ## Generate the synthetic force only
	@$(HHW) generate $(data_dir) --nominals $(call quoted,$(NOMINALS))

.PHONY: docs
docs: $(RUN_STAMP) ## Write the documentation of the models of the release in force as one file
	@$(HHW) docs $(data_dir)

.PHONY: up
up: $(RUN_STAMP) ## Serve Airflow and the published reports on this machine
	@$(HHW) up $(data_dir)

.PHONY: status
status: $(RUN_STAMP) ## What is in force, what is late, the last runs
	@$(HHW) status $(data_dir)

.PHONY: verify
verify: $(RUN_STAMP) ## Check every published file and both chains
	@$(HHW) verify $(data_dir)

.PHONY: rollback
rollback: $(RUN_STAMP) ## Put an earlier release in force: make rollback RELEASE=...
	@$(if $(RELEASE),,echo "make rollback needs RELEASE=...; these are kept:"; $(HHW) releases $(data_dir); exit 64)
	@$(HHW) rollback $(call quoted,$(RELEASE)) $(data_dir)

.PHONY: test
test: $(DEV_STAMP) $(SPARK_STAMP) ## Everything that CI runs: lint and all tests
	@.ci/missing-packages
	@$(MAKE) lint
	@$(PYTEST) -m "not production"

.PHONY: test-fast
test-fast: $(DEV_STAMP) ## The tests that take seconds
	@$(PYTEST) -q -m "not slow and not production"

.PHONY: test-production
test-production: $(DEV_STAMP) $(PROD_STAMP) ## The services of docker-compose.yml, by hand on PostgreSQL
	@.ci/missing-packages
	@$(BIN)/pytest -m production

.PHONY: test-faults
test-faults: $(DEV_STAMP) $(PROD_STAMP) ## The whole fault suite: broken deliveries, kills at every step, full disks, broken stores
	@.ci/missing-packages
	@HHW_FAULTS=all $(BIN)/pytest -q -rs tests/faults $$($(BIN)/python -m tests.faults.matrix)

.PHONY: test-scenarios
test-scenarios: $(DEV_STAMP) ## The independent implementation over every scenario: before a release
	@HHW_ALL_SCENARIOS=1 $(PYTEST) tests/independent

.PHONY: lint
lint: $(DEV_STAMP) ## Style, types and SQL
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --disable-progress-bar --processes 2 dbt_project/models dbt_project/tests

.PHONY: format
format: $(DEV_STAMP) ## Put the style right where a tool can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/sqlfluff fix --disable-progress-bar dbt_project/models dbt_project/tests

.PHONY: bench
bench: NOMINALS := 20000 200000 1000000
bench: $(DEV_STAMP) ## Every target of speed, in half an hour; one size in minutes: make bench NOMINALS=20000
	@$(BIN)/python -m benchmarks.pipeline --run --nominals $(NOMINALS)

.PHONY: parity
parity: NOMINALS := 2000
parity: $(RUN_STAMP) $(SPARK_STAMP) ## The same models on DuckDB and on Spark, compared: make parity NOMINALS=2000
	@$(BIN)/python -m benchmarks.parity --nominals $(call quoted,$(NOMINALS)) $(call option,--landing,$(LANDING)) \
		$(call option,--run-dates,$(RUN_DATES))

.PHONY: lock
lock: $(BOOT_STAMP) ## Compile the lock files again from their .in files
	@for name in requirements-bootstrap requirements requirements-dev requirements-production requirements-spark; do \
		$(BIN)/uv pip compile --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url "$$name.in" -o "$$name.lock"; \
	done

.PHONY: wheels
wheels: $(BOOT_STAMP) ## Download what the locks name into wheels/, for an installation without a network
	@for name in requirements-bootstrap requirements requirements-production; do \
		$(BIN)/python -m pip download --quiet --require-hashes --no-deps --dest wheels -r "$$name.lock"; \
	done
	@echo "$$(ls wheels | wc -l) files in wheels/; there: make run WHEELS=wheels"

.PHONY: bill
bill: $(RUN_STAMP) ## Bill of materials (CycloneDX) and licences of what is installed
	@$(BIN)/python -m include.bill_of_materials requirements.lock build
	@echo "build/bill-of-materials.json build/licences.csv"

.PHONY: clean
clean: ## Remove the environment and caches; data stays
	@rm -rf $(VENV) $(SPARK_VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BOOT_STAMP):
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed and $(PYTHON) is not there (set PYTHON=...)."; exit 69; }
	@test -x $(BIN)/python || { echo "Making the environment in $(VENV) ..."; $(PYTHON) -m venv $(VENV); }
	@$(PIP_INSTALL) requirements-bootstrap.lock
	@rm -f $(VENV)/.stamp-boot-* && touch $@

$(RUN_STAMP): $(BOOT_STAMP)
	@echo "Installing packages from requirements.lock ..."
	@$(UV_INSTALL) $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock
	@$(UV_INSTALL) $(BIN)/python --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/.stamp-run-* && touch $@

$(DEV_STAMP): $(RUN_STAMP)
	@echo "Installing packages from requirements-dev.lock ..."
	@$(UV_INSTALL) $(BIN)/python --require-hashes -r requirements-dev.lock
	@rm -f $(VENV)/.stamp-dev-* && touch $@

$(PROD_STAMP): $(BOOT_STAMP)
	@echo "Installing packages from requirements-production.lock ..."
	@test -x $(VENV)/production/bin/python || $(PYTHON) -m venv --without-pip $(VENV)/production
	@$(UV_INSTALL) $(VENV)/production/bin/python --require-hashes -r requirements-production.lock
	@$(UV_INSTALL) $(VENV)/production/bin/python --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/.stamp-production-* && touch $@

$(SPARK_STAMP): $(BOOT_STAMP)
	@echo "Installing packages from requirements-spark.lock ..."
	@test -x $(SPARK_VENV)/bin/python || $(PYTHON) -m venv --without-pip $(SPARK_VENV)
	@$(UV_INSTALL) $(SPARK_VENV)/bin/python --require-hashes -r requirements-spark.lock
	@$(UV_INSTALL) $(SPARK_VENV)/bin/python --no-deps --no-build-isolation -e .
	@rm -f $(SPARK_VENV)/.stamp-spark-* && touch $@
