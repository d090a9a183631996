# Every target sets up what it needs. `make demo` and `make test` are the two to start with.
PYTHON ?= python3
# Tests wait for processes more than they compute: use more workers than cores.
WORKERS ?= 5
# Which tests: those that need no server (tests/tiers.py), or all.
TIER ?= not servers
# How many examples property tests run: quick, or full (tests/hypothesis_profiles.py).
EXAMPLES ?= quick
BIN := .venv/bin
STAMP := .venv/.installed
# uv where it is at hand, else pip; `make install UV=` for pip all the same.
UV ?= $(shell command -v uv 2>/dev/null)
INSTALLER := $(if $(UV),$(UV) pip install --python $(BIN)/python,$(BIN)/python -m pip install) --quiet

# Some machines forbid Python to keep what it has compiled. Then each of the hundreds of processes that
# the tests start compiles all of its modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: install lock lock-check demo test test-all extra-tools extra-servers test-extra lint reference chaos herd stampede soak bench-beat bench-pipeline bench-isolation bench-scale bench-api bench-bluesky clean

install: $(STAMP)

$(STAMP): pyproject.toml requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit("Slotbeat needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(if $(UV),,$(INSTALLER) --require-hashes -r requirements/pip.txt)
	$(INSTALLER) --no-compile --require-hashes --only-binary :all: -r requirements/dev.txt
	$(INSTALLER) --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

# The exact versions in requirements/, from pyproject.toml: those that fit stay, UPGRADE=1 renews all.
lock:
	PYTHON=$(PYTHON) requirements/lock

lock-check:
	PYTHON=$(PYTHON) requirements/lock --check

demo: install
	@$(BIN)/slotbeat demo $(ARGS)

test: install
	$(BIN)/python -m pytest -m "$(TIER)" -n $(WORKERS) --maxschedchunk 2 \
		--hypothesis-profile=$(EXAMPLES) $(ARGS)
	@echo "make test proves: every part on SQLite, the HTTP contract, every provider against its"
	@echo "sandbox, and that a killed worker loses no post and publishes none twice."
	@echo "Next: make test-all adds PostgreSQL, Redis, many processes and injected faults."

# One run of pytest: each of its processes reads all tests first, which takes it 13 s.
test-all:
	@$(MAKE) test EXAMPLES=full TIER="servers or not servers"
	@echo "make test-all proves: the same on PostgreSQL and Redis, with many processes, and through"
	@echo "kills, outages, frozen workers and wrong clocks."
	@echo "Next: make test-extra adds a browser, S3, Azure storage, Bluesky's own server and WordPress."

# What needs Debian or npm packages, or root for a second Python; it installs them itself.
EXTRA := tests/extra
BROWSER := tests/browser
EXTRA_STAMP := $(EXTRA)/node_modules/.installed

$(EXTRA_STAMP): $(EXTRA)/package.json $(EXTRA)/package-lock.json
	npm ci --prefix $(EXTRA) --no-audit --no-fund --ignore-scripts
	@touch $(EXTRA_STAMP)

BLUESKY := $(EXTRA)/bluesky
BLUESKY_STAMP := $(BLUESKY)/node_modules/.installed

$(BLUESKY_STAMP): $(addprefix $(BLUESKY)/,install node.txt package.json package-lock.json) | install
	PIP="$(INSTALLER)" $(BLUESKY)/install
	@touch $(BLUESKY_STAMP)

# All that test-extra installs, without our own .venv: .ci/run gets it beside other work.
extra-tools: $(EXTRA_STAMP)
	@$(BROWSER)/get-chromium
	@$(EXTRA)/get-pgbouncer
	@$(EXTRA)/get-rabbitmq
	@$(EXTRA)/get-libfaketime
	@$(EXTRA)/wordpress/install
	@$(EXTRA)/second-python --install

# The servers of the tests that need our own .venv for their installation.
extra-servers: $(BLUESKY_STAMP)

test-extra: install $(EXTRA_STAMP) extra-servers
	@$(BROWSER)/get-chromium
	@$(EXTRA)/get-pgbouncer
	@$(EXTRA)/get-rabbitmq
	@$(EXTRA)/get-libfaketime
	@$(EXTRA)/wordpress/install
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(EXTRA) $(ARGS)
	$(BIN)/python -m pytest -n 3 --maxschedchunk 2 $(BROWSER) $(ARGS)
	$(EXTRA)/second-python $(ARGS)
	@echo "make test-extra proves: the pages in Chromium, files in S3, uploads to Azure storage,"
	@echo "the servers of Bluesky, WordPress and snac (Mastodon's API), every process behind PgBouncer,"
	@echo "RabbitMQ as broker that loses its queue,"
	@echo "and that the locked versions work on the Python of Debian 13."
	@echo "Next: make chaos POSTS=10000 runs the fault tests for longer."

# Kills, outages and lost answers, for as long as so many posts take; prints the count.
POSTS ?= 10000
chaos: install
	$(BIN)/python -m tests.faults.run_chaos --posts $(POSTS) $(if $(SEED),--seed $(SEED)) $(ARGS)

# Posts that are due while the provider is away for half an hour: ARGS="--away 60 --return 429".
herd: install
	$(BIN)/python -m tests.load.herd --posts $(POSTS) $(ARGS)

# Rules that all fire at the same minute; ARGS=--jitter as in production.
RULES ?= 100000
stampede: install
	$(BIN)/python -m tests.load.stampede --rules $(RULES) $(ARGS)

# A steady rate for hours, with retention on: does anything grow?
HOURS ?= 2
RATE ?= 20
soak: install
	$(BIN)/python -m tests.load.soak --hours $(HOURS) --rate $(RATE) $(ARGS)

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The pages of docs/reference, written anew from the code.
reference: install
	@$(BIN)/python -m cli.reference

# The beats that ours is compared with need a virtual environment of their own.
BENCH := .venv-bench/bin
BENCH_STAMP := .venv-bench/.installed

$(BENCH_STAMP): pyproject.toml
	$(PYTHON) -m venv .venv-bench
	$(BENCH)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BENCH)/python -m pip install --quiet --editable . --group dev --group bench
	@touch $(BENCH_STAMP)

bench-beat: $(BENCH_STAMP)
	$(BENCH)/python -m benchmarks.beat $(ARGS)

# A provider's double, a PostgreSQL and a Redis of its own; nothing beyond the development tools.
bench-pipeline: install
	$(BIN)/python -m benchmarks.pipeline $(ARGS)

# The same as bench-pipeline; two organizations, one of them in trouble.
bench-isolation: install
	$(BIN)/python -m benchmarks.isolation $(ARGS)

# The same, with a web process: what one post costs each part (docs/scale.md).
bench-scale: install
	$(BIN)/python -m benchmarks.scale $(ARGS)

# A PostgreSQL and a web process of its own; 10,000 queued posts in an organization.
bench-api: install
	$(BIN)/python -m benchmarks.api $(ARGS)

# A PostgreSQL, a Redis and Bluesky's own server, which the target installs.
bench-bluesky: install extra-servers
	$(BIN)/python -m benchmarks.bluesky $(ARGS)

clean:
	rm -rf .venv .venv-bench .venv-lock .second-python var build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
