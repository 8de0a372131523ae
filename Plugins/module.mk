# Builds the module of the folder whose Makefile includes this, with the SDK that this file stands in:
#
#   make         build/NAME.so of the folder's .c or .swift files, and build/NAME.guest of guest.c, an i386 program that shows it;
#                build/NAME.h where a Swift module exports functions, for those who use them
#   make check   runs the guest with the module and compares what it and the module's printk say with the file `expected`
#   make clean
#
# NAME is the folder's name. Set before the include, where the default is not right:
#   HEIRLOOM     the heirloom command
#   TABLE        the table that the guest is started with; none, and the guest selects one itself
#   PARAMETERS   key=value words that `make check` loads the module with
#   GUEST        the guest's source, which is compiled with GUEST_FLAGS
#   SWIFT_BUILD  where the compiled Swift SDK is kept: another place where swiftc is another than the SDK's
#   LIBRARIES    what the module links: -lsodium
#   USES         of a Swift module: headers that declare functions which other modules export
#   DESCRIPTION, AUTHOR, LICENSE, VERSION   of a Swift module; a C module says it with MODULE_DESCRIPTION and so on

SDK := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
INCLUDE ?= $(SDK)/include
SWIFT_SDK ?= $(SDK)/swift
ERRNO ?= $(SDK)/Errno.swift
MODINFO := $(SDK)/modinfo.c

NAME ?= $(notdir $(CURDIR))
BUILD ?= build
SWIFT_BUILD ?= $(SDK)/built
HEIRLOOM ?= heirloom
GUEST ?= guest.c
LICENSE ?= MIT
SWIFTC ?= swiftc
ifeq ($(origin CC),default)
CC := gcc
endif

MODULE := $(BUILD)/$(NAME).so
GUEST_PROGRAM := $(BUILD)/$(NAME).guest
HEADERS := $(wildcard $(INCLUDE)/heirloom/*.h)
C_SOURCES := $(filter-out guest.c,$(wildcard *.c))
SWIFT_SOURCES := $(wildcard *.swift)

.DELETE_ON_ERROR:
.PHONY: module check clean
module: $(MODULE) $(GUEST_PROGRAM)
	@:

check: module
	@$(HEIRLOOM) run --module $(MODULE) $(PARAMETERS) $(if $(TABLE),--table $(TABLE)) -- $(GUEST_PROGRAM) 2>&1 \
	  | sed 's/^\[ *[0-9.]*\] //' | diff -u expected - && echo "$(NAME): as expected"

clean:
	rm -rf $(MODULE) $(GUEST_PROGRAM) $(BUILD)/$(NAME).h $(BUILD)/objects/$(NAME).*

$(GUEST_PROGRAM): $(GUEST) $(HEADERS)
	@mkdir -p $(@D)
	$(CC) -m32 -static -O2 -Wall -Wextra -I$(INCLUDE) $(GUEST_FLAGS) -o $@ $(GUEST)

ifeq ($(SWIFT_SOURCES),)

$(MODULE): $(C_SOURCES) $(HEADERS) $(MAKEFILE_LIST)
	@mkdir -p $(@D)
	$(CC) -shared -fPIC -O2 -g -Wall -Wextra -fvisibility=hidden -I$(INCLUDE) $(CFLAGS) -o $@ $(C_SOURCES) $(LIBRARIES)

else

# Each run of the compiler's driver leaves a folder in TMPDIR, so it gets one of its own, which is removed.

# Embedded Swift, which carries no runtime: the module can be unloaded. What it does not use of the SDK is left out.
EMBEDDED := -O -wmo -parse-as-library -enable-experimental-feature Embedded -Xcc -fPIC -Xfrontend -function-sections -I $(INCLUDE)
INFO := $(foreach field,DESCRIPTION AUTHOR LICENSE VERSION,$(if $($(field)),-D'__HEIRLOOM_$(field)="$($(field))"'))
SDK_SOURCES := $(wildcard $(SWIFT_SDK)/*.swift) $(ERRNO)
SDK_MODULE := $(SWIFT_BUILD)/HeirloomModule.swiftmodule
OBJECT := $(BUILD)/objects/$(NAME)
# What comparing strings takes, of which the linker takes what is used.
UNICODE = $(shell $(SWIFTC) -print-target-info | sed -n 's|.*"runtimeResourcePath": "\(.*\)".*|\1|p')/embedded/x86_64-unknown-linux-gnu/libswiftUnicodeDataTables.a

$(MODULE): $(SWIFT_SOURCES) $(USES) $(SDK_MODULE) $(MODINFO) $(SDK)/modinfo.awk $(SDK)/header.awk $(SDK)/exports.map $(MAKEFILE_LIST)
	@mkdir -p $(OBJECT).tmp
	awk -f $(SDK)/modinfo.awk $(SWIFT_SOURCES) >$(OBJECT).h
	@printf '%s' '$(foreach header,$(abspath $(USES)),#include "$(header)"\n)' | sed 's/\\n */\n/g' >$(OBJECT).uses.h
	TMPDIR=$(abspath $(OBJECT).tmp) $(SWIFTC) $(EMBEDDED) -module-name $(subst -,_,$(NAME)) -I $(SWIFT_BUILD) \
	  $(if $(USES),-import-objc-header $(OBJECT).uses.h) -emit-clang-header-path $(OBJECT).functions.h \
	  -Xfrontend -entry-point-function-name -Xfrontend heirloom_swift_main -c -o $(OBJECT).o $(SWIFT_SOURCES)
	@rm -rf $(OBJECT).tmp
	@sed -n 's/^MODULE_INFO(export, "\(.*\)");/\1;/p' $(OBJECT).h >$(OBJECT).exports
	@sed '/heirloom_param_/r $(OBJECT).exports' $(SDK)/exports.map >$(OBJECT).map
	$(CC) -shared -fPIC -O2 -I$(INCLUDE) $(INFO) -D'__HEIRLOOM_FOUND="$(abspath $(OBJECT).h)"' -Wl,--gc-sections,-z,noseparate-code \
	  -Wl,--version-script=$(OBJECT).map -o $@ $(MODINFO) $(OBJECT).o $(SWIFT_BUILD)/HeirloomModule.o \
	  $(UNICODE) $(LIBRARIES)
	@rm -f $(BUILD)/$(NAME).h
	@[ ! -s $(OBJECT).exports ] || awk -f $(SDK)/header.awk $(OBJECT).exports $(OBJECT).functions.h >$(BUILD)/$(NAME).h

$(SDK_MODULE): $(SDK_SOURCES) $(HEADERS)
	@mkdir -p $(basename $@).tmp
	TMPDIR=$(abspath $(basename $@).tmp) $(SWIFTC) $(EMBEDDED) -module-name HeirloomModule -emit-module -emit-module-path $@ -c \
	  -o $(basename $@).o $(SDK_SOURCES)
	@rm -rf $(basename $@).tmp

endif
