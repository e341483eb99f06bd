# Everything runs in .venv with the versions of constraints.txt.
PYTHON ?= python3
BIN := .venv/bin
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: gallery test test-slow test-frameworks lint bench constraints clean

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable .
	$(BIN)/python -m compileall -q actviz
	touch $@

.venv/ready-dev: .venv/ready
	$(BIN)/python -m pip install --quiet --editable ".[test,lint]"
	touch $@

gallery: .venv/ready  ## draw every figure of the article into gallery/
	$(BIN)/actviz gallery gallery

test: .venv/ready-dev  ## run all tests but the long sweeps
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow" --ignore tests/frameworks

test-slow: .venv/ready-dev  ## run the long sweeps
	$(BIN)/python -m pytest -n auto --dist worksteal -m slow

# torch brings sympy, which wants an older mpmath than the tests do: an environment of its own.
.venv-frameworks/ready: pyproject.toml constraints.txt frameworks.txt
	$(PYTHON) -m venv .venv-frameworks
	sed '/^mpmath==/d' constraints.txt > .venv-frameworks/constraints.txt
	PIP_CONSTRAINT=.venv-frameworks/constraints.txt .venv-frameworks/bin/python -m pip install --quiet \
		--requirement frameworks.txt --editable ".[test]"
	touch $@

test-frameworks: .venv-frameworks/ready  ## confirm what is on record of torch, jax and scipy by running them
	ACTVIZ_FRAMEWORKS="torch jax scipy" .venv-frameworks/bin/python -m pytest tests/frameworks

lint: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready-dev  ## compare speed: processes with the article's script, kernels and reading with plain numpy
	$(BIN)/python tests/benchmarks/startup.py
	$(BIN)/python tests/benchmarks/kernels.py
	$(BIN)/python tests/benchmarks/streaming.py
	$(BIN)/python tests/benchmarks/softmax_rows.py

constraints:  ## renew constraints.txt from the newest versions
	rm -rf .venv-new && $(PYTHON) -m venv .venv-new
	PIP_CONSTRAINT= .venv-new/bin/python -m pip install --quiet hatchling editables ".[test,lint]"
	{ sed -n '/^#/p' constraints.txt; .venv-new/bin/python -m pip freeze --exclude actviz; } > constraints.new
	mv constraints.new constraints.txt && rm -rf .venv-new

clean:
	rm -rf .venv .venv-new .venv-frameworks build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
