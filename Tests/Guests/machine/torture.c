//: cc $GUESTS/machine/torture.part.S
// Runs torture.part.S and prints what it stored.
#include "test.h"

struct result { const char *name; uint32_t value; } results[200];
struct result *torture_out = results;
void torture(void);

int main(void) {
  torture();
  for (struct result *r = results; r < torture_out; r++) printf("%s: %08x\n", r->name, r->value);
}
