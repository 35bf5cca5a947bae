# Two commands: `make demo` shows the three jobs, `make test` runs every check.
# Both set up what they need in .venv, from Python 3.11+, git and make alone.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
  command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test docs bench clean chromium virtuoso
.DEFAULT_GOAL := demo

demo: $(VENV)/.installed
	@$(BIN)/kg demo

# One worker more than there are processors: some always wait for a server, a browser or a disk.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(4, (os.cpu_count() or 1) + 1))')
test: $(VENV)/.tested chromium virtuoso
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# The generated pages of docs/, from the ontology, the queries and the command line.
docs: $(VENV)/.installed
	@$(BIN)/python docs/build.py

# kg beside its peers; SIZES are any of 1k 10k 100k 1M, with several a plot is drawn too.
SIZES ?= 1k 10k
bench: $(VENV)/.measured
	@$(BIN)/python -m benchmarks ask $(SIZES:%=--size %)

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "kg needs Python 3.11 or newer; install it and run make again." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null && $(PYTHON) -m venv $(VENV); \
	  else echo "Python's venv module is missing; install it (Debian: apt-get install python3-venv) and run make again." >&2; exit 1; fi; }

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "Setting up $(VENV) …" >&2
	@$(PIP) install -e .
	@touch $@

$(VENV)/.tested: pyproject.toml | $(VENV)/bin/python
	@echo "Setting up $(VENV) for the tests …" >&2
	@$(PIP) install -e ".[test]"
	@touch $@ $(VENV)/.installed

$(VENV)/.measured: pyproject.toml | $(VENV)/bin/python
	@echo "Setting up $(VENV) for the benchmarks …" >&2
	@$(PIP) install -e ".[bench]"
	@touch $@ $(VENV)/.installed

# Page tests open a real browser. Where it may not be installed, they are skipped and say so.
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	{ if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Chromium for the page tests …" >&2; \
	    { apt-get update -qq && apt-get install -y -qq chromium fonts-noto-core; } >/dev/null 2>&1 || true; fi; \
	  command -v chromium >/dev/null || \
	  echo "No Chromium: the page tests are skipped. Install it (Debian: apt-get install chromium) to run them." >&2; }

# The second SPARQL server of the tests; the first comes with the test packages.
virtuoso:
	@command -v virtuoso-t >/dev/null || \
	{ if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Virtuoso for the tests of servers …" >&2; \
	    { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq virtuoso-opensource-7-bin; } >/dev/null 2>&1 || true; fi; \
	  command -v virtuoso-t >/dev/null || \
	  echo "No Virtuoso: nothing is tried there. Install it (Debian: apt-get install virtuoso-opensource-7-bin) to do so." >&2; }

clean:
	@rm -rf $(VENV) demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
