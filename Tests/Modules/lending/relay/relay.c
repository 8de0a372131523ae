// Uses what counter exports, and exports more.
#include <heirloom/module.h>

#include COUNTER
#include "relay.h"

MODULE_LICENSE("MIT");

int relay(int by) {
  bool is_odd = false;
  int count = count_up(by);
  parity(count, &is_odd);
  return is_odd ? 1000 + count : count;
}
EXPORT_SYMBOL(relay);

static int __init relay_init(void) { return 0; }
module_init(relay_init);
