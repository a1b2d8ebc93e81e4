# Everything a person types: `make run` starts Locrit, `make test` checks it. The work is done by tools/.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV_PYTHON := .venv/bin/python

.PHONY: help run test test-ollama lint bench bench-recall torture clean python

help:
	@echo "make run       start Locrit on http://127.0.0.1:5000    ARGS='--port 8080' passes flags, ARGS=--help lists them"
	@echo "               ENCODER=1 installs the small encoder, by which what was said is found by its meaning"
	@echo "make test      everything that must be true before a change lands"
	@echo "make test-ollama  that models are spoken with rightly, by a real Ollama    OLLAMA_BIN=/path/to/ollama"
	@echo "make lint      the static half of it, for every commit: style, types, boundaries, generated code, shape"
	@echo "make bench     measure, and print ratios"
	@echo "make bench-recall DATA=file  how much of what is asked for is recalled    BESIDE=100000 messages beside, ENCODER=1"
	@echo "make torture   kill, cut and corrupt at random           KILLS=10000 sets how often"
	@echo "make clean     remove what the targets above made; never your data"

run: python
	@$(PYTHON) -m tools.setup $(if $(ENCODER),--encoder) -- $(ARGS)
	@exec $(VENV_PYTHON) web_app.py $(ARGS)

test: python
	@$(PYTHON) -m tools.setup --dev
	@exec $(VENV_PYTHON) -m tools.check $(ARGS)

test-ollama: python
	@$(PYTHON) -m tools.setup --dev
	@$(VENV_PYTHON) -m tests.fixtures.real_ollama
	@exec $(VENV_PYTHON) -m pytest tests/services/llm/test_contract.py -m ollama $(ARGS)

lint: python
	@$(PYTHON) -m tools.setup --dev
	@exec $(VENV_PYTHON) -m tools.check --lint

bench: python
	@$(PYTHON) -m tools.setup --dev
	@exec $(VENV_PYTHON) -m tests.bench $(ARGS)

bench-recall: python
	@$(PYTHON) -m tools.setup --dev
	@exec $(VENV_PYTHON) -m tests.bench.recalling $(DATA) --beside $(or $(BESIDE),0) $(if $(ENCODER),--encoder)

# The sizes of a long run; each can be named: make torture FLIPS=10000
torture: export FLIPS ?= 2000
torture: export STEP ?= 30
torture: export CELLS ?= 20
torture: export STOPPED_S ?= 60
torture: export LOCKED_S ?= 65
torture: export DAMAGES ?= 2
torture: export PRESENCE_CUTS ?= 25
torture: export PAIRS ?= 100
torture: export POINTS ?= 20
torture: export TOOL_KILLS ?= 50
torture: export UPLOAD_KILLS ?= 50
torture: export EXTRACTION_KILLS ?= 30
torture: export RECALL_KILLS ?= 30
torture: export EMBED_KILLS ?= 30
torture: export CONCEPT_KILLS ?= 30
torture: export OUTAGES ?= 4
torture: export PROMPTS ?= 150
torture: export ENVIRONMENTS ?= 20
torture: export RAW_REQUESTS ?= 20000
torture: export SCHEMATHESIS_EXAMPLES ?= 40
torture: export MALFORMED ?= 10000
torture: export HOSTILE_EVENTS ?= 50000
torture: export HOSTILE_ROOMS ?= 27000
torture: export NOTICED_MS ?= 100
torture: export CONNECTIONS ?= 4000
torture: python
	@$(PYTHON) -m tools.setup --dev
	@SEED=$${SEED:-$$(date +%s)} exec $(VENV_PYTHON) -m pytest tests/faults tests/stores/test_interleavings.py tests/dialects/test_malformed.py --timeout=0 $(ARGS)

clean:
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
	rm -rf frontend/node_modules frontend/dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

python:
	@test -n "$(PYTHON)" || { echo "Locrit needs Python 3.11 or newer, and found none. Install it," \
		"or name it: make run PYTHON=/path/to/python3"; exit 1; }
