/* How services.c reaches the kernel, which says so once. */
#pragma once

void heirloom_set_services(void (*_Nonnull log)(int level, const char *_Nonnull line),
                           long (*_Nonnull call_default)(long number, const long *_Nonnull arguments));

/* The name of the symbol that `address` lies in, and how far; where there is none, its image's; 0 outside of every image. */
const char *_Nullable heirloom_symbol(unsigned long address, unsigned long *_Nonnull distance);
