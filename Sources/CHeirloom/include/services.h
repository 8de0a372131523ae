/* How services.c reaches the kernel, which says so once. */
#pragma once

void heirloom_set_services(void (*_Nonnull log)(int level, const char *_Nonnull line),
                           long (*_Nonnull call_default)(long number, const long *_Nonnull arguments));

/* The name of the symbol that `address` lies in, and how far; 0 where there is none, with the distance from its image. */
const char *_Nullable heirloom_symbol(unsigned long address, unsigned long *_Nonnull distance);
