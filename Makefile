# Two commands run the course and test it; each makes what it needs, .venv first.

.DEFAULT_GOAL := help
.PHONY: help lab test lowest site lessons widgets clean

BIN := .venv/bin
JS := tensorlab/widgets/js
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
# A process a core, 8 at most: beyond that, starting them costs more than they save.
WORKERS = $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); echo $$((n < 8 ? n : 8)))

help:
	@echo "make lab      work through the lessons in JupyterLab"
	@echo "make test     check every printed output of the lessons, and run all tests"
	@echo "make lowest   test with the oldest versions of everything that pyproject.toml admits"
	@echo "make site     build the course as a web site, in build/site"
	@echo "make lessons  run the lessons again and save what they print"
	@echo "make widgets  bundle the browser half of the widgets, which needs node"
	@echo "make clean    remove .venv and what the tools left behind"
	@echo
	@echo "Each makes what it needs, in .venv. To choose the Python: make lab PYTHON=/path/to/python3"

lab: .venv/.lab
	@$(BIN)/tensorlab lab

# Both parts run, whatever the first one says; the last lines are pytest's.
test: .venv/.test $(if $(shell command -v npm),$(JS)/node_modules/.installed)
	@$(BIN)/tensorlab check; lessons=$$?; \
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder; tests=$$?; \
	exit $$((lessons || tests))

# What differs between versions: numbers and their print, notebooks, widgets, commands. No browsers, no classes.
LOWEST := build/lowest
lowest: .venv/.test
	@echo "Testing with the oldest versions."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(LOWEST)
	@$(BIN)/uv pip install --quiet --python $(LOWEST) --resolution lowest-direct --editable '.[dev]'
	@$(LOWEST)/bin/tensorlab check && TENSORLAB_REQUIRE= $(LOWEST)/bin/python -m pytest -q -n $(WORKERS) --dist loadscope \
		--ignore tests/course/validation/test_running.py --ignore tests/course/validation/test_check_command.py \
		tests/test_expressions.py tests/test_printing.py tests/test_serialization.py \
		tests/widgets tests/course tests/exercises/test_release.py tests/grading/test_command.py

site: .venv/.site
	@$(BIN)/tensorlab site

lessons: .venv/.lab
	@$(BIN)/tensorlab check --update

# What node makes is kept in git, so that installing needs no node.
widgets: $(JS)/node_modules/.installed
	@cd $(JS) && npm run --silent check && npm run --silent build

$(JS)/node_modules/.installed: $(JS)/package-lock.json
	@cd $(JS) && npm ci --silent --no-audit --no-fund
	@touch $@

clean:
	rm -rf .venv $(JS)/node_modules build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# The stamps say what .venv holds; a newer pyproject.toml makes it anew.
.venv/.lab: pyproject.toml
	@$(find_python); \
	echo "Making .venv with $$found. This takes a minute or two, the first time only."; \
	"$$found" -m venv --clear .venv
	@$(PIP) --editable '.[course]'
	@$(BIN)/python -m compileall -q tensorlab course/tensorlab_course
	@touch $@

.venv/.site: .venv/.lab
	@echo "Installing what the site needs."
	@$(PIP) --editable '.[site]'
	@touch $@

.venv/.test: .venv/.lab
	@echo "Installing what the tests need."
	@$(PIP) --editable '.[dev]'
	@touch $@

# The interpreter under an activated environment, so that .venv can be made anew from inside itself.
base_python = import sys; print(sys._base_executable); sys.exit(sys.version_info < (3, 11))

define find_python
found=; \
for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python3.14 python); do \
	found=$$("$$python" -c '$(base_python)' 2>/dev/null) && break; \
	found=; \
done; \
if [ -z "$$found" ]; then \
	echo "tensorlab needs Python 3.11 or later, and $(or $(PYTHON),PATH) has none."; \
	echo "Install one, or name one: make $(or $(MAKECMDGOALS),lab) PYTHON=/path/to/python3"; \
	exit 1; \
fi; \
if ! "$$found" -c 'import ensurepip, venv' 2>/dev/null; then \
	echo "$$found cannot make an environment: its venv module is missing."; \
	echo "On Debian and Ubuntu: sudo apt install python3-venv"; \
	exit 1; \
fi
endef
