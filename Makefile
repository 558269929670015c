# The two commands that a newcomer needs are `make demo` and `make test`; both install or start what they need.
VERSION := 0.1.0
COMMIT  := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
BUILD   := CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT)'
FUZZTIME ?= 20s
SOAK    ?= 10
FAULTS  ?= all
TOOL    := go tool -modfile=tools.mod
ALL     := ./... ./testdata/generate # ./... passes over testdata
SHARED  := ./matcher/... ./job/internal/store ./job/internal/receive ./job/internal/terminal # where goroutines share memory, beside loader and job

.PHONY: build demo demo-clean test strain check golden corpus lint race fuzz soak faults image-test deploy-test review-test report-test duckdb-test accuracy bench

build: ## bin/nayose
	@echo 'compiling bin/nayose: about a minute the first time'
	@$(BUILD) -o bin/nayose ./job

demo: build ## the main job on the sample corpus; run it twice
	scripts/demo

demo-clean: ## forget the demo's data
	scripts/demo clean

test: lint ## everything that proves the product within minutes, on a real Postgres and a real S3 server
	scripts/postgres install
	@# Most tests wait for a server or a disk most of the time: hence more at once than there are processors.
	scripts/postgres run -- go test -parallel 4 $(ALL)

strain: ## within minutes: the race detector where goroutines share memory, and a thousand inputs for each fuzz target
	scripts/postgres install
	scripts/compiler install
	scripts/postgres run -- go test -race -short $(SHARED)
	scripts/postgres run -- go test -race -short -run 'AtOnce|Readers' ./loader ./job
	scripts/fuzz 1000x

lint: ## formatting, vet, staticcheck, unchecked errors, parameters and code that nothing uses
	@files=$$($(TOOL) gofumpt -l .) && test -z "$$files" || { echo "run $(TOOL) gofumpt -w on: $$files"; exit 1; }
	go mod tidy -diff
	go vet $(ALL)
	$(TOOL) staticcheck $(ALL)
	$(TOOL) errcheck -exclude .errcheck $(ALL)
	$(TOOL) unparam $(ALL)
	@# What no program reaches is dead, but for the packages that only tests start with.
	@found=$$($(TOOL) deadcode $(ALL)) || exit 1; dead=$$(echo "$$found" | grep -vE '/(faults|s3test|pgtest)/'); \
		test -z "$$dead" || { echo "$$dead"; exit 1; }

check: test race fuzz image-test deploy-test ## and what takes longer: the race detector on all, more fuzzing, the image in a real container, the templates on an emulator

race: ## the race detector on all tests
	scripts/postgres install
	scripts/compiler install
	scripts/postgres run -- go test -race -timeout 30m $(ALL)

golden: build ## rewrite the golden files; read the diff before you commit it
	scripts/postgres install
	scripts/postgres run -- go test ./job ./job/internal/eval ./loader -update

corpus: ## rewrite the sample corpus
	go run ./testdata/generate -out testdata/corpus

fuzz: ## a while on each parser
	scripts/fuzz $(FUZZTIME)

soak: ## what is far larger than memory, through the reader of feeds: SOAK is how many GB; it prints what memory that took
	NAYOSE_SOAK=$(SOAK) go test -run '^TestSoak$$' -v -timeout 0 ./job/internal/feed

faults: ## break everything that a run asks of the outside, one after the other: hours; FAULTS=200 takes so many of each sweep.
	## With SEEDS=500 so many histories of random faults instead; SEED=17 replays one
	scripts/postgres install
	FAULTS=$(FAULTS) SEEDS=$(SEEDS) SEED=$(SEED) scripts/postgres run -- \
		go test ./job -run '$(if $(SEEDS)$(SEED),^TestFaultSoak$$,^TestFault)' -v -timeout 0

accuracy: ## the matcher's accuracy on the real data that NAYOSE_DATA names, as Markdown: `make -s accuracy > accuracy.md`
	@go run ./job/accuracy -data "$$NAYOSE_DATA"

bench: ## what nayose costs beside its peers, on NAYOSE_DATA and generated data, as Markdown: `make -s bench > bench.md`
	@scripts/postgres install >&2
	@scripts/postgres run -- go run ./job/bench -data "$$NAYOSE_DATA"

review-test: build ## open the review workbooks in a real LibreOffice, and look at them
	scripts/review-test

report-test: ## open the report of a week in a real headless browser, and look at it
	scripts/report-test

duckdb-test: build ## read the outcome log with a real DuckDB, and join it with what Postgres has; npm brings it
	scripts/postgres install
	scripts/duckdb-test

image-test: ## build the image and run the whole job in it
	scripts/image-test

deploy-test: ## lint the templates of deploy/, make their stacks on an emulator of AWS, and run the real image there as jobs
	scripts/deploy-test
