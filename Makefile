# From nothing to a running program: needs Python 3.11 or newer and GNU make, nothing else.
#   make demo     compare the bundled story           make test     everything that CI checks
# Another Python: make demo PYTHON=python3.13          (make clean first, to rebuild the environment)

PYTHON ?= python3
VENV   ?= .venv
GOLD   ?= ../shared/gold
# How long make fuzz looks.
MINUTES ?= 10
BIN    := $(VENV)/bin
# Progress bars for a person, silence for a log.
QUIET  := $(if $(MAKE_TERMERR),,--quiet)
UV     := $(BIN)/uv pip install $(QUIET) --python $(BIN)/python --link-mode copy
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make requirements" $(UV_FLAGS)

# What make demo and make install set up beside the core: all but the driver of a database server.
EXTRAS = --extra archive --extra web --extra mcp --extra parquet --extra pandas

.DELETE_ON_ERROR:
.PHONY: help demo install test lint format docs site pictures bench evals peers fuzz requirements clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done

demo: install  ## set up, compare the bundled story, write demo.html
	@$(BIN)/rashomon demo --html demo.html
	@echo
	@echo "The same report as a page, to open in a browser: $(CURDIR)/demo.html"
	@echo "Your own articles: $(BIN)/rashomon compare FIRST SECOND ..."

install: $(VENV)/.installed  ## set up the environment in .venv, with pinned and hashed packages

test: lint  ## set up, check the style, the types and the layers, run every test
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile

lint: $(VENV)/.test-installed  ## style, types, layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy src tests benchmarks fuzzing docs $(wildcard evals)
	$(BIN)/lint-imports

format: $(VENV)/.test-installed  ## put the code into its form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: install  ## the reference, rewritten from the program: commands, man page, Python
	$(BIN)/python docs/commands.py
	$(BIN)/python docs/python.py

site: $(VENV)/.test-installed  ## the documentation as a site, in build/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

pictures: $(VENV)/.test-installed  ## the pictures of the README, taken anew with Chromium
	$(BIN)/python docs/pictures.py

bench: install  ## speed and memory, as ratios measured side by side (AGAINST=COMMIT: beside that commit)
	$(BIN)/python -m benchmarks.$(if $(AGAINST),against $(AGAINST),run)

peers: $(VENV)/.test-installed  ## other people's programs, to be measured beside ours by make evals (HeidelTime needs Java, too)
	@$(UV) --require-hashes -r requirements/peers.txt

evals: $(VENV)/.test-installed  ## accuracy on gold data (GOLD=folder), rewritten into docs/accuracy.md
	$(BIN)/python evals/accuracy.py $(GOLD)

fuzz: $(VENV)/.test-installed  ## inputs that nobody thought of, to every reader, annotator and comparison (MINUTES=10)
	$(BIN)/python -m fuzzing.run --minutes $(MINUTES)

requirements: $(VENV)/.tools  ## pin again after a change in pyproject.toml (newer versions: UV_FLAGS=--upgrade)
	$(COMPILE) pyproject.toml $(EXTRAS) --extra postgresql --extra scale --extra docs --extra test -o requirements/test.txt
	$(COMPILE) pyproject.toml $(EXTRAS) -c requirements/test.txt -o requirements/run.txt
	$(COMPILE) pyproject.toml --extra eval -c requirements/test.txt -o requirements/peers.txt
	$(COMPILE) requirements/build.in -c requirements/test.txt -o requirements/build.txt

clean:  ## remove the environment and everything that was made
	rm -rf $(VENV) build dist demo.html .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Each stamp is as new as the environment was when its requirements went in.
$(VENV)/.tools: requirements/build.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Rashomon needs Python 3.11 or newer; name one with PYTHON=..."; exit 1; }
	@echo "Setting up $(VENV) (about 800 MB; later runs find it ready)"
	@$(PYTHON) -m venv $(VENV) || { echo "Python could not make a virtual environment (on Debian: apt-get install python3-venv)"; exit 1; }
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/build.txt
	@touch $@

$(VENV)/.installed: $(VENV)/.tools requirements/run.txt pyproject.toml
	@$(UV) --require-hashes -r requirements/run.txt
	@$(UV) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test-installed: $(VENV)/.installed requirements/test.txt
	@$(UV) --require-hashes -r requirements/test.txt
	@touch $@
