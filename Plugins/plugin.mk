# Builds the module of the folder whose Makefile includes this: its .c or .swift files to build/plugins/FOLDER.so, and
# guest.c, an i386 program that shows it, to build/plugins/FOLDER.guest. `make check` runs the guest under the module's table
# and compares what it and printk say with the file `expected`.
#
# C modules take any compiler and heirloom/module.h. Swift ones are compiled in Embedded Swift, which carries no runtime and
# so can be unloaded; `import HeirloomModule` is their SDK, and what .modinfo says of them stands in their Makefile:
# DESCRIPTION, AUTHOR, LICENSE, VERSION.

TOP := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/..)
NAME := $(notdir $(CURDIR))
INCLUDE := $(TOP)/Sources/CHeirloom/include
HEADERS := $(wildcard $(INCLUDE)/heirloom/*.h)
SDK := $(wildcard $(TOP)/Sources/HeirloomModule/*.swift)
SDK_MODULE := $(TOP)/build/sdk/HeirloomModule.swiftmodule
MODULE := $(TOP)/build/plugins/$(NAME).so
OBJECTS := $(TOP)/build/plugins/objects
CC := gcc
SWIFTC := swiftc
LICENSE ?= MIT
TABLE ?= vector_1
GUEST ?= guest.c
GUEST_PROGRAM := $(TOP)/build/plugins/$(NAME).guest
SOURCES := $(filter-out guest.c,$(wildcard *.c))

EMBEDDED := -O -wmo -parse-as-library -enable-experimental-feature Embedded -Xcc -fPIC -I $(INCLUDE)
INFO := $(foreach field,DESCRIPTION AUTHOR LICENSE VERSION,$(if $($(field)),-D'__HEIRLOOM_$(field)="$($(field))"'))

.PHONY: module check
module: $(MODULE) $(GUEST_PROGRAM)
	@:

check: module
	@$(TOP)/build/bin/heirloom run --module $(MODULE) --table $(TABLE) -- $(GUEST_PROGRAM) 2>&1 \
	  | sed 's/^\[ *[0-9.]*\] //' | diff -u expected - && echo "$(NAME): as expected"

$(GUEST_PROGRAM): $(GUEST) $(HEADERS)
	@mkdir -p $(@D)
	$(CC) -m32 -static -O2 -Wall -Wextra -I$(INCLUDE) -o $@ $(GUEST)

ifneq ($(wildcard *.swift),)

$(MODULE): $(wildcard *.swift) Makefile $(SDK_MODULE) $(TOP)/Plugins/plugin.mk $(TOP)/Plugins/modinfo.c
	@mkdir -p $(OBJECTS)
	$(SWIFTC) $(EMBEDDED) -module-name $(subst -,_,$(NAME)) -I $(dir $(SDK_MODULE)) -c -o $(OBJECTS)/$(NAME).o $(wildcard *.swift)
	$(CC) -shared -fPIC -O2 -I$(INCLUDE) $(INFO) -o $@ $(OBJECTS)/$(NAME).o $(basename $(SDK_MODULE)).o $(TOP)/Plugins/modinfo.c

$(SDK_MODULE): $(SDK) $(HEADERS)
	@mkdir -p $(@D)
	$(SWIFTC) $(EMBEDDED) -module-name HeirloomModule -emit-module -emit-module-path $@ -c -o $(basename $@).o $(SDK)

else

$(MODULE): $(SOURCES) $(HEADERS) $(TOP)/Plugins/plugin.mk
	@mkdir -p $(@D)
	$(CC) -shared -fPIC -O2 -g -Wall -Wextra -fvisibility=hidden -I$(INCLUDE) -o $@ $(SOURCES)

endif
