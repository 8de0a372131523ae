/* What faults.swift cannot say in Swift: .modinfo and the variables of its parameters. */
#include <heirloom/module.h>

MODULE_LICENSE("MIT");

static char *where = "handler", *kind = "none";
module_param(where, charp, 0);
module_param(kind, charp, 0);

int is_here(const char *place) { return __builtin_strcmp(where, place) == 0; }
int is_kind(const char *name) { return __builtin_strcmp(kind, name) == 0; }
