// Says that it was built for another version of the ABI.
#include <heirloom/abi.h>
#undef HEIRLOOM_ABI_VERSION
#define HEIRLOOM_ABI_VERSION 999
#include <heirloom/module.h>

MODULE_LICENSE("MIT");

static int __init wrong_abi_init(void) { return 0; }

module_init(wrong_abi_init);
