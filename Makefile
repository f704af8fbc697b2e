# Two commands are complete from a fresh checkout with Python 3.11 or newer and its venv module: `make run`, `make test`.
# What is installed is what the locks pin; nothing is installed again until pyproject.toml or a lock changes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/installed-run
DEV := $(VENV)/installed-dev
PYTEST := $(BIN)/python -m pytest -q -n 2 --dist worksteal
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run test slow lint bench golden schemas reference mutation lock clean

run: $(RUN)  ## simulate the district and write its report
	$(BIN)/mashang run

test: $(DEV)  ## the fast tests
	$(PYTEST) -m "not slow" $(ARGS)

slow: $(DEV)  ## the slow tests, or some of them: make slow ARGS=tests/engine
	$(PYTEST) -m slow $(ARGS)

lint: $(DEV)  ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(DEV)  ## every benchmark, one after the other
	for each in benchmarks/*.py; do echo "== $$each"; $(BIN)/python "$$each" || exit 1; done

golden: $(DEV)  ## write the golden log of tests/golden again; read the difference before committing it
	$(BIN)/python -m tests.golden.history > tests/golden/records.jsonl

schemas: $(DEV)  ## write the JSON Schemas of scenario, gates, plan and event files again, after a change of their figures
	$(BIN)/mashang schema > schemas/scenario-1.json
	$(BIN)/python -m loadtests.verdict.gates_schema > schemas/gates-1.json
	$(BIN)/python -m loadtests.plan.schema > schemas/plan-1.json
	$(BIN)/python -m sim.event_schema > schemas/events-1.json

reference: $(DEV)  ## write the pages again that are derived from the catalogue and the tests
	$(BIN)/python -m tests.docs.coverage
	$(BIN)/python -m tests.docs.reference

mutation: $(DEV)  ## try faults in engine/ and write docs/mutation.md; SUBJECT=points SHARD=1/4 for a part, goes on where it stopped
	$(BIN)/python -m tests.mutation $(SUBJECT) $(if $(SHARD),--shard $(SHARD)) $(MUTATION)
	$(BIN)/python -m tests.mutation.report

lock: $(DEV)  ## pin again: names, versions and hashes only, so that the locks install from any mirror
	$(PIP) uv
	$(BIN)/uv lock --quiet --upgrade
	$(BIN)/uv export --quiet --no-header --no-annotate --no-emit-project --no-dev --extra report -o requirements.lock
	$(BIN)/uv export --quiet --no-header --no-annotate --no-emit-project --no-dev --all-extras -o requirements-dev.lock
	rm uv.lock

clean:  ## remove what installing, testing and running left behind, but not runs/
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "mashang needs Python 3.11 or newer: install it, then call make with PYTHON=python3.11"; \
	  echo "码上需要 Python 3.11 或更新的版本：请安装后运行 make PYTHON=python3.11"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python has no venv module: on Debian run apt install python3-venv, then call make again"; \
	  echo "这个 Python 没有 venv 模块：Debian 请运行 apt install python3-venv，再重新运行 make"; exit 2; }

# The development lock holds all that the run lock holds: after `make test`, `make run` has nothing to install.
$(RUN): $(BIN)/python pyproject.toml requirements.lock
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps -e .
	@touch $@

$(DEV): $(BIN)/python pyproject.toml requirements-dev.lock
	$(PIP) --require-hashes -r requirements-dev.lock
	$(PIP) --no-deps -e .
	@touch $@ $(RUN)
