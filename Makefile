# Two commands do everything on a fresh machine: `make run` and `make test`.

PYTHON ?= python3
PORT ?= 8501
REPLICAS ?= 2
UNDER ?=
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run serve dev test check bench clean

help: ## Say what each command does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: .venv/.run ## Set up if needed, and start the app on http://localhost:8501
	$(BIN)/streamlit run app.py --server.port $(PORT)

serve: .venv/.run ## Start REPLICAS=4 processes behind HAProxy, for a large class; UNDER=encoderscope serves under a path
	$(BIN)/python deploy/serve.py --replicas $(REPLICAS) --port $(PORT) --path "$(UNDER)"

dev: .venv/.run ## Start the app and run pages again when a file changes
	$(BIN)/streamlit run app.py --server.port $(PORT) --server.fileWatcherType auto

test: check ## Set up if needed (a browser too), check the code and run all tests
	$(BIN)/python -m tests.browser.get_browser
	$(BIN)/python -m tests.browser.get_haproxy
	$(BIN)/python -m tests.browser.get_redis
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist worksteal --durations 25 components tests/unit tests/pages
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 3 --dist loadscope --durations 25 tests/browser

check: .venv/.dev ## Only the linter, the formatter and the type checker
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/.bench ## Measure, print a table and write bench.json; ONLY="maps core" runs some parts
	-$(BIN)/python -m tests.browser.get_browser
	$(BIN)/python -m tests.benchmarks.run $(ONLY)

clean: ## Remove everything that make has built
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis bench.json

.venv/.run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Encoderscope needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Try: make run PYTHON=python3.12"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

.venv/.dev: .venv/.run requirements-dev.txt
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $@

.venv/.bench: .venv/.dev requirements-bench.txt
	$(BIN)/python -m pip install --quiet --no-deps -r requirements-bench.txt
	touch $@
