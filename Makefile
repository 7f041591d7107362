# Everything starts here. `make help` lists the targets; README.md explains them.
SHELL = /bin/sh
PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin
ARGS ?=

.PHONY: help run test check format lock clean python

help:
	@echo "make run      start the CRM on https://localhost:8443 (PORT=8444, HOST=, TLS_CERT=, TLS_KEY= change it)"
	@echo "make test     all tests; ARGS=\"-k words\" chooses some of the Python ones"
	@echo "make check    format, lint, types, import rules, served JavaScript, migrations, deployment checks"
	@echo "make format   put Python files into the project's format"
	@echo "make lock     pin requirements.txt and requirements-dev.txt anew; ARGS=--upgrade takes newer versions"
	@echo "make clean    remove the virtual environment and all caches; data in var/ stays"

run: python
	@$(PYTHON) deploy/install.py run
	@exec $(BIN)/python -m deploy.run_local

test: python
	@$(PYTHON) deploy/install.py dev
	@exec $(BIN)/python -m deploy.test_all $(ARGS)

check: python
	@$(PYTHON) deploy/install.py dev
	@exec $(BIN)/python -m deploy.check_all

format: python
	@$(PYTHON) deploy/install.py dev
	@$(BIN)/python -m ruff check --fix --exit-zero --quiet .
	@$(BIN)/python -m ruff format .

lock:
	@command -v uv >/dev/null 2>&1 || { echo "make lock needs uv; install it with: python3 -m pip install uv" >&2; exit 1; }
	uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
	    --custom-compile-command "make lock" $(ARGS) -o requirements.txt pyproject.toml
	uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
	    --custom-compile-command "make lock" $(ARGS) -c requirements.txt --group dev -o requirements-dev.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov
	rm -rf var/static var/test-results var/tools
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Data in var/ stays; remove that folder yourself to start from nothing."

# One sentence instead of a traceback when the interpreter is missing or too old.
python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	    echo "Python 3.11 or newer is needed and '$(PYTHON)' was not found; on Debian: sudo apt install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Python 3.11 or newer is needed and '$(PYTHON)' is older; name a newer one: make run PYTHON=python3.11" >&2; exit 1; }
