# The commands of the project. They need Python 3.11 or newer; `make run` is all that a first visit takes.
#   make run     set up, migrate, make an administrator, serve on http://127.0.0.1:8000 (PORT=…)
#   make test    the tests on SQLite and on PostgreSQL; what cannot run here is listed at the end
#   make lint    style, types, import contracts, translations, generated docs
#   make docs    rewrite docs/generated        make messages  bring the .po files in line with the sources
#   make soak    long races and load           make bench     measurements at SCALE (1 is the full size)
#   make lock    rewrite the locks of requirements*.in (UPGRADE=--upgrade takes newer versions)
#   make clean   remove caches; data and installed packages stay

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && exit; done; echo python3)
BIN := .venv/bin
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(UPGRADE)
PORT ?= 8000
export PORT

.PHONY: setup dev run test lint docs messages bench soak lock clean

setup:
	@$(PYTHON) bootstrap.py

dev:
	@$(PYTHON) bootstrap.py --dev

run: setup
	@$(BIN)/roomnight migrate
	@$(BIN)/roomnight create-admin
	@exec $(BIN)/roomnight serve

test: dev
	@$(BIN)/python -m tools.suite

soak: dev
	@$(BIN)/python -m tools.suite --soak

lint: dev
	@failed=0; for check in "ruff check ." "ruff format --check ." mypy lint-imports \
		"python -m tools.messages check" "python -m tools.docs --check"; do \
		echo "--- $$check"; $(BIN)/$$check || failed=1; \
	done; exit $$failed

docs: dev
	$(BIN)/python -m tools.docs

messages: dev
	$(BIN)/python -m tools.messages update
	$(BIN)/python -m tools.messages compile

bench: dev
	$(BIN)/python -m bench

lock: dev
	$(LOCK) --no-deps requirements-setup.in --output-file requirements-setup.txt
	$(LOCK) requirements.in --output-file requirements.txt
	$(LOCK) --constraints requirements.txt requirements-dev.in --output-file requirements-dev.txt

clean:
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .grimp_cache
	find . -name __pycache__ -not -path './.venv/*' -not -path './frontend/node_modules/*' -prune -exec rm -rf {} +
