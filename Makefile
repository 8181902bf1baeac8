.DEFAULT_GOAL := help
.PHONY: help run demo-models test image-test check site frontend bench screenshots backup restore fix lock clean
PYTHON ?= python3
PORT ?= 8501
BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq --no-input
export PIP_ROOT_USER_ACTION := ignore

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: .venv/run-ready  ## Start the app on 127.0.0.1:8501 (PORT= changes it); no key needed
	@$(BIN)/streamlit run app.py --server.port $(PORT) $(ARGS)

demo-models: .venv/run-ready  ## Serve real, tiny models on this machine; no key needed
	@$(BIN)/python -m services.demo_models $(ARGS)

test check: export PYTHONDONTWRITEBYTECODE =  # each process would compile all tests
test: .venv/test-ready .venv/chromium-ready .venv/postgres-ready .venv/llama-ready frontend/node_modules  ## Set up what is missing and run every test
	@mkdir -p build
	@$(BIN)/python $(if $(ARGS),,-m slipcover --dont-wrap-pytest) -m pytest -n auto --dist loadgroup $(ARGS)
	@$(if $(ARGS),,$(BIN)/python -m tests.coverage.floors)

image-test: .venv/test-ready  ## Build the container image and try it (Debian, as root; minutes)
	@POLYPHONY_IMAGE_TEST=$(or $(IMAGE_BASE),debian) $(BIN)/pytest -q -p no:cacheprovider tests/deploy/test_image.py $(ARGS)

check: .venv/test-ready  ## Format, lint, types, import direction, docs and the fast tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy > .venv/mypy.log & types=$$!; $(MAKE) -s site & site=$$!; \
	  $(BIN)/pytest -n auto --dist loadfile -q -m "not browser and not slow" \
	    --ignore=tests/browser --hypothesis-profile=quick $(ARGS); \
	  tests=$$?; wait $$types; types=$$?; cat .venv/mypy.log; \
	  wait $$site; exit $$((tests + types + $$?))

site: .venv/test-ready  ## Build the site of docs/ into build/site; a dead link fails
	@$(BIN)/zensical build --strict --clean > .venv/site.log || { cat .venv/site.log; exit 1; }

frontend: .venv/test-ready frontend/node_modules  ## Build and test frontend/; its bundle is committed
	@$(BIN)/python -m tests.frontend.toolchain build
	@$(BIN)/python -m tests.frontend.toolchain test

bench: .venv/test-ready .venv/chromium-ready  ## Measure; the last line is one JSON object
	@$(BIN)/python -m bench

screenshots: .venv/test-ready .venv/chromium-ready  ## Take the pictures in docs/screenshots anew
	@$(BIN)/python -m tests.screenshots

backup: .venv/run-ready  ## Copy the database to data/backups, while the app is running or not
	@$(BIN)/python -m storage backup

restore: .venv/run-ready  ## Put a copy back (FILE=); the app must be stopped
	@test -n "$(FILE)" || { ls -t data/backups/*.db 2>/dev/null; \
	  echo "Name the copy: make restore FILE=data/backups/..." >&2; exit 1; }
	@$(BIN)/python -m storage restore "$(FILE)"

fix: .venv/test-ready  ## Format, and repair what a tool can repair
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

lock: .venv/pip-ready  ## Pin the newest versions that requirements*.txt allow
	@$(PIP) install uv
	@for name in requirements requirements-dev; do \
	  $(BIN)/uv pip compile $$name.txt --universal --python-version 3.11 --upgrade \
	    --generate-hashes --no-annotate --no-header --quiet \
	    $$([ $$name = requirements ] || echo --constraints requirements.lock) \
	    --output-file $$name.lock; done

clean:  ## Remove what `make` made; your data stays
	rm -rf .venv frontend/node_modules .coverage .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .cache build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/pip-ready:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Polyphony needs Python 3.11 or newer; set PYTHON= to one." >&2; exit 1; }
	@$(PYTHON) -m venv .venv 2>/dev/null || sh .ci/make-venv "$(PYTHON)"
	@touch $@

.venv/run-ready: .venv/pip-ready requirements.lock
	@echo "Installing what the app needs (once, about a minute) ..." >&2
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

.venv/test-ready: .venv/run-ready requirements-dev.lock
	@echo "Installing what the tests need (once) ..." >&2
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

.venv/chromium-ready: .venv/test-ready
	@$(BIN)/python -m tests.browser.app.chromium
	@touch $@

.venv/postgres-ready: .venv/test-ready
	@$(BIN)/python -m tests.storage.postgres_server
	@touch $@

.venv/llama-ready: .venv/run-ready
	@$(BIN)/python -m services.demo_models --install-only || \
	  echo "The tests with a real model will be skipped." >&2
	@touch $@

frontend/node_modules: frontend/package-lock.json | .venv/test-ready
	@$(BIN)/python -m tests.frontend.toolchain install && touch $@ || \
	  echo "The tests of frontend/ will be skipped." >&2
