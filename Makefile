# Every recipe line is one direct child of make: make passes a SIGTERM on to its children and waits for them, but not to grandchildren.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help up test bench fmt manifest clean

export DOTNET_NOLOGO := 1
export DOTNET_CLI_TELEMETRY_OPTOUT ?= 1
# Build servers that outlive the build would be processes left behind.
export MSBUILDDISABLENODEREUSE := 1

# What runs: the AppHost and the projects it names, without the tests.
APPHOST := Cirrus.AppHost/Cirrus.AppHost.csproj

# ASPIRE=0 runs the stack with Cirrus.Hosting.Local even where Aspire's packages are at hand.
ifeq ($(ASPIRE),0)
export UseAspire := false
endif

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ## install what is missing, build, and run the whole stack here (ARGS="--Ports:Api=8001" is passed on)
	@scripts/running.sh
	@scripts/setup.sh run
	@scripts/aspire.sh
	@scripts/build.sh $(APPHOST)
	@dotnet run --no-build --project Cirrus.AppHost -- $(ARGS)

test: ## install what is missing, build, and run every check and every test
	@scripts/setup.sh run test
	@scripts/build.sh Cirrus.sln
	@scripts/test.sh

bench: ## run the benchmarks; tables go to bench/results/ (make bench-api runs bench/api.sh)
	@scripts/setup.sh run bench
	@scripts/build.sh $(APPHOST) -property:Configuration=Release
	@scripts/build.sh bench/empty-endpoint/EmptyEndpoint.csproj -property:Configuration=Release
	@scripts/build.sh bench/purges/Purges.csproj -property:Configuration=Release
	@scripts/build.sh bench/dns/Dns.csproj -property:Configuration=Release
	@scripts/bench.sh $(BENCH)

bench-%:
	@$(MAKE) --no-print-directory bench BENCH=$*

fmt: ## format the C# code
	@dotnet format Cirrus.sln

manifest: ## write aspire-manifest.json
	@scripts/build.sh $(APPHOST)
	@dotnet run --no-build --project Cirrus.AppHost -- --publisher manifest --output-path $(CURDIR)/aspire-manifest.json

clean: ## remove the data folder .cirrus/ and everything that was built; refuses while the stack runs
	@scripts/clean.sh
