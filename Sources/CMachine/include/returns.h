/* What a system call of the host's costs on the way back. */
#pragma once

/* Behind each system call of the host's, on the way back to its callers.
 *
 * A processor predicts a return by the calls that it has seen. A host's kernel that returns by "safe RET" (Linux's answer to
 * speculative return stack overflow on AMD) leaves predictions of its own there. Measured: one return behind a system call
 * costs 55 ns, and makes a long call like stat(2) 350 ns longer. With more calls than returns made in between it is 7 ns a
 * return, so a hot path from here to guest code should still have few. docs/benchmarks/README.md has the figures.
 *
 * Leaves the stack pointer lower by HEIRLOOM_FILL_BYTES; changes no other register and no flag. */
#define HEIRLOOM_FILL_RETURNS .rept 12; call 9f; int3; 9:; .endr
#define HEIRLOOM_FILL_BYTES 96

#define HEIRLOOM_TEXT(words) HEIRLOOM_TEXT_OF(words)
#define HEIRLOOM_TEXT_OF(words) #words
