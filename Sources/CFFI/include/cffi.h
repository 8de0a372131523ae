#pragma once
#include <ffi.h>

/* libffi's type descriptors are extern objects that Swift cannot take the address of. */
static inline ffi_type *_Nonnull heirloom_ffi_uint32(void) { return &ffi_type_uint32; }
static inline ffi_type *_Nonnull heirloom_ffi_sint32(void) { return &ffi_type_sint32; }
static inline ffi_type *_Nonnull heirloom_ffi_uint64(void) { return &ffi_type_uint64; }
static inline ffi_type *_Nonnull heirloom_ffi_sint64(void) { return &ffi_type_sint64; }
static inline ffi_type *_Nonnull heirloom_ffi_pointer(void) { return &ffi_type_pointer; }

/* ffi_call's address, for the boundary's assembly to call. */
static inline const void *_Nonnull heirloom_ffi_call(void) { return (const void *)ffi_call; }
