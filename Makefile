# Everything a person or a machine does with this repository. `make` alone lists the targets.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
CLUSTER ?= auto
IMAGE_PREFIX ?= localhost/
TAG ?= dev
SPLIT ?= 1
export CLUSTER IMAGE_PREFIX TAG
export PYTHONPATH := operator

VENV := .venv/bin
K := hack/cluster/cluster
BUILD := hack/images/build
SOURCES := operator demo tests hack bench examples setup.py

help: ## list the targets and the variables
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  CLUSTER=auto|kind|node|current  IMAGE_PREFIX=localhost/  TAG=dev  SWAP=1  SPLIT=1  REQUIRE_CLUSTER=1  UNCOMPILED=1  ARGS='pytest options'"
	@echo "  KIND_IMAGE=node image  KIND_CONFIG=file of kind's  KIND_EXPERIMENTAL_PROVIDER=docker|podman"

setup: ## make .venv with every development tool, pinned and hashed (nothing to do when it is up to date)
	@PYTHON=$(PYTHON) hack/setup

compiled: setup ## the folder of a compiled copy of the package, as in the images, for the Python of .venv
	@hack/compiled

compile: setup # what tests and measurements start; they do without with UNCOMPILED=1
	@test -n "$${UNCOMPILED:-}" || hack/compiled >/dev/null

check: setup ## format, lint, types, import contracts
	$(VENV)/ruff format --check --quiet $(SOURCES)
	$(VENV)/ruff check --quiet $(SOURCES)
	$(VENV)/mypy
	$(VENV)/lint-imports --no-logo 2>&1 | tail -n 20

format: setup ## format the code and mend what the linter can mend
	$(VENV)/ruff format $(SOURCES)
	$(VENV)/ruff check --fix $(SOURCES)

test: setup compile cluster-for-tests ## every layer of tests in one run, on a real cluster (ARGS=... for pytest, PROCESSES=3)
	hack/test $(ARGS)

unit: setup ## unit, property and simulation tests: no cluster, no sockets
	@PROCESSES=$${PROCESSES:-2} hack/test tests/unit tests/simulation $(ARGS)

router: setup compile ## the router's black box tests over real sockets
	$(VENV)/pytest tests/router $(ARGS)

integration: setup cluster ## tests against the real API server
	$(VENV)/pytest tests/integration $(ARGS)

e2e: setup cluster image-load image-servers-load ## whole experiments on a real node
	$(VENV)/pytest tests/e2e $(ARGS)

demo: announce setup cluster image-load ## a whole experiment with real data on a real cluster (SWAP=1: popularity as the candidate)
	@KUBECONFIG=$$($(K) kubeconfig) $(VENV)/python -m demo.driver $(if $(SWAP),--swap)

lab: setup ## two models measured offline on films, two on pictures: two gates, two reports (OUTPUT=build/lab)
	@OPENBLAS_NUM_THREADS=2 PYTHONPATH=operator:. $(VENV)/python -m demo.lab --output $(or $(OUTPUT),build/lab)

demo-down: ## remove the demo from the cluster, leave the cluster
	@hack/demo-down

cluster: ## start the cluster (the first time it compiles Kubernetes: about 10 minutes on 2 cores)
	@$(K) up

cluster-down: ## stop the cluster and remove every trace but the binaries and the images built
	@$(K) down && $(K) traces

kind-down: ## stop the cluster that CLUSTER=kind made, and remove its containers, networks, volumes, images and kubeconfig
	@$(MAKE) cluster-down CLUSTER=kind

kind-proof: setup ## CLUSTER=kind from its node image to the demo's promotion, and down without a trace: 5 minutes once compiled
	@hack/kind-proof

image: ## build the product's images: IMAGE_PREFIX and TAG name them; built by docker or podman they are in its store as well
	@$(BUILD) Dockerfile operator interleaver-operator .
	@$(BUILD) Dockerfile router interleaver-router .

image-lab: ## build the image of `interleaver lab`, for jobs in a cluster: 3 minutes, most of them MLflow's
	@$(BUILD) Dockerfile lab interleaver-lab .

image-sizes: ## how large the product's images are, and what is in them
	@archives=$$($(MAKE) image) && $(PYTHON) -m hack.images.sizes $$archives

reproducible: ## build the product's images twice, each from nothing, and compare them bit by bit: 10 minutes
	@hack/images/twice

image-demo: ## build the demo's images (SPLIT=n: another split of the data)
	@$(BUILD) demo/Dockerfile model interleaver-demo-model . --build-arg SPLIT=$(SPLIT)
	@$(BUILD) demo/Dockerfile shoppers interleaver-demo-shoppers . --build-arg SPLIT=$(SPLIT)

image-servers: ## build the real model server that the end-to-end tests put behind the router
	@$(BUILD) tests/e2e/servers/Dockerfile kserve interleaver-kserve .

image-store: # what the chart's StatefulSet runs there
	@PACKAGES=base-files,ca-certificates,coreutils,dash,redis-server $(BUILD) tests/e2e/store/Dockerfile store interleaver-store .

image-load: cluster ## build all images and load them into the cluster
	@archives=$$($(MAKE) image image-demo) && $(K) load $$archives

image-lab-load: cluster
	@archive=$$($(MAKE) image-lab) && $(K) load $$archive

image-servers-load: cluster # what only the end-to-end tests run
	@archives=$$($(MAKE) image-servers image-store) && $(K) load $$archives

generate: setup ## write what is generated: the CRD, deploy/operator.yaml, the reference, the map
	@$(VENV)/python -m hack.generate

verify: setup ## fail when what is generated is not what is committed
	@files=$$($(VENV)/python -m hack.generate) && git diff --exit-code -- $$files && \
	  untracked=$$(git ls-files --others --exclude-standard -- $$files) && \
	  { test -z "$$untracked" || { echo "generated but not committed: $$untracked" >&2; exit 1; }; }

site: ## the pages of docs/ as a site with a search, into build/site (python3 -m http.server -d build/site shows it)
	@hack/site/build

vulnerabilities: setup ## what is known about the packages in the product's images; fails where something is, or could not be asked
	@archives=$$($(MAKE) image) && $(VENV)/python -m hack.vulnerabilities $$archives

sbom: ## what is in the images, as CycloneDX, into build/sbom
	@hack/sbom/build

study: setup ## the numbers and plots of docs/explanation/statistics.md, minutes of one core (ARGS=looks|sensitivity|exposure|bets: one part)
	@OPENBLAS_NUM_THREADS=1 PYTHONPATH=operator:. $(VENV)/python -m hack.study $(ARGS)

bench: setup compile ## the router beside nginx, Envoy and others, into docs/reference/benchmark.md: 13 minutes (ROUNDS=3 SECONDS=3 TARGETS=floor,nginx,...)
	@cache=$$(PYTHON=$(PYTHON) hack/bench) && PYTHONPATH=operator:. $(VENV)/python -m bench.router "$$cache" \
	  --rounds $(or $(ROUNDS),3) --seconds $(or $(SECONDS),3) $(if $(TARGETS),--targets $(TARGETS))

bench-lab: setup ## how fast the lab asks and measures, into docs/reference/lab-benchmark.md and its neighbour: 5 minutes (ROUNDS=3)
	@export PYTHONPATH=operator:.; missed=0; $(VENV)/python -m bench.lab.asking --rounds $(or $(ROUNDS),5) || missed=1; \
	  $(VENV)/python -m bench.lab.measuring --rounds $(or $(ROUNDS),3) && exit $$missed

instructions: setup compile ## the router's instructions per request against the parent commit (BASE=commit; ARGS=--always): 2 minutes
	@PYTHONPATH=operator:. $(VENV)/python -m bench.instructions $(if $(BASE),--base $(BASE)) $(ARGS)

soak: setup compile ## two routers under 500 requests/s and every trouble, 10 minutes (ARGS='--seconds 60 --memory|--store cluster --json FILE')
	@PYTHONPATH=operator:. $(VENV)/python -m tests.soak $(ARGS)

soak-stores: setup compile ## the same with a cluster, and behind Sentinels, of three primaries or servers each: 20 minutes (SECONDS=600 RATE=500 ARGS='--patience 3')
	@export PYTHONPATH=operator:.; missed=0; for store in cluster sentinel; do echo "# $$store"; $(VENV)/python -m tests.soak --store $$store \
	  --seconds $(or $(SECONDS),600) --rate $(or $(RATE),500) $(ARGS) || missed=1; done; exit $$missed

crash-matrix: setup cluster ## the operator killed, refused and left without an answer at each of its writes: hours (ARGS='--sample 20 --parallel 4')
	@PYTHONPATH=operator:. $(VENV)/python -m tests.crashes $(ARGS)

gitops-matrix: setup cluster image-load ## whatever applies Git again, beside an experiment's whole life, as a table: 10 minutes once compiled
	@hack/gitops/build >/dev/null
	GITOPS_MATRIX=1 REQUIRE_CLUSTER=1 $(VENV)/pytest tests/e2e/test_applied_again.py $(ARGS)

skew: setup cluster image-load ## this operator with the routers of another commit, and the other way round, in mid-run (BASE=commit): 10 minutes
	@hack/skew $(or $(BASE),HEAD^) $(ARGS)

lab-pods: setup cluster image-load image-lab-load ## a suite evaluated by an Indexed Job of three pods, one of them killed: 2 minutes once built
	@LAB_PODS=1 REQUIRE_CLUSTER=1 $(VENV)/pytest tests/e2e/test_lab_pods.py $(ARGS)

rbac-audit: setup cluster ## every right of the operator beside the calls that need it, from an API server's audit log: a minute
	@REQUIRE_CLUSTER=1 $(VENV)/pytest tests/integration/test_rights_used.py $(ARGS)

hostile: setup cluster ## what hostile tenants do to the operator: its memory, and looks at others, 4 minutes (ARGS='--seconds 100 --json FILE')
	@PYTHONPATH=operator:. $(VENV)/python -m bench.hostile $(ARGS)

bench-operator: setup cluster ## experiments at rest, beside another commit's operator and Argo Rollouts: 90 minutes (BASE=commit ARGS='--sizes 200,1000 --alone')
	@PYTHONPATH=operator:. $(VENV)/python -m bench.operator $(if $(BASE),--base $(BASE)) $(ARGS)

walks: setup ## through which files a merged request, a vote and a look of the operator go (ARGS=--calls: every call)
	@PYTHONPATH=operator:. $(VENV)/python -m tests.walks $(ARGS)

requirements: setup ## compile requirements/*.txt anew (UPGRADE=1: take newer versions)
	hack/requirements

announce:
	@PYTHON=$(PYTHON) hack/announce

cluster-answers: # succeeds when the cluster is up already
	@test -s "$$($(K) kubeconfig)" && $(K) kubectl get --raw /readyz

cluster-for-tests:
	@if $(K) provider >/dev/null; then hack/gitops/build helm4 helm3 health >/dev/null && $(MAKE) image-load image-servers-load >/dev/null; else test -z "$${REQUIRE_CLUSTER:-}"; fi

.PHONY: help setup compiled compile check format test unit router integration e2e demo lab demo-down cluster cluster-down kind-down kind-proof image image-sizes reproducible image-lab image-demo \
	image-servers image-store image-load image-lab-load image-servers-load generate verify site sbom vulnerabilities study bench bench-lab bench-operator instructions soak soak-stores crash-matrix gitops-matrix skew lab-pods rbac-audit walks requirements announce \
	cluster-answers cluster-for-tests
