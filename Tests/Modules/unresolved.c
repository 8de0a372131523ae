// Needs a function that nobody has.
#include <heirloom/module.h>

MODULE_LICENSE("GPL");

extern int nobody_has_this(void);

static int __init unresolved_init(void) { return nobody_has_this(); }

module_init(unresolved_init);
