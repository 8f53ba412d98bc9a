# The commands of this house. Each is a short script in scripts/; the stamps here only save the second run from doing the first one's work.
#   make serve [ARGS="--port 9000"]   set up, build, serve on loopback        make build   the browser client and the wheel
#   make test                         set up, every suite, a summary          make bench   benchmarks
#   make check / make fix             formatters, linters, types, layers      make clean   remove everything made here
#   make fuzz [ARGS="3600 server"]    fuzz the relay and the SFU              make soak [ARGS="60 200" | ARGS=sfu]   a relay, or the SFU, at work for ten minutes
ARGS ?=
PYTHON ?= python3

# Node and npm of .venv come first, whatever else the machine has.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHON

python_ready := .venv/.ready
node_ready := node_modules/.ready
web_built := web/dist/integrity.json
native_built := src/incamera/_native.abi3.so
native_sources := $(shell find crates \( -name '*.rs' -o -name Cargo.toml \) ! -path '*/tests/*' -print) Cargo.toml Cargo.lock scripts/native scripts/cargo
web_sources := $(shell find web scripts/vite -path web/dist -prune -o -type f ! -name '*.test.ts' -print) vite.config.ts tsconfig.base.json

.PHONY: serve test check fix bench fuzz soak build wheel setup clean
.DELETE_ON_ERROR:

serve: $(web_built) $(native_built)
	@exec .venv/bin/incamera serve $(ARGS)

test: $(web_built) $(native_built)
	@scripts/test-environment
	@scripts/cargo test --locked --workspace --no-run --quiet
	@scripts/cargo build --locked --quiet --profile test --package evil-sfu
	@exec scripts/test $(SUITES)

check: $(web_built) $(native_built)
	@exec scripts/check

fix: $(node_ready)
	@exec scripts/fix

bench: $(web_built) $(native_built)
	@exec scripts/bench

fuzz:
	@exec scripts/fuzz $(ARGS)

soak: $(python_ready) $(native_built)
	@exec scripts/soak $(ARGS)

build: wheel

wheel: $(web_built) $(native_built)
	@scripts/wheel

setup: $(node_ready) $(native_built)

clean:
	rm -rf .venv .cache node_modules web/dist dist target $(native_built)

$(python_ready): requirements/dev.txt pyproject.toml scripts/install-python
	@scripts/install-python
	@touch $@

$(node_ready): package.json package-lock.json .npmrc $(python_ready)
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(web_built): $(node_ready) $(web_sources)
	@node_modules/.bin/vite build --logLevel warn
	@touch $@

$(native_built): $(native_sources)
	@scripts/native
