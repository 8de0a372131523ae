/* For tables/model: puts entries into tables as guests tell it, through a call of its own in the table "registrar". */
#include <heirloom/module.h>

MODULE_LICENSE("MIT");

enum { FIRST = 950, COUNT = 4, VARIANTS = 3, CALL = 960 };

/* Each tells by its answer which one it is. */
#define HANDLER(variant) \
  static asmlinkage long handler##variant(void) { return 100 + variant; }
HANDLER(0)
HANDLER(1)
HANDLER(2)
static long (*const handlers[VARIANTS])(void) = {handler0, handler1, handler2};

/* Call CALL: (worker, table, which, variant), variant -1: takes the entry out. */
static asmlinkage long change(unsigned worker, unsigned table, unsigned which, int variant) {
  char name[32] = "w0-t00";
  if (worker > 9 || table > 99 || which >= COUNT || variant >= VARIANTS) return -EINVAL;
  name[1] += worker;
  name[4] += table / 10;
  name[5] += table % 10;
  return register_syscall(name, FIRST + which, variant < 0 ? 0 : (long)handlers[variant]);
}

static int __init registrar_init(void) { return register_syscall("registrar", CALL, (long)change); }
module_init(registrar_init);
