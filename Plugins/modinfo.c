/* What the .modinfo section of a Swift module says; plugin.mk defines the texts. */
#include <heirloom/module.h>

MODULE_LICENSE(__HEIRLOOM_LICENSE);
#ifdef __HEIRLOOM_DESCRIPTION
MODULE_DESCRIPTION(__HEIRLOOM_DESCRIPTION);
#endif
#ifdef __HEIRLOOM_AUTHOR
MODULE_AUTHOR(__HEIRLOOM_AUTHOR);
#endif
#ifdef __HEIRLOOM_VERSION
MODULE_VERSION(__HEIRLOOM_VERSION);
#endif
