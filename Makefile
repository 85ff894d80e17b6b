# Everything here can be run from nothing: what is missing is installed or started, saying so. `make` alone lists the targets.
SWIFT ?= swift
# What the house style is checked on; folders that a working copy doesn't have yet are left out.
SOURCES := Package.swift $(wildcard Services Shared Tests Benchmarks)

# Of the simulated day: what it begins from, how large it is, how fast it goes, how many processes a service has, how many of
# them are killed as it goes, and a file of real complaints.
SEED ?=
SCALE ?=
SPEED ?=
REPLICAS ?=
KILLS ?=
COMPLAINTS ?=
export SWIFT SEED SCALE SPEED REPLICAS KILLS COMPLAINTS

.DEFAULT_GOAL := help
.PHONY: help install build test unit format lint run stop demo faults mutants sanitize bench bench-data clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Play one working day of the city on the whole stack, and prove that nothing was lost or done twice
	@infra/dev/demo

run: ## Start the whole stack and leave it running; its addresses go to .dev/stack.json
	@infra/dev/run

stop: ## Stop what `make run` started; its data stay
	@infra/dev/stop

test: ## Build, check and test everything, on servers of its own
	@infra/dev/test

unit: install ## Run only the tests that need no server
	$(SWIFT) test --disable-xctest

faults: ## Do harm to a whole deployment, seed after seed for SECONDS, and check that nothing is lost or done twice
	@infra/dev/faults $(if $(SEED),--seed $(SEED)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SECONDS),--seconds $(SECONDS)) \
		$(if $(SCENARIO),--scenario $(SCENARIO))

mutants: ## Switch off each guard in turn: a named scenario must notice
	@infra/dev/faults mutants

sanitize: ## Run what needs no server under the sanitizers, with much bad input
	@infra/dev/sanitize

bench: ## Measure the shipped programs beside what limits them
	@infra/dev/bench

bench-data: install ## Make the large fixtures that the row `growth` of `make bench` measures; goes on where it was broken off
	@infra/dev/bench-data

build: install ## Build the programs as they are shipped
	@infra/dev/build

install: ## Install the Debian packages that are missing
	@infra/dev/install

format: ## Format every Swift file
	$(SWIFT) format format --in-place --recursive $(SOURCES)

lint: ## Check the format of every Swift file, and every script
	@infra/dev/lint

clean: ## Stop everything, and remove its data and what was built
	@infra/dev/stop --remove
	@infra/dev/bench-data --remove
	rm -rf .build .dev
