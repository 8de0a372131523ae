# For the plugins of this checkout: what they build goes to build/plugins/FOLDER.so and FOLDER.guest. See module.mk.
TOP := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/..)
HEIRLOOM ?= $(TOP)/build/bin/heirloom
INCLUDE := $(TOP)/Sources/CHeirloom/include
SWIFT_SDK := $(TOP)/Sources/HeirloomModule
ERRNO := $(TOP)/Sources/HeirloomABI/Errno.swift
BUILD ?= $(TOP)/build/plugins
SWIFT_BUILD := $(TOP)/build/sdk/built
TABLE ?= vector_1
include $(TOP)/Plugins/module.mk
