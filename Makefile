# elizago. `make` explains itself; `make run` is the way to begin.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BINARY    := bin/elizago
GENERATED := ent plugins/*/ent
# The version is pinned here and nowhere else.
LINTER    := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

# Packages are tested several at a time, each on databases of its own. TESTFLAGS
# adds to the flags, as in `make test TESTFLAGS=-run=TestArrows`.
TESTFLAGS ?=

# `go run ./bench -help` lists what BENCHFLAGS may be.
BENCHFLAGS ?=

.PHONY: help
help: ## Show what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Install PostgreSQL and pgvector, where they are missing
	@scripts/postgres.sh

# Tests and benchmarks run servers of their own, also where POSTGRES_URL names
# one.
.PHONY: setup-local
setup-local:
	@scripts/postgres.sh --local

.PHONY: build
build: ## Build the program into bin/
	@go build -o $(BINARY) ./cmd/elizago

.PHONY: run
run: setup build ## Start an agent and talk with it
	@$(BINARY) start --demo

# These begin first, so that none is left alone at the end.
LONGEST = ./runtime/cli ./migration ./plugins/sql

.PHONY: test
test: setup-local ## Run all tests, on real PostgreSQL
	@go test -timeout 30m $(TESTFLAGS) $(LONGEST) ./...

.PHONY: test-race
test-race: setup-local ## Run all tests with the race detector
	@go test -race -timeout 45m $(TESTFLAGS) $(LONGEST) ./...

.PHONY: test-surroundings
test-surroundings: setup-local ## Try the program in every surrounding of docs/deployment.md, and print the table
	@go test -tags surroundings -timeout 30m -count=1 -v -run 'TestSurroundings|TestDocument' ./internal/surroundings $(TESTFLAGS) | grep -vE '^=== |^    --- PASS'

.PHONY: test-versions
test-versions: setup-local ## Run the tests on PostgreSQL 16, 17 and 18, each unpacked into a cache (VERSIONS=17: one)
	@scripts/versions.sh $(VERSIONS)

.PHONY: test-bench
test-bench: setup-local ## Run every benchmark once, to see that none is broken
	@out=$$(go test -vet=off -timeout 30m -run '^$$' -bench . -benchtime 1x $$(git grep -l '^func Benchmark' -- '*_test.go' | xargs -n1 dirname | sort -u | sed 's|^|./|') 2>&1) || { echo "$$out"; exit 1; }

.PHONY: test-chaos
test-chaos: setup-local ## Kill servers, cut connections and drop packets under load for LASTS (1m) each (Linux, as root)
	@go test -tags chaos -count=1 -timeout 60m -v ./internal/chaos -lasts $(or $(LASTS),1m)

.PHONY: fuzz
fuzz: setup-local ## Fuzz every fuzz target for FUZZTIME (20s) each, and migrate 4 x PAIRS (1000) pairs of schemas
	@scripts/fuzz.sh $(or $(FUZZTIME),20s)

.PHONY: bench
bench: setup-local build ## Measure the start and the stores, beside bare PostgreSQL
	@go run ./bench -binary $(BINARY) $(BENCHFLAGS)

.PHONY: bench-peer
bench-peer: setup-local build ## The same beside elizaOS's adapter, from npm, on one server
	@go run ./bench -binary $(BINARY) -peer $(BENCHFLAGS)

.PHONY: generate
generate: ## Generate the ent clients from the schemas
	@go generate ./...

.PHONY: verify
verify: verify-generate verify-tidy verify-format verify-vet verify-words ## Check that generated files, formatting and wording are up to date

.PHONY: verify-generate
verify-generate: ## Check that the generated code is what the schemas say
	@scripts/verify-generate.sh $(GENERATED)

.PHONY: verify-tidy
verify-tidy: ## Check that go.mod and go.sum are tidy
	@go mod tidy -diff

.PHONY: verify-format
verify-format: ## Check that the code is formatted
	@files=$$(gofmt -l $$(git ls-files '*.go')); \
	if [ -n "$$files" ]; then echo "not formatted (gofmt -w them):"; echo "$$files"; exit 1; fi

.PHONY: verify-vet
verify-vet: ## Run go vet
	@go vet ./...

.PHONY: verify-words
verify-words: ## Check that comments, docs, messages and names have the field's words
	@go test -count=1 -run '^TestWords' . || { echo "the words and their replacements are in words_test.go"; exit 1; }

.PHONY: lint
lint: ## Run the linters of .golangci.yml (the first run builds them)
	@go run $(LINTER) run ./...
