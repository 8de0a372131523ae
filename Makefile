# `make help` prints the targets. Everything that is built goes to build/ and .build*/.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

CC := gcc
SWIFT := swift
HEIRLOOM := build/bin/heirloom
# The Swift runtime's C++ library and libffi are linked in, from LIBRARIES, and gcc's: to load and relocate them costs a small run
# a tenth of its time.
LIBRARIES := build/lib
SWIFTFLAGS := -c release --static-swift-stdlib --disable-local-rpath -Xswiftc -use-ld=lld -Xlinker -L$(abspath $(LIBRARIES))
# At fixed addresses: the Swift runtime has 44,000 relative relocations, which take a small run 120 page faults of 700.
# The price: the host does not choose the command's own addresses at random; those of libraries and modules it does.
SWIFTFLAGS += -Xswiftc -Xclang-linker -Xswiftc -no-pie
SWIFTFLAGS += -Xswiftc -Xclang-linker -Xswiftc -static-libgcc
# Each function is a section, so that those that nobody calls are left out: a small run has 37 page faults of 500 fewer.
SWIFTFLAGS += -Xswiftc -Xfrontend -Xswiftc -function-sections -Xcc -ffunction-sections
# What a call to a module runs stands side by side: where it stood as the rest of the code had it, such a call could take 20 ns more.
SWIFTFLAGS += -Xlinker --symbol-ordering-file=$(abspath Sources/heirloom/order.list) -Xlinker --no-warn-symbol-ordering
# Generic types are made by calls instead of by the names that are shorter code, whose reading takes a small run 8 % of its time.
SWIFTFLAGS += -Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors

# A guest is a static i386 program.
GUEST_CC := $(CC) -m32 -static -O2 -g -Wall -Wextra -Werror -std=gnu17 -ISources/CHeirloom/include

SOAK_SECONDS ?= 600

HEADERS := $(wildcard Sources/CHeirloom/include/heirloom/*.h)
MODULE_CC := $(CC) -shared -fPIC -O2 -g -Wall -Wextra -Werror -std=gnu17 -fvisibility=hidden -ISources/CHeirloom/include
TEST_MODULES := $(patsubst Tests/Modules/%.c,build/modules/%.so,$(wildcard Tests/Modules/*.c)) build/modules/faults-swift.so
BENCH := $(addprefix build/bench/,calls calls64 processes compute-0 compute-1 compute-2 latency64 changes marking nothing noop3.so passthrough.so heirloom-notables \
  tables many.so layer-1.so layer-2.so layer-3.so)
EXAMPLES := $(patsubst Examples/%.c,build/examples/%,$(wildcard Examples/*.c))
PLUGINS := $(dir $(wildcard Plugins/*/Makefile))

.PHONY: build binaries help setup plugins examples sdk-sources demo test unit guests bench fuzz-machine soak clean FORCE

build: binaries ## Build the heirloom command, the modules in Plugins and the guests in Examples (the default)
	@echo "built: $(HEIRLOOM), build/plugins/*.so, build/examples/*"

binaries: setup $(HEIRLOOM) build/sdk/module.mk plugins examples

help: ## Print this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | sort | awk -F'\t' '{ printf "make %-10s %s\n", $$1, $$2 }'

demo: binaries build/i386/bin/busybox ## Show the whole idea on real i386 programs
	@Examples/demo

test: unit guests ## Run all tests

unit: setup ## Run the Swift tests
	$(SWIFT) test

guests: binaries build/i386/bin/busybox build/i386root build/i386jit $(TEST_MODULES) ## Run the guest tests, natively and under Heirloom; T=read: only those whose name holds "read"
	@Scripts/setup tmux
	@Tests/run-guests $(T)

bench: binaries build/i386/bin/busybox build/i386root $(BENCH) ## Measure beside native i386 and x86-64, and write docs/benchmarks; B=table1: only that; BENCH_ROUNDS=1 for a quick look
	@$(SWIFT) build $(SWIFTFLAGS) --product heirloom-bench --quiet
	@.build/release/heirloom-bench build docs/benchmarks $(B)

fuzz-machine: setup ## Random i386 code on the machine and on the real processor; FUZZ_SECONDS=60, FUZZ_COUNT=N; SEED=N FUZZ_COUNT=1 for one again, FUZZ_REPEAT=N often
	@$(SWIFT) build $(SWIFTFLAGS) --product machine-fuzz --quiet
	@.build/release/machine-fuzz

soak: binaries build/soak/guest build/modules/soak-hold.so build/modules/soak-end.so build/soak/model build/modules/registrar.so ## Load, reload and unload modules under eight guests for SOAK_SECONDS=600; a million random operations on tables
	@$(SWIFT) build $(SWIFTFLAGS) --product modules-under-fire --quiet
	@.build/release/modules-under-fire soak $(SOAK_SECONDS) build/soak/guest build/modules/soak-hold.so build/modules/soak-end.so \
	  build/plugins/getpid2.so build/plugins/getpid2-swift.so
	@$(HEIRLOOM) run --quiet --module build/modules/registrar.so --user 0 -- build/soak/model 4 $(SOAK_OPERATIONS) 1 | tee build/soak/model.out
	@! grep -v -e '^worker: exited 0$$' -e '^left: registrar 0 0 0755 0 1 - - -$$' build/soak/model.out

# Operations of each of the four workers.
SOAK_OPERATIONS ?= 250000

build/soak/model: Tests/Guests/tables/model.c Tests/Guests/test.h $(HEADERS) | setup
	@mkdir -p $(@D)
	$(GUEST_CC) -ITests/Guests -o $@ $<

build/soak/guest: Tests/ModulesUnderFire/soak.c $(HEADERS) | setup
	@mkdir -p $(@D)
	$(GUEST_CC) -o $@ $<

clean: ## Remove everything that was built
	rm -rf build .build .build-notables

# What the machine must have. Quiet when nothing is missing.
setup:
	@Scripts/setup

$(LIBRARIES): | setup
	@mkdir -p $@ && ln -sf "$$($(CC) -print-file-name=libstdc++.a)" "$$($(CC) -print-file-name=libffi.a)" $@

# The command. Whether anything is to be done is for the package manager to say.
$(HEIRLOOM): setup FORCE | $(LIBRARIES)
	@$(SWIFT) build $(SWIFTFLAGS) --product heirloom --quiet
	@mkdir -p $(@D)
	@cmp -s .build/release/heirloom $@ || cp .build/release/heirloom $@

build/bench/calls build/bench/changes build/bench/processes build/bench/tables: build/bench/%: Tests/Bench/Guests/%.c | setup
	@mkdir -p $(@D)
	$(GUEST_CC) -o $@ $<

build/bench/compute-%: Tests/Bench/Guests/compute.c Tests/Bench/Guests/core.c | setup
	@mkdir -p $(@D)
	$(GUEST_CC) -Wno-infinite-recursion -DLAYOUT='"$*"' -o $@ $^

build/bench/calls64: Tests/Bench/Guests/calls.c | setup
	@mkdir -p $(@D)
	$(CC) -O2 -o $@ $<

build/bench/latency64: Examples/latency.c | setup
	@mkdir -p $(@D)
	$(CC) -static -O2 -o $@ $<

build/bench/marking: Tests/Bench/Guests/marking.c | setup
	@mkdir -p $(@D)
	$(CC) -O2 -Wall -Wextra -Werror -o $@ $<

build/bench/nothing: Tests/Bench/Guests/nothing.S | setup
	@mkdir -p $(@D)
	$(CC) -m32 -static -nostdlib -o $@ $<

build/bench/layer-%.so: Tests/Bench/Modules/layers.c $(HEADERS) | setup
	@mkdir -p $(@D)
	$(MODULE_CC) -DCOPY=$* -o $@ $<

build/bench/%.so: Tests/Bench/Modules/%.c $(HEADERS) | setup
	@mkdir -p $(@D)
	$(MODULE_CC) -o $@ $<

build/modules/%.so: Tests/Modules/%.c $(HEADERS) $(wildcard Tests/Modules/*.h) | setup
	@mkdir -p $(@D)
	$(MODULE_CC) -o $@ $<

build/modules/faults-swift.so: setup FORCE | plugins
	@$(MAKE) -C Tests/Modules/faults-swift CC="$(CC)" $(abspath $@)

# The command without tables.
build/bench/heirloom-notables: setup FORCE | $(LIBRARIES)
	@$(SWIFT) build $(SWIFTFLAGS) --disable-default-traits --scratch-path .build-notables --product heirloom --quiet
	@mkdir -p $(@D)
	@cmp -s .build-notables/release/heirloom $@ || cp .build-notables/release/heirloom $@

# What modules are built against, where `heirloom sdk` finds it.
build/sdk/module.mk: FORCE
	@mkdir -p $(@D)
	@ln -sfn ../../Sources/CHeirloom/include $(@D)/include
	@ln -sfn ../../Sources/HeirloomModule $(@D)/swift
	@ln -sf ../../Sources/HeirloomABI/Errno.swift ../../Plugins/exports.map ../../Plugins/modinfo.awk ../../Plugins/header.awk ../../Plugins/modinfo.c ../../Plugins/module.mk $(@D)

sdk-sources: setup ## Write the SDK's lists of system calls anew, after a change in Rows.swift
	HEIRLOOM_WRITE_SOURCES=1 $(SWIFT) test --filter SDKSourcesTests

plugins: setup
	@for folder in $(PLUGINS); do $(MAKE) -C $$folder CC="$(CC)"; done

examples: setup $(EXAMPLES)

build/examples/%: Examples/%.c Examples/show.h $(HEADERS) | setup
	@mkdir -p $(@D)
	$(GUEST_CC) -o $@ $<

# Debian's own i386 programs, unpacked and not installed.
build/i386/bin/busybox: | setup
	@Scripts/fetch-i386 build/i386 busybox-static

build/i386root: | setup
	@Scripts/fetch-i386 $@ bash coreutils dash perl-base grep sed mawk gzip bzip2 tar findutils diffutils
	@ln -sf dash $@/bin/sh; ln -sf mawk $@/usr/bin/awk # what the packages' install scripts would do

# Programs that write code of their own.
build/i386jit: | setup
	@Scripts/fetch-i386 $@ luajit
