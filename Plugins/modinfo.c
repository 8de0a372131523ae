/* The part of a Swift module that Swift cannot write: its .modinfo section, whose texts module.mk defines, and the kernel's
 * hooks. A module that has hooks of its own (@c(heirloom_module_init)) keeps them. */
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
/* What modinfo.awk has found in the module's source. */
#ifdef __HEIRLOOM_FOUND
#include __HEIRLOOM_FOUND
#endif

/* What @main of a Module becomes. */
extern int heirloom_swift_main(int, char **) __attribute__((weak));
extern int heirloom_swift_load_result(void);
extern void heirloom_swift_unload(void);

__attribute__((weak, visibility("default"))) int heirloom_module_init(void) {
  if (!heirloom_swift_main) {
    pr_err("the module has no @main type and no heirloom_module_init\n");
    return -ENOSYS;
  }
  heirloom_swift_main(0, 0);
  return heirloom_swift_load_result();
}

__attribute__((weak, visibility("default"))) void heirloom_module_exit(void) { heirloom_swift_unload(); }
