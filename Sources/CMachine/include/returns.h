/* What a system call of the host's costs on the way back. */
#pragma once

/* Behind each system call of the host's, on the way back to its callers.
 *
 * A processor predicts a return by the calls that it has seen. A host's kernel that returns by "safe RET" (Linux's answer to
 * speculative return stack overflow, AMD) leaves its own addresses there. A return of ours that takes one of those is not
 * only predicted wrongly: the kernel's next returns then are, too, and a system call takes up to 40 % longer (open, stat).
 * So as many calls as are likely to be left with a return are put on top. Each of those returns is still predicted
 * wrongly, which costs 7 ns: a hot path from here to guest code should have few.
 *
 * Leaves the stack pointer lower by HEIRLOOM_FILL_BYTES; changes no other register and no flag. */
#define HEIRLOOM_FILL_RETURNS .rept 12; call 9f; int3; 9:; .endr
#define HEIRLOOM_FILL_BYTES 96

#define HEIRLOOM_TEXT(words) HEIRLOOM_TEXT_OF(words)
#define HEIRLOOM_TEXT_OF(words) #words
